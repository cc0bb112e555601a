"""Dates of birth: ISO day, year and how exact it is, or null for the impossible.

`parse_date` takes one text, `parsed` those of a batch of records. Neither uses an engine's date
parser: Spark's throws on 30 February in ANSI mode, and what its patterns accept differs
between versions. A date is three small integers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa

from sources.normalise.data import read_words
from sources.normalise.text import fold

_ARROW_TYPES = (pa.string(), pa.int32(), pa.string())

EARLIEST_YEAR = 1900
"""Nobody born earlier is alive, and so no customer."""
_PLACEHOLDERS = read_words("placeholders.csv", "date")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# 31 of a short month, 30 February, and 29 February of a year that is no leap year.
_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_NO_SUCH_DAY = rf"-(?:0[2469]|11)-31|-02-30|\A(?!{_LEAP_YEAR})[0-9]{{4}}-02-29"
_TWO_LETTERS = re.compile("[a-z]{2}")
_NAMED_MONTHS = (
    (r"([0-9])(?:st|nd|rd|th)(?![a-z])", r"\1"),
    *((rf"(?<![a-z]){name}[a-z]*\.?", f"m{n}") for n, name in enumerate(_MONTHS, start=1)),
)

# Month and day are bounded in the pattern, so that a second format can take what the first
# cannot mean: 09/16/1984 is no day-first date.
_YEAR, _MONTH, _DAY = r"([0-9]{4})", r"(0?[1-9]|1[0-2])", r"(0?[1-9]|[12][0-9]|3[01])"
_SEPARATOR = r" ?[-/., ] ?"
_TIME = r"(?:[t ]+[0-9]{1,2}:[0-9]{2}.*)?"
_NAMED_MONTH = "m([1-9]|1[0-2])"
_TOKENS = {
    "yyyy": ("year", _YEAR),
    "MMMM": ("month", _NAMED_MONTH),
    "MMM": ("month", _NAMED_MONTH),
    "MM": ("month", _MONTH),
    "M": ("month", _MONTH),
    "dd": ("day", _DAY),
    "d": ("day", _DAY),
}


class ParsedDate(NamedTuple):
    """`value` is yyyy-MM-dd where `precision` is 'day', and None for 'month' and 'year'."""

    value: str | None
    year: int | None
    precision: str | None


class _Shape(NamedTuple):
    """A regular expression of the whole text, and which group is which part of the date."""

    pattern: str
    parts: tuple[str, ...]


_NOTHING = ParsedDate(None, None, None)
_DAY_PARTS = ("year", "month", "day")
# A year first or a month's name is never ambiguous, so these hold whatever the contract says.
_ALWAYS = (
    _Shape(_YEAR + _SEPARATOR + _MONTH + _SEPARATOR + _DAY + _TIME, _DAY_PARTS),
    _Shape(r"([0-9]{4})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", _DAY_PARTS),
    _Shape(_DAY + _SEPARATOR + _NAMED_MONTH + _SEPARATOR + _YEAR + _TIME, ("day", "month", "year")),
    _Shape(_NAMED_MONTH + _SEPARATOR + _DAY + _SEPARATOR + _YEAR + _TIME, ("month", "day", "year")),
    _Shape(f"{_YEAR} ?年 ?{_MONTH} ?月 ?{_DAY} ?[日号號]", _DAY_PARTS),
    _Shape(f"{_YEAR} ?年 ?{_MONTH} ?月", ("year", "month")),
    _Shape(_YEAR + _SEPARATOR + _MONTH, ("year", "month")),
    _Shape(f"{_YEAR} ?年?", ("year",)),
)


def check_formats(formats: Sequence[str]) -> None:
    """Raise ValueError, naming the format, where one of a contract's formats is not readable."""
    for each in formats:
        _shape(each)


def parse_date(
    raw: str | None,
    formats: Sequence[str] = (),
    latest: str | None = None,
    earliest: int = EARLIEST_YEAR,
) -> ParsedDate:
    """A date of birth.

    `formats` are patterns of yyyy, M or MM, MMM (the month's English name), d or dd, in the
    contract's order of trust; '-', '/', '.' and a space are interchangeable. ISO, yyyyMMdd,
    yyyy年M月d日, months by name, yyyy-MM and yyyy are always read, after these. `latest`
    (yyyy-MM-dd) is the last possible day, `earliest` the first possible year. Never raises on data;
    an unknown format is a ValueError.
    """
    return _parse(raw or "", tuple(formats), latest, earliest)


@lru_cache(maxsize=65536)
def _parse(raw: str, formats: tuple[str, ...], latest: str | None, earliest: int) -> ParsedDate:
    text = fold(raw).lower()
    if _TWO_LETTERS.search(text):
        for pattern, replacement in _NAMED_MONTHS:
            text = re.sub(pattern, replacement, text)
    for shape in (*map(_shape, formats), *_ALWAYS):
        found = re.fullmatch(shape.pattern, text)
        if found:
            groups = dict(zip(shape.parts, found.groups(), strict=True))
            known = [groups[part].zfill(2) for part in _DAY_PARTS if part in groups]
            return _judged("-".join(known), latest, earliest)
    return _NOTHING


def parsed(
    raws: pa.Array,
    formats: Sequence[str],
    latest: str | None = None,
    earliest: int = EARLIEST_YEAR,
) -> pa.StructArray:
    """struct<value, year, precision> by `parse_date`; no struct is null, its fields may be."""
    found = [
        _NOTHING if text is None else parse_date(text, formats, latest, earliest)
        for text in raws.to_pylist()
    ]
    columns = zip(*found, strict=True) if found else ([], [], [])
    arrays = [pa.array(values, kind) for values, kind in zip(columns, _ARROW_TYPES, strict=True)]
    return pa.StructArray.from_arrays(arrays, list(ParsedDate._fields))


def _judged(known: str, latest: str | None, earliest: int) -> ParsedDate:
    if known < str(earliest) or known in _PLACEHOLDERS or re.search(_NO_SUCH_DAY, known):
        return _NOTHING
    if latest is not None and known > latest[: len(known)]:
        return _NOTHING
    precision = {4: "year", 7: "month", 10: "day"}[len(known)]
    return ParsedDate(known if precision == "day" else None, int(known[:4]), precision)


@lru_cache(maxsize=64)
def _shape(date_format: str) -> _Shape:
    """The shape of a contract's format; a time of day after the date is allowed and ignored."""
    day_format = re.split(r"[ ']*T?[ ']*H", date_format, maxsplit=1)[0]
    # MMddyyyy has no separators.
    pieces = re.findall(r"y+|M+|d+|[A-Za-z]+|[^A-Za-z]+", day_format)
    pattern, parts = "", []
    for piece in pieces:
        if piece in _TOKENS:
            part, expression = _TOKENS[piece]
            parts.append(part)
            pattern += expression
        elif re.fullmatch(r"[-/., ]+", piece):
            pattern += _SEPARATOR
        else:
            raise ValueError(_unreadable(date_format))
    if sorted(parts) not in (["year"], ["month", "year"], ["day", "month", "year"]):
        raise ValueError(_unreadable(date_format))
    return _Shape(pattern + _TIME, tuple(parts))


def _unreadable(date_format: str) -> str:
    return (
        f"date format '{date_format}' is not readable: "
        "use yyyy, MM (or M, MMM) and dd (or d), each once, with - / . or a space between"
    )
