"""Chinese names: surname and given name apart, their readings, and other people's spellings.

Pure Python. Characters are simplified first, so that 陳大文 and 陈大文 are one name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sources.normalise.data import read_rows
from sources.normalise.romanisation import wade_giles

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_HONORIFIC = re.compile(
    "(?:先生|女士|小姐|太太|夫人|同学|老师|医生|教授|经理|博士|师傅|阿姨|律师|主任)$"
)
# Readings that characters have in given names where the most frequent reading is another.
_GIVEN_READINGS = {
    "长": "chang",
    "乐": "le",
    "晟": "sheng",
    "茜": "qian",
    "朝": "chao",
    "行": "xing",
    "重": "chong",
    "盛": "sheng",
    "曾": "zeng",
    "单": "dan",
    "贾": "jia",
    "柏": "bai",
    "薇": "wei",
    "晖": "hui",
    "婷": "ting",
    "峄": "yi",
    "昊": "hao",
    "祎": "yi",
    "翟": "zhai",
    "洁": "jie",
    "彤": "tong",
    "琦": "qi",
    "奇": "qi",
    "秘": "mi",
    "车": "che",
    "藏": "cang",
    "宁": "ning",
    "俊": "jun",
    "尽": "jin",
    "都": "du",
    "传": "chuan",
    "参": "shen",
    "子": "zi",
    "若": "ruo",
    "大": "da",
    "会": "hui",
    "杉": "shan",
    "沈": "shen",
    "曦": "xi",
}
_FAMILIAR = "阿小"
_MOST_SPELLINGS = 4


class Surname(NamedTuple):
    """A surname's Mandarin reading, its spellings elsewhere, and its place in the list."""

    pinyin: str
    elsewhere: tuple[str, ...]
    rank: int


@lru_cache(maxsize=1)
def surnames() -> dict[str, Surname]:
    """Simplified characters to surname; the list begins with the most frequent."""
    return {
        characters: Surname(pinyin, tuple(elsewhere.split()), rank)
        for rank, (characters, pinyin, elsewhere) in enumerate(read_rows("chinese_surnames.csv"))
    }


@lru_cache(maxsize=1)
def romanised_surnames() -> dict[str, int]:
    """Every spelling of a Chinese surname to the rank of the most frequent one spelled so."""
    ranks: dict[str, int] = {}
    for surname in surnames().values():
        spellings = (*_umlauts(surname.pinyin), wade_giles(surname.pinyin), *surname.elsewhere)
        for spelling in spellings:
            ranks.setdefault(spelling, surname.rank)
    return ranks


@lru_cache(maxsize=1)
def pinyin_surnames() -> frozenset[str]:
    """Surnames as Pinyin spells them: Chen, not Chan."""
    return frozenset(surname.pinyin for surname in surnames().values())


@lru_cache(maxsize=1)
def romanised_compounds() -> frozenset[str]:
    """Spellings of the surnames of two characters, in one word."""
    return frozenset(
        spelling
        for characters, surname in surnames().items()
        if len(characters) == 2
        for spelling in (surname.pinyin, *surname.elsewhere)
    )


def without_honorific(han: str) -> str:
    """王先生 is 王."""
    return _HONORIFIC.sub("", han) or han


def divide(han: str) -> tuple[str, str]:
    """Family and given name of simplified characters; either may be empty.

    Two characters are a family name where they are a listed compound. Where one or two
    characters do not begin with a listed family name, or begin as 阿明 and 小明 do, they are a
    given name.
    """
    if han[:2] in surnames() and len(han) > 1:
        return han[:2], han[2:]
    if len(han) < 3 and (han[:1] not in surnames() or han[0] in _FAMILIAR):
        return "", han
    return han[:1], han[1:]


@lru_cache(maxsize=65536)
def reading(character: str) -> str:
    """A character's Pinyin in a given name, without tone, ü as v; empty where it has none."""
    if character in _GIVEN_READINGS:
        return _GIVEN_READINGS[character]
    # Loading pypinyin's dictionaries takes 0.2 s, and many feeds have no Chinese name at all.
    from pypinyin import Style, pinyin

    syllable = pinyin(character, style=Style.NORMAL, v_to_u=False, errors="ignore")
    text = syllable[0][0] if syllable else ""
    return text if text.isascii() and text.isalpha() else ""


def family_reading(family: str) -> str:
    """A family name's Pinyin, with the readings that characters have only as surnames."""
    known = surnames().get(family)
    return known.pinyin if known else "".join(map(reading, family))


def given_reading(given: str) -> str:
    """A given name's Pinyin in one word."""
    return "".join(map(reading, given))


class Spellings(NamedTuple):
    """Latin spellings of one family or given name, each in one word, by where it is used."""

    pinyin: tuple[str, ...] = ()
    wade_giles: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Every spelling, Pinyin first."""
        return tuple(dict.fromkeys((*self.pinyin, *self.wade_giles, *self.elsewhere)))


@lru_cache(maxsize=65536)
def family_spellings(family: str) -> Spellings:
    """All spellings under which a family name is found."""
    if not family:
        return Spellings()
    known = surnames().get(family)
    syllables = [family_reading(family)] if len(family) == 1 else list(map(reading, family))
    return Spellings(
        _umlauts(family_reading(family)),
        present("".join(map(wade_giles, syllables))),
        known.elsewhere if known else (),
    )


@lru_cache(maxsize=65536)
def given_spellings(given: str) -> Spellings:
    """All spellings of a given name; `elsewhere` holds those of Hong Kong."""
    syllables = [reading(character) for character in given]
    return Spellings(
        _umlauts("".join(syllables)),
        _wade_giles_spellings(syllables),
        tuple(hong_kong_spellings(given)) if given else (),
    )


def _wade_giles_spellings(syllables: list[str]) -> tuple[str, ...]:
    """The usual spelling, and the other one of names with yi (I) and si (Ssu)."""
    usual = "".join(map(wade_giles, syllables))
    if "yi" not in syllables and "si" not in syllables:
        return present(usual)
    others = {"yi": "i", "si": "ssu"}
    return (usual, "".join(others.get(each) or wade_giles(each) for each in syllables))


def _umlauts(pinyin: str) -> tuple[str, ...]:
    """呂 is Lü, which is written Lv, Lu or, in passports, Lyu."""
    if "v" not in pinyin:
        return present(pinyin)
    return (pinyin, pinyin.replace("v", "u"), pinyin.replace("v", "yu"))


def present(word: str) -> tuple[str, ...]:
    """The word alone, or nothing where it is empty."""
    return (word,) if word else ()


def hong_kong_spellings(given: str) -> list[str]:
    """A given name as Hong Kong spells it, the usual first; none where a character is unknown."""
    spellings = [_hong_kong().get(character) for character in given]
    words = [""]
    for each in spellings:
        if each is None:
            return []
        words = [word + spelling for spelling in each for word in words][: 2 * _MOST_SPELLINGS]
    return words[:_MOST_SPELLINGS]


@lru_cache(maxsize=1)
def _hong_kong() -> dict[str, tuple[str, ...]]:
    spellings: dict[str, tuple[str, ...]] = {}
    for syllable, others, characters in read_rows("hongkong_syllables.csv"):
        for character in characters:
            known = spellings.get(character, ())
            spellings[character] = tuple(dict.fromkeys((*known, syllable, *others.split())))
    return spellings


class ChineseName(NamedTuple):
    """Simplified characters; either part may be empty."""

    family: str = ""
    given: str = ""


# Longer text in a name field is a company, a shop or a sentence; 約翰·史密斯 has five.
_LONGEST = 8


def read_runs(runs: tuple[str, ...]) -> ChineseName:
    """A name from the runs of characters in one field, in either order."""
    if not runs or sum(map(len, runs)) > _LONGEST:
        return ChineseName()
    if len(runs) == 1:
        return ChineseName(*divide(runs[0]))
    if runs[0] in surnames():
        return ChineseName(runs[0], "".join(runs[1:]))
    # 大文 陳, or a foreign name written by its sound: 約翰·史密斯.
    return ChineseName(runs[-1], "".join(runs[:-1]))
