"""A raw name as words: scripts apart, titles and suffixes off, particles joined. Pure Python."""

from __future__ import annotations

import re
from typing import NamedTuple

from sources.normalise.chinese import HAN, without_honorific
from sources.normalise.name_order import family_share, is_chinese_surname
from sources.normalise.placeholders import EMPTY_WORDS, NAME_WORDS
from sources.normalise.romanisation import is_syllable
from sources.normalise.text import fold, fold_accents, simplify, write_out

_TITLES = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "mister",
        "madam",
        "mme",
        "mlle",
        "herr",
        "frau",
        "dr",
        "prof",
        "professor",
        "sir",
        "dame",
        "lord",
        "lady",
        "rev",
        "reverend",
        "fr",
        "father",
        "capt",
        "captain",
        "lt",
        "sgt",
        "col",
        "maj",
    }
)
# What may stand at the end: degrees are dropped, suffixes kept apart in one spelling.
_ENDINGS = dict.fromkeys(
    (
        "esq",
        "esquire",
        "phd",
        "md",
        "mba",
        "bsc",
        "msc",
        "dds",
        "dvm",
        "rn",
        "obe",
        "mbe",
        "cbe",
        "cpa",
        "jp",
        "frcs",
    ),
    "",
) | {
    "jr": "jr",
    "jnr": "jr",
    "junior": "jr",
    "sr": "sr",
    "snr": "sr",
    "senior": "sr",
    "ii": "ii",
    "iii": "iii",
    "iv": "iv",
}
_PARTICLES = frozenset(
    {
        "van",
        "von",
        "vom",
        "zu",
        "zur",
        "de",
        "del",
        "della",
        "der",
        "den",
        "des",
        "du",
        "da",
        "di",
        "do",
        "dos",
        "das",
        "la",
        "le",
        "lo",
        "el",
        "al",
        "bin",
        "ibn",
        "binte",
        "bint",
        "ter",
        "ten",
        "te",
        "st",
        "saint",
        "san",
        "santa",
        "mc",
        "mac",
        "o",
        "d",
        "ap",
        "fitz",
        "abu",
        "ben",
    }
)
# Also Chinese syllables or given names: particles only where no other reading is as likely.
_ONLY_INSIDE = frozenset(
    {"st", "saint", "san", "santa", "ben", "al", "lo", "do", "te", "ten", "abu", "ap", "mac"}
)
# Written apart they look like initials.
_LETTERS = frozenset({"o", "d"})
_SURE_PARTICLES = _PARTICLES - _ONLY_INSIDE - _LETTERS
# Without them it is another name: McKenna, St John, bin Said.
_KEPT = _LETTERS | frozenset(
    {"mc", "mac", "st", "san", "santa", "fitz", "ap", "bin", "ibn", "binte", "bint", "abu", "ben"}
)
# 'al-Rashid': what a hyphen ties to the next word as a blank does.
_TIED = frozenset({"al", "el", "ben", "bin", "ibn", "abu", "mac", "mc", "st"})
_ARTICLE = re.compile(r"(?<=\w )(al|el)-(?=\w)", re.IGNORECASE)
_ORDINAL = re.compile(r"\b([234])(?:nd|rd|th)\b", re.IGNORECASE)
_GENERATIONS = {"2": "ii", "3": "iii", "4": "iv"}
_BRACKET = re.compile(r"[(\[{\"]")
_BRACKETED = re.compile(r"[(\[{\"]\s*([^()\[\]{}\"]*?)\s*[)\]}\"]")
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_HAN_RUN = re.compile(f"[{HAN}]+")
_DROPPED = re.compile("['0-9]")
_IRISH = re.compile(r"\bÓ (?=\w)")
_NOT_A_NAME = re.compile(r"@|://|www\.")

Unit = tuple[str, ...]


class NameText(NamedTuple):
    """What a raw name holds: Latin text in its own case, runs of simplified characters, aliases,
    and the Latin text with ö as oe where it has such letters.
    """

    latin: str = ""
    han: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    written_out: str = ""


class LatinWords(NamedTuple):
    """Latin words in their own case, before and after a comma, and the suffix found."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    suffix: str | None


NOTHING = NameText()


def clean(raw: str) -> NameText:
    """The parts of a raw name; empty for a word for 'none', and for an address."""
    if raw.isascii() and raw.replace(" ", "").isalpha():
        plain = " ".join(raw.split())
        return NOTHING if _is_empty(plain) else NameText(plain)
    return _clean_odd(raw)


def _clean_odd(raw: str) -> NameText:
    """The parts of a name that is more than letters and spaces."""
    text = fold(raw)
    if _is_empty(text) or _NOT_A_NAME.search(text):
        return NOTHING
    han: tuple[str, ...] = ()
    written_out = ""
    if not text.isascii():
        other = write_out(text)
        written_out = _clean_odd(other).latin if other != text else ""
        text = fold_accents(_IRISH.sub("O", text))
        runs = (without_honorific(simplify(run)) for run in _HAN_RUN.findall(text))
        han = tuple(run for run in runs if run not in NAME_WORDS)
        text = _HAN_RUN.sub(" ", text)
    if _DROPPED.search(text):
        text = _DROPPED.sub("", _ORDINAL.sub(lambda found: _GENERATIONS[found[1]], text))
    if "l-" in text.lower():
        text = _ARTICLE.sub(r"\1 ", text)
    aliases: tuple[str, ...] = ()
    if _BRACKET.search(text):
        outside = _BRACKETED.sub(" ", text)
        if _WORD.search(outside):
            aliases, text = tuple(_BRACKETED.findall(text)), outside
    return NameText(text, han, aliases, written_out)


def words(latin: str) -> LatinWords:
    """Words of Latin text without titles and degrees; the suffix is taken out."""
    before, comma, after = latin.partition(",")
    first, second = _WORD.findall(before), _WORD.findall(after) if comma else []
    if not (comma or first[:1] == first[-1:]):
        is_bare = first[0].lower() not in _TITLES and first[-1].lower() not in _ENDINGS
        if is_bare:
            return LatinWords(tuple(first), (), None)
    suffix = None
    for side in (second, first):
        while side and len(first) + len(second) > 1 and side[-1].lower() in _ENDINGS:
            suffix = _ENDINGS[side.pop().lower()] or suffix
    for side in (first, second):
        while side and len(first) + len(second) > 1 and side[0].lower() in _TITLES:
            side.pop(0)
    if len(first) + len(second) == 1 and (first or second)[0].lower() in _TITLES:
        return LatinWords((), (), None)
    return LatinWords(tuple(first or second), tuple(second if first else ()), suffix)


def units(written: tuple[str, ...], has_chinese_surname: bool | None = None) -> list[Unit]:
    """Lower-case words; parts of a hyphenated word stay together, particles join the next word.

    'van der Berg' becomes 'vanderberg', so that it is one word however it is written. Whether
    there is a Chinese surname is asked of the words themselves where the caller doesn't say it.
    """
    lower = [word.lower() for word in written]
    if _PARTICLES.isdisjoint(lower):
        return [_parts(word) if "-" in word else (word,) for word in lower]
    return [
        ("".join(particles) + first, *rest)
        for particles, (first, *rest) in _led(lower, has_chinese_surname)
    ]


def bare_units(written: tuple[str, ...], has_chinese_surname: bool | None = None) -> list[Unit]:
    """`units` without particles: many forms make Ludwig Berg of Ludwig van der Berg."""
    lower = [word.lower() for word in written]
    return [
        ("".join(filter(_KEPT.__contains__, particles)) + first, *rest)
        for particles, (first, *rest) in _led(lower, has_chinese_surname)
    ]


def without_last_particles(written: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The given names behind a comma, and the particles that follow them: 'Ludwig van der'."""
    end = len(written)
    while end > 1 and written[end - 1].lower() in _SURE_PARTICLES:
        end -= 1
    return written[:end], written[end:]


def _led(lower: list[str], has_chinese_surname: bool | None) -> list[tuple[tuple[str, ...], Unit]]:
    """Each word's parts, and the particles before it."""
    if has_chinese_surname is None:
        has_chinese_surname = any(map(is_chinese_surname, lower))
    found: list[tuple[tuple[str, ...], Unit]] = []
    pending: tuple[str, ...] = ()
    for position, word in enumerate(lower):
        following = lower[position + 1 :]
        if following and _is_particle(word, following, position, has_chinese_surname):
            pending += ("st" if word == "saint" else word,)
            continue
        found.append((pending, _parts(word)))
        pending = ()
    return found


def _parts(word: str) -> Unit:
    first, *rest = word.split("-")
    return (first + rest[0], *rest[1:]) if rest and first in _TIED else (first, *rest)


def _is_particle(word: str, following: list[str], position: int, has_chinese_surname: bool) -> bool:
    if word not in _PARTICLES or len(following[0]) == 1:
        return False
    if word in _LETTERS:
        # O'Neill is a name and Neill hardly any; Mary O. Day and John D. Angelo have an initial.
        joined, alone = family_share(word + following[0]), family_share(following[0])
        return joined > 0 and joined >= alone and not is_syllable(following[0])
    if has_chinese_surname and is_syllable(word) and is_syllable(following[0]):
        return False
    if position == 0:
        # Van Morrison, but Van Dyke Maria and Van der Berg.
        is_whole_name = word == "van" and len(following) == 1
        return word not in _ONLY_INSIDE and not is_whole_name
    return True


def is_placeholder(texts: tuple[NameText, ...]) -> bool:
    """Whether all fields together hold nothing but words like 'test', 'customer', 'no name'."""
    for text in texts:
        if text is NOTHING:
            continue
        # Nearly every name is told by its last word.
        last = text.latin.rpartition(" ")[2]
        if text.han or (last.isalpha() and last.lower() not in NAME_WORDS):
            return False
        found = words(text.latin)
        parts = "-".join((*found.before, *found.after)).lower().split("-")
        if any(part and part not in NAME_WORDS for part in parts):
            return False
    return True


def _is_empty(text: str) -> bool:
    """Nan and Na are given names; 'nan' and 'NA' are what software writes."""
    return text.lower() in EMPTY_WORDS and not (text.istitle() and text.isalpha())
