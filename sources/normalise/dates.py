"""Dates of birth: ISO day, year and how exact it is, or null for the impossible.

`parse_date` is the pure Python definition; `parsed` is its Column twin, native throughout.
Neither uses the engine's date parser: it throws on 30 February in ANSI mode, and what its
patterns accept differs between versions. A date is three small integers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pyspark.sql import Column
from pyspark.sql import functions as F

from sources.normalise.data import read_words
from sources.normalise.text import bound, fold, folded

# Nobody born earlier is alive.
EARLIEST_YEAR = 1900
_PLACEHOLDERS = read_words("placeholders.csv", "date")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# 31 of a short month, 30 February, and 29 February of a year that is no leap year.
_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_NO_SUCH_DAY = rf"-(?:0[2469]|11)-31|-02-30|\A(?!{_LEAP_YEAR})[0-9]{{4}}-02-29"
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
    raw: str | None, formats: Sequence[str] = (), latest: str | None = None
) -> ParsedDate:
    """A date of birth.

    `formats` are patterns of yyyy, M or MM, MMM (the month's English name), d or dd, in the
    contract's order of trust; '-', '/', '.' and a space are interchangeable. ISO, yyyyMMdd,
    yyyy年M月d日, months by name, yyyy-MM and yyyy are always read, after these. `latest`
    (yyyy-MM-dd) is the last possible day. Never raises on data; an unknown format is a
    ValueError.
    """
    text = fold(raw or "").lower()
    for pattern, replacement in _NAMED_MONTHS:
        text = re.sub(pattern, replacement, text)
    for shape in _shapes(formats):
        found = re.fullmatch(shape.pattern, text)
        if found:
            groups = dict(zip(shape.parts, found.groups(), strict=True))
            known = [groups[part].zfill(2) for part in _DAY_PARTS if part in groups]
            return _judged("-".join(known), latest)
    return _NOTHING


def parsed(raw: Column, formats: list[str], latest: Column | None = None) -> Column:
    """Column twin of `parse_date`: struct<value string, year int, precision string>.

    The struct is never null, its fields are. `latest` is a date, a timestamp or ISO text.
    """
    text = bound(F.lower(folded(raw)), _with_named_months)
    limit = F.lit(None).cast("string") if latest is None else latest.cast("string")
    return bound(
        text,
        lambda plain: bound(
            F.coalesce(*(_dashed(plain, shape) for shape in _shapes(formats))),
            lambda known: _judged_column(known, limit),
        ),
    )


def _with_named_months(text: Column) -> Column:
    named = text
    for pattern, replacement in _NAMED_MONTHS:
        named = F.regexp_replace(named, pattern, replacement.replace("\\", "$"))
    return F.when(text.rlike("[a-z]{2}"), named).otherwise(text)


def _judged(known: str, latest: str | None) -> ParsedDate:
    if known < str(EARLIEST_YEAR) or known in _PLACEHOLDERS or re.search(_NO_SUCH_DAY, known):
        return _NOTHING
    if latest is not None and known > latest[: len(known)]:
        return _NOTHING
    precision = {4: "year", 7: "month", 10: "day"}[len(known)]
    return ParsedDate(known if precision == "day" else None, int(known[:4]), precision)


def _judged_column(known: Column, latest: Column) -> Column:
    """Column twin of `_judged`, of 'yyyy-MM-dd', 'yyyy-MM' or 'yyyy'."""
    possible = (
        (known >= str(EARLIEST_YEAR))
        & ~known.isin(*sorted(_PLACEHOLDERS))
        & ~known.rlike(_NO_SUCH_DAY)
        & (latest.isNull() | (known <= F.substring(latest, F.lit(1), F.length(known))))
    )
    length = F.length(known)
    precision = F.when(length == 10, "day").when(length == 7, "month").otherwise("year")
    return F.struct(
        F.when(possible & (length == 10), known).alias("value"),
        F.when(possible, F.substring(known, 1, 4).cast("int")).alias("year"),
        F.when(possible, precision).alias("precision"),
    )


def _shapes(formats: Sequence[str]) -> list[_Shape]:
    return [*map(_shape, formats), *_ALWAYS]


@lru_cache(maxsize=64)
def _shape(date_format: str) -> _Shape:
    """The shape of a contract's format; a time of day after the date is allowed and ignored."""
    day_format = re.split(r"[ ']*T?[ ']*H", date_format, maxsplit=1)[0]
    pieces = re.findall(r"[A-Za-z]+|[^A-Za-z]+", day_format)
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


def _dashed(text: Column, shape: _Shape) -> Column:
    """'yyyy-MM-dd', 'yyyy-MM' or 'yyyy' where the text has this shape, else null."""
    groups = [f"${shape.parts.index(part) + 1}" for part in _DAY_PARTS if part in shape.parts]
    pattern = rf"\A{shape.pattern}\z"
    dashed = F.regexp_replace(text, pattern, "-".join(groups))
    return F.when(text.rlike(pattern), F.regexp_replace(dashed, "-(?=[0-9](?:-|\\z))", "-0"))
