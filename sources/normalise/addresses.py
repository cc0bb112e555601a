"""Postal addresses: postcodes, street lines, cities.

`normalise_postcode`, `line`, `line_key` and `city` take one text, `normalised` the addresses of a
batch of records.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa

from sources.normalise.chinese import HAN
from sources.normalise.data import read_rows
from sources.normalise.numbering import region_code
from sources.normalise.placeholders import is_empty
from sources.normalise.text import fold, fold_accents, simplify

# Outward code, inward code. The shape and not the register of districts: a mistyped district
# still agrees with itself, and new ones are opened.
_BRITISH = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_AMERICAN = re.compile(r"[0-9]{4,5}|[0-9]{9}")
_CHINESE = re.compile(r"[0-9]{6}")
_TAIWANESE = re.compile(r"[0-9]{3}|[0-9]{5,6}")
_PLAIN = re.compile(r"(?=.*[0-9])[0-9A-Z]{3,10}")
_HAS_NO_POSTCODES = ("HK", "MO")
_NOT_OF_A_CODE = re.compile("[^0-9A-Z]")
_CITY_NOISE = re.compile(r"\A(?:city of|town of|greater) | (?:city|town|municipality|shi)\Z")
_CHINESE_CITY = re.compile(f"([{HAN}]{{2,}})[市县]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_BETWEEN_SCRIPTS = re.compile(f"(?<=[0-9])(?=[{HAN}])|(?<=[{HAN}])(?=[0-9])")
_LEADING_ZEROS = re.compile(r"\A0+(?=[0-9])")


def normalised(lines: pa.Array, postcodes: pa.Array, countries: pa.Array) -> pa.StructArray:
    """struct<key, postcode, country> of street lines, postcodes and countries as delivered: the
    line's key, the postcode in its country's form, the country in capitals. No struct is null,
    its fields may be.
    """
    named = countries.to_pylist()
    keys = [None if raw is None else line_key(raw) for raw in lines.to_pylist()]
    codes = [
        None if raw is None else normalise_postcode(raw, country)
        for raw, country in zip(postcodes.to_pylist(), named, strict=True)
    ]
    capitals = [None if country is None else country.upper() for country in named]
    columns = [pa.array(values, pa.string()) for values in (keys, codes, capitals)]
    return pa.StructArray.from_arrays(columns, ["key", "postcode", "country"])


@lru_cache(maxsize=8192)
def normalise_postcode(raw: str | None, country: str | None) -> str | None:
    """The postcode in its country's form, or None where it cannot be one.

    GB 'SW1A 1AA', US five digits, CN six, TW three, five or six, HK none (None); other known
    countries and no country: upper-case letters and digits, without spaces. A British code
    has such a shape of its own that it is written the British way where no country is given,
    so that a till's record and a CRM record agree. Applying it twice changes nothing.
    """
    if raw is None or is_empty(raw):
        return None
    code = _NOT_OF_A_CODE.sub("", fold(raw).upper())
    if len(set(code)) < 2:
        return None
    return _in_form(code, region_code(country))


def line(raw: str | None) -> str | None:
    """A street line in lower case, simplified characters and short forms; None where empty.

    'Flat 3, 12 Saint John's Road' and 'Apt 3 12 St. Johns Rd' become the same text.
    Applying it twice changes nothing.
    """
    return " ".join(_tokens(raw)) or None


def line_key(raw: str | None) -> str | None:
    """The line's numbers and street words, sorted, each once, without unit words.

    Free of order and of how a flat is called: '12 Saint John's Road, Flat 3' has the key of
    'Apt 3, 12 St Johns Rd'. None where nothing is left.
    """
    units = _unit_words()
    kept = {_LEADING_ZEROS.sub("", token) for token in _tokens(raw) if token not in units}
    return " ".join(sorted(kept)) or None


def city(raw: str | None) -> str | None:
    """A city's name in lower case without accents, punctuation, or the word 'city' (市)."""
    name = _CITY_NOISE.sub("", " ".join(_words(raw)))
    chinese = _CHINESE_CITY.fullmatch(name)
    return (chinese[1] if chinese else name) or None


def _in_form(code: str, region: str | None) -> str | None:
    if region == "US":
        # A spreadsheet drops a leading zero, so four digits get it back.
        return code.zfill(5)[:5] if _AMERICAN.fullmatch(code) else None
    if region == "CN":
        return code if _CHINESE.fullmatch(code) else None
    if region == "TW":
        return code if _TAIWANESE.fullmatch(code) else None
    if region in _HAS_NO_POSTCODES:
        return None
    british = _BRITISH.fullmatch(code) if region in ("GB", None) else None
    if british:
        return f"{british[1]} {british[2]}"
    return code if region != "GB" and _PLAIN.fullmatch(code) else None


def _words(raw: str | None) -> list[str]:
    """Lower-case words without punctuation; Chinese text and digits are parted."""
    if raw is None or is_empty(raw):
        return []
    text = fold_accents(simplify(fold(raw))).lower().replace("'", "")
    return _BETWEEN_SCRIPTS.sub(" ", _BETWEEN_WORDS.sub(" ", text)).split()


def _tokens(raw: str | None) -> list[str]:
    """Words in their short forms."""
    short_forms = _short_forms()
    return [short_forms.get(word, word) for word in _words(raw)]


@lru_cache(maxsize=1)
def _short_forms() -> dict[str, str]:
    return {row[1]: row[2] for row in read_rows("address_words.csv") if row[0] == "short"}


@lru_cache(maxsize=1)
def _unit_words() -> frozenset[str]:
    return frozenset(row[1] for row in read_rows("address_words.csv") if row[0] == "unit")
