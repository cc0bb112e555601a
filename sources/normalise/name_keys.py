"""Keys of a name that do not depend on the order of its words. Pure Python."""

from __future__ import annotations

import re
from functools import lru_cache

from sources.normalise.census import shares
from sources.normalise.chinese import (
    ChineseName,
    family_spellings,
    given_spellings,
    pinyin_surnames,
    surnames,
)
from sources.normalise.latin_name import LatinName
from sources.normalise.nicknames import meant
from sources.normalise.romanisation import (
    cantonese_sound,
    is_pinyin,
    pinyin_syllables,
    wade_giles,
)

# All spellings of one name fit; a longer list would be keys of other people's names.
_MOST_KEYS = 32
# ü as computers and passports write it.
_UMLAUT = re.compile("([ln])(?:v|yu)")


def key(words: tuple[str, ...]) -> str:
    """Words, sorted, with a space between."""
    if len(words) == 2:
        first, second = words
        return f"{first} {second}" if first < second else f"{second} {first}"
    return " ".join(sorted(words))


def keys(
    first: str, latin: LatinName, chinese: ChineseName, aliases: tuple[str, ...]
) -> tuple[str, ...]:
    """`first` and the keys of every other spelling, each once."""
    found = {first: None}
    names = called(latin.given, latin.chinese) + aliases
    for family in _families(latin, chinese):
        for name in names:
            found[key((name, *family))] = None
    if latin.chinese and latin.family:
        found.update(dict.fromkeys(_sound_keys(latin.family, latin.chinese)))
    other = latin.alternative
    while other is not None:
        found[key((*other.given, *other.family))] = None
        for name in called(other.given, other.chinese):
            found[key((name, *other.family))] = None
        if other.chinese and other.family:
            found |= dict.fromkeys(_sound_keys(other.family, other.chinese))
        other = other.alternative
    if chinese.family and chinese.given:
        found |= dict.fromkeys(_chinese_keys(chinese))
        if len(chinese.given) == 3 and chinese.given[0] in surnames():
            # 陳李美玲: her own name behind her husband's surname.
            own = ChineseName(chinese.given[0], chinese.given[1:])
            found |= dict.fromkeys(_chinese_keys(own))
    return tuple(found)[:_MOST_KEYS]


def _families(latin: LatinName, chinese: ChineseName) -> list[tuple[str, ...]]:
    """The family name, each half of a double one, and the spellings of the Chinese one."""
    families = [latin.family] if latin.family else []
    if len(latin.family) > 1:
        # CHAN LEE Mei Ling is called Lee Mei Ling; Chan Mei Ling is another.
        is_married = latin.given == (latin.chinese,)
        families += [(word,) for word in latin.family[is_married:]]
    if chinese.family:
        families += [(word,) for word in family_spellings(chinese.family).all()]
    return families


@lru_cache(maxsize=65536)
def called(given: tuple[str, ...], chinese: str) -> tuple[str, ...]:
    """What a person is called by: the first given name that is no initial, what it surely stands
    for, and the Chinese given name.
    """
    first = next((word for word in given if len(word) > 1), "")
    names = list(meant(first)) if first and first != chinese else []
    if names and len(given) > 1 and given[0] + given[1] in shares("first"):
        # Mary Ann and Maryann.
        names.append(given[0] + given[1])
    return tuple(dict.fromkeys([*names, chinese] if chinese else names))


def _chinese_keys(chinese: ChineseName) -> tuple[str, ...]:
    """Spellings of the family name with those of the given name that go with them."""
    family, given = family_spellings(chinese.family), given_spellings(chinese.given)
    pairs = [
        (given.pinyin, family.pinyin + family.elsewhere),
        (given.wade_giles, family.wade_giles),
        (given.elsewhere, family.elsewhere or family.pinyin),
        # The first of each is the spelling of Hong Kong.
        (_sounds(given.elsewhere[:1]), _sounds(family.elsewhere[:1])),
    ]
    return tuple(
        key((name, surname)) for names, surnames in pairs for name in names for surname in surnames
    )


def _sound_keys(family: tuple[str, ...], given: str) -> list[str]:
    """Keys of a romanised Chinese name's other spellings: a Cantonese one by its sound, a Pinyin
    one as Taiwan writes it, one with ü without its dots.
    """
    words = (*family, given)
    if not (pinyin_surnames().issuperset(family) and is_pinyin(given)):
        sound = key(_sounds(words))
        if not _UMLAUT.search(" ".join(words)):
            return [sound]
        return [sound, key(tuple(_UMLAUT.sub(r"\1u", word) for word in words))]
    syllables = map(pinyin_syllables, words)
    taiwanese = tuple("".join(map(wade_giles, word)) for word in syllables)
    return [key(taiwanese)] if taiwanese != words else []


def _sounds(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(cantonese_sound, words))
