"""Phone numbers: E.164, or null for what no numbering plan knows.

`to_e164` and `national` take one number; `seen` takes all numbers of a batch of records.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
import pyarrow as pa

from sources.normalise.data import read_words
from sources.normalise.numbering import (
    Plan,
    country_code,
    plan,
    region_code,
)
from sources.normalise.seen import SeenRows
from sources.normalise.text import fold

# In this order: what is not part of the number is cut before its punctuation is dropped.
_LABEL = re.compile(
    r"\A(?:telephone|tel|phone|mobile|mob|cell|home|work|fax|whatsapp|電話|电话|手機|手机)[ .:]*"
)
_ENDINGS = (
    re.compile(r" *(?:;ext=|extension|extn|ext|x|#|分機|分机|轉|转)[ .:]*[0-9]{1,7}\Z"),
    # A spreadsheet or a data frame took the number for a decimal one.
    re.compile(r"\.0\Z"),
    re.compile(r"[;,].*\Z"),
)
_TRUNK_IN_BRACKETS = re.compile(r"\( *0 *\)")
_PUNCTUATION = re.compile(r"[ ().\-/·・_'\"]")
_INTERNATIONAL_PREFIX = re.compile(r"\A\+?00(?=[1-9])")
_PLAIN = re.compile(r"[+0-9 -]*", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9]+")
_PLACEHOLDERS = read_words("placeholders.csv", "phone")
_SEQUENCES = frozenset({"1234567890", "0123456789", "123456789", "12345678", "9876543210"})


def to_e164(raw: str | None, regions: Sequence[str], country: str | None = None) -> str | None:
    """The number in E.164, or null.

    A country code in the number wins ('+' or '00' before it); then the plan of `country`; then
    the first of `regions` in whose plan the number is valid; last, a number that begins with
    the country code of one of these without saying so, or behind America's '011'. Codes are
    ISO 3166, two letters; unknown ones are ignored. Placeholders (one digit repeated,
    1234567890) are null. Never raises.
    """
    cleaned = _clean(raw or "")
    if not cleaned:
        return None
    plans = _plans(tuple(regions), country)
    number: str | None
    if not _NUMBER.fullmatch(cleaned):
        number = _read_by_library(raw or "", plans)
    elif cleaned.startswith("+"):
        number = _read_international(cleaned)
    else:
        number = _read_national(cleaned, plans)
    return None if number is None or is_placeholder(number) else number


def seen(rows: SeenRows, regions: pa.Array, countries: pa.Array) -> pa.ListArray:
    """Each record's numbers with their national forms, the latest first.

    For each record `regions` has codes joined by commas, and `countries` its own, as in `to_e164`.
    """
    places = zip(rows.counts, regions.to_pylist(), countries.to_pylist(), strict=True)
    plans = [(codes, country) for count, codes, country in places for _ in range(count)]
    numbers = [
        _read_one(text, codes, country)
        for text, (codes, country) in zip(rows.texts, plans, strict=True)
    ]
    return rows.first_and_last(numbers, "national", national)


@lru_cache(maxsize=8192)
def _read_one(text: str | None, regions: str, country: str | None) -> str | None:
    return to_e164(text, regions.split(","), country)


def national(e164: str) -> str:
    """The national significant number: E.164 without '+' and country code.

    Two spellings of one number agree here even where a number without code was read in the
    plan of the wrong country. No fixed count of digits: Hong Kong has eight.
    """
    digits = e164.removeprefix("+")
    return digits.removeprefix(country_code(digits) or "")


def _clean(raw: str) -> str:
    """Digits with an optional '+' before them where that is all there is, else folded text."""
    if _PLAIN.fullmatch(raw):
        text = raw.replace(" ", "").replace("-", "")
    else:
        text = _LABEL.sub("", fold(raw).lower())
        for ending in _ENDINGS:
            text = ending.sub("", text)
        text = _PUNCTUATION.sub("", _TRUNK_IN_BRACKETS.sub("", text))
    return _INTERNATIONAL_PREFIX.sub("+", text)


@lru_cache(maxsize=1024)
def _plans(regions: tuple[str, ...], country: str | None) -> list[Plan]:
    """The plan of the country, then those of the regions, each once; unknown codes are left out."""
    names = [region_code(country), *map(region_code, regions)]
    found = [plan(name) for name in dict.fromkeys(names) if name]
    return [each for each in found if each is not None]


def _read_international(cleaned: str) -> str | None:
    code = country_code(cleaned[1:])
    if code is None:
        return None
    main = plan(phonenumbers.region_code_for_country_code(int(code)))
    if main is None or not main.is_plain:
        return _library_number(cleaned, None)
    return main.international(cleaned)


def _read_national(digits: str, plans: Sequence[Plan]) -> str | None:
    if is_placeholder(digits):
        return None
    for each in plans:
        number = each.national(digits) if each.is_plain else _library_number(digits, each.region)
        if number is not None:
            return number
    matches = (each.coded(digits) for each in plans if each.is_plain)
    return next((number for number in matches if number is not None), None)


def _read_by_library(text: str, plans: Sequence[Plan]) -> str | None:
    """Text with letters or marks in it, as the library understands it."""
    numbers = (_library_number(text, each.region) for each in plans)
    return next((number for number in numbers if number is not None), None)


def _library_number(text: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_placeholder(number: str) -> bool:
    """Whether nobody's number was typed: one digit repeated, digits counted up, a listed one."""
    digits = national(number) if number.startswith("+") else number
    return number in _PLACEHOLDERS or len(set(digits)) <= 1 or digits in _SEQUENCES
