"""Latin names: from words to given and family name. Pure Python."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sources.normalise.chinese import romanised_compounds
from sources.normalise.name_order import (
    divide,
    family_share,
    given_share,
    is_chinese_surname,
    is_english_given,
    single,
)
from sources.normalise.name_text import (
    LatinWords,
    Unit,
    bare_units,
    units,
    without_last_particles,
    words,
)
from sources.normalise.romanisation import is_given_name, is_syllable

_VOWELS = frozenset("aeiouy")


class LatinName(NamedTuple):
    """Lower-case words. `given` begins with the name the person is called by; `chinese` is the
    joined Chinese given name among them, or empty; `alternative` is another reading, which may
    have one itself.
    """

    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    chinese: str = ""
    suffix: str | None = None
    alternative: LatinName | None = None


def read_columns(given_text: str, family_text: str) -> LatinName:
    """A name whose parts came in two columns; the columns are believed."""
    family_words, is_chinese, suffix, bare = _family_column(family_text)
    given_words, chinese, own_suffix = _given_column(given_text, is_chinese)
    other = LatinName(given_words, bare, chinese) if bare != family_words else None
    return LatinName(given_words, family_words, chinese, suffix or own_suffix, other)


def read_beside(family_text: str, full_text: str) -> LatinName:
    """A family-name column beside a whole-name field, which may hold the given name alone."""
    family = {word.lower() for word in words(family_text).before}
    whole = words(full_text)
    given = [word for word in whole.before + whole.after if word.lower() not in family]
    return read_columns(" ".join(given), family_text) if given else read_family(family_text)


def also(name: LatinName, other: LatinName) -> LatinName:
    """A name with one more reading behind those that it has."""
    if name.alternative is not None:
        other = also(name.alternative, other)
    return name._replace(alternative=other)


def read_given(text: str) -> LatinName:
    """A given-name column without a family name: a whole name only where it must be one."""
    found = words(text)
    last = found.before[-1].lower() if found.before else ""
    if found.after or (len(found.before) > 1 and family_share(last) > given_share(last)):
        return read_latin(text)
    return _assemble(units(found.before, False), [], found.suffix)


def read_family(text: str) -> LatinName:
    """A family-name column without a given name: a whole name where it has two words or more."""
    found = words(text)
    family = units(found.before, False)
    if found.after or len(family) > 1:
        return read_latin(text)
    return _assemble([], family, found.suffix)


def read_latin(text: str) -> LatinName:
    """A whole name in one field, in any order."""
    found = words(text)
    if found.after:
        return _read_comma(found)
    all_units = units(found.before)
    if len(all_units) < 2:
        return _read_single(all_units, found)
    shouted = _shouted(found.before)
    if shouted and len(all_units) == len(found.before):
        return _assemble(
            [unit for position, unit in enumerate(all_units) if position not in shouted],
            [all_units[position] for position in shouted],
            found.suffix,
        )
    return _read_divided(all_units, found)


def _read_divided(all_units: list[Unit], found: LatinWords) -> LatinName:
    """The most usual division into given and family name, and one other reading."""
    division = divide([_weighed(unit) for unit in all_units])
    name = _from_positions(all_units, division.family, found.suffix)
    if len(all_units) < len(found.before):
        bare = _from_positions(bare_units(found.before), division.family, None)
        return name._replace(alternative=bare)
    if _is_married(all_units):
        return name._replace(alternative=_assemble(all_units[2:], all_units[1:2], None))
    if division.alternative is None:
        return name
    other = _from_positions(all_units, division.alternative, found.suffix)
    return name._replace(alternative=other)


def _is_married(all_units: list[Unit]) -> bool:
    """'Chan Lee Mei Ling': the husband's surname, the own one, two syllables."""
    if len(all_units) != 4 or max(map(len, all_units)) > 1:
        return False
    husbands, own, *given = (unit[0] for unit in all_units)
    return (
        is_chinese_surname(husbands)
        and is_chinese_surname(own)
        and husbands + own not in romanised_compounds()
        and all(is_syllable(word) and not is_english_given(word) for word in given)
    )


def _from_positions(
    all_units: list[Unit], family: tuple[int, ...], suffix: str | None
) -> LatinName:
    given = [unit for position, unit in enumerate(all_units) if position not in family]
    return _assemble(given, [all_units[position] for position in family], suffix)


def _read_comma(found: LatinWords) -> LatinName:
    """'Lui, Alvin', 'Chan Tai Man, Peter', and 'Berg, Ludwig van der'."""
    family = units(found.before, False)
    lower = [word.lower() for word in found.before]
    if len(lower) > 2 and is_chinese_surname(lower[0]) and all(map(is_syllable, lower)):
        given = units(found.after + found.before[1:], True)
        return _assemble(given, family[:1], found.suffix)
    joined = "".join(part for unit in family for part in unit)
    is_chinese = is_chinese_surname(joined)
    if is_chinese:
        return _assemble(units(found.after, True), family, found.suffix)
    given_words, particles = without_last_particles(found.after)
    given, before = units(given_words, False), particles + found.before
    if particles:
        family = units(before, False)
    name = _assemble(given, family, found.suffix)
    if len(family) == len(before):
        return name
    return name._replace(alternative=_assemble(given, bare_units(before, False), None))


def _read_single(all_units: list[Unit], found: LatinWords) -> LatinName:
    if not all_units:
        return LatinName()
    unit = all_units[0]
    if len(unit) > 1:
        is_given = _is_chinese(unit)
        return _assemble([unit] * is_given, [unit] * (not is_given), found.suffix)
    if len(found.before) > 1:
        # A particle and its word: 'de Silva'.
        return _assemble([], [unit], found.suffix)
    given, family = single(unit[0])
    return _assemble([(given,)] if given else [], [(family,)] if family else [], found.suffix)


def _shouted(written: tuple[str, ...]) -> tuple[int, ...]:
    """Positions of the words in capitals where only the family name is: 'CHAN Tai Man Peter'."""
    if not any(map(str.isupper, written)):
        return ()
    found = tuple(
        position
        for position, word in enumerate(written)
        if word.isupper() and _may_be_shouted(word.lower())
    )
    others = [word for position, word in enumerate(written) if position not in found]
    is_run = bool(found) and found[-1] - found[0] == len(found) - 1
    return found if is_run and any(not word.isupper() for word in others) else ()


def _may_be_shouted(word: str) -> bool:
    """JRR, MJ and O are initials; NG is a surname."""
    return (len(word) > 1 and is_chinese_surname(word)) or (
        len(word) > 2 and not _VOWELS.isdisjoint(word)
    )


def _weighed(unit: Unit) -> str:
    """The word by which a hyphenated unit is judged: Chinese syllables are one name."""
    return "".join(unit) if len(unit) == 1 or _is_chinese(unit) else unit[-1]


def _is_chinese(unit: Unit) -> bool:
    return len(unit) > 1 and all(map(is_syllable, unit))


@lru_cache(maxsize=65536)
def _family_column(text: str) -> tuple[tuple[str, ...], bool, str | None, tuple[str, ...]]:
    """Family words, whether they are a Chinese surname, a suffix, and the words less particles."""
    found = words(text)
    written = found.before + found.after
    parts = units(written, False)
    family, is_chinese = _family_words(parts)
    bare = family if len(parts) == len(written) else _family_words(bare_units(written, False))[0]
    return family, is_chinese, found.suffix, bare


@lru_cache(maxsize=65536)
def _given_column(text: str, is_chinese: bool) -> tuple[tuple[str, ...], str, str | None]:
    """Given words, the Chinese given name among them, and a suffix."""
    found = words(text)
    given, chinese = _given_words(units(found.before + found.after, is_chinese), is_chinese)
    return given, chinese, found.suffix


def _assemble(given: list[Unit], family: list[Unit], suffix: str | None) -> LatinName:
    family_words, is_chinese = _family_words(family)
    given_words, chinese = _given_words(given, is_chinese)
    return LatinName(given_words, family_words, chinese, suffix)


def _family_words(family: list[Unit]) -> tuple[tuple[str, ...], bool]:
    """The words, a Chinese surname of two syllables as one, and whether it is Chinese."""
    parts = family[0] if len(family) == 1 else tuple(part for unit in family for part in unit)
    joined = "".join(parts)
    if is_chinese_surname(joined):
        return (joined,), True
    return parts, len(parts) == 2 and all(map(is_chinese_surname, parts))


def _given_words(given: list[Unit], is_chinese: bool) -> tuple[tuple[str, ...], str]:
    """Chinese syllables of the given name become one word, an English name stands before it."""
    parts = [part for unit in given for part in unit]
    has_syllables = len(parts) > len(given) and any(map(_is_chinese, given))
    if not (is_chinese or has_syllables):
        return tuple(parts), ""
    names, chinese = _chinese_given(parts)
    return (*names, *([chinese] if chinese else [])), chinese


def _chinese_given(parts: list[str]) -> tuple[list[str], str]:
    """English names and the joined Chinese given name.

    A word like 'Ken' or 'Dan' may be either. Chinese given names have two syllables as a rule,
    so it is a syllable where one other waits for it ('Chen Dan Yu'), else an English name.
    """
    sure = [part for part in parts if is_given_name(part) and not is_english_given(part)]
    doubtful = [part for part in parts if is_given_name(part) and is_english_given(part)]
    takes_doubtful = len(sure) == 1 and len(doubtful) == 1 and is_syllable(sure[0])
    syllables = [part for part in parts if part in sure or (takes_doubtful and part in doubtful)]
    names = [part for part in parts if part not in syllables]
    return names, "".join(syllables)
