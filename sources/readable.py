"""Whether a delivered text can be read in its column's type: asked row by row at the door.

`sources.values.typed` makes the value later, in Spark. What is readable here is not null there;
a property test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import available_timezones

from sources.contract import ColumnContract
from sources.date_formats import format_pattern
from sources.values import FALSE, TRUE

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LARGEST_DECIMAL = Decimal(10) ** 14
_USUAL = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)?)?",
    re.ASCII,
)
"""What most times look like; no day that some month lacks."""
_DATE = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(:(?P<second>\d{1,2})(\.\d{1,6})?)?"
    r" ?(Z|UTC|[+-](?P<offset>\d{1,2})(:?[0-5]\d)?|(?P<zone>[A-Z]\w+/[\w/+-]+))?"
)
_ISO_DATE = re.compile(rf"{_DATE}([T ].*)?", re.ASCII)
_ISO_TIME = re.compile(rf"{_DATE}([T ]{_TIME})?", re.ASCII)
_LONGEST_OFFSET = 14
"""Hours; no place on Earth has more, and Spark refuses 18:30."""


def reader(column: ColumnContract) -> Callable[[str], bool]:
    """A function that says whether a text without white space around it can be read."""
    if column.type == "integer":
        return lambda text: _INTEGER.fullmatch(text) is not None
    if column.type == "decimal":
        return _is_decimal
    if column.type == "boolean":
        return lambda text: text.lower() in TRUE + FALSE
    if column.type in ("date", "timestamp"):
        if column.formats:
            patterns = [format_pattern(format_) for format_ in column.formats]
            return lambda text: any(_fits(pattern, text) for pattern in patterns)
        iso = _iso(column)
        return lambda text: _USUAL.fullmatch(text) is not None or _fits(iso, text)
    return lambda _: True


def later_than(column: ColumnContract, day: date) -> Callable[[str], bool]:
    """A function that says whether a text without white space around it names a later day."""
    if column.type not in ("date", "timestamp"):
        return lambda _: False
    limit = day.isoformat()
    if column.formats:
        patterns = [format_pattern(format_) for format_ in column.formats]
        return lambda text: _first_day(patterns, text) > limit
    iso = [_iso(column)]
    # Comparing texts never misses a later day, and almost every text ends here.
    return lambda text: text > limit and _first_day(iso, text) > limit


def _iso(column: ColumnContract) -> re.Pattern[str]:
    return _ISO_DATE if column.type == "date" else _ISO_TIME


def _first_day(patterns: list[re.Pattern[str]], text: str) -> str:
    """The ISO day by the first pattern that reads the text; empty where there is none."""
    for pattern in patterns:
        if _fits(pattern, text):
            parts = {"year": "", "month": "1", "day": "1"} | pattern.fullmatch(text).groupdict()  # type: ignore[union-attr]
            return "-".join(parts[name].zfill(2) for name in ("year", "month", "day"))
    return ""


def _is_decimal(text: str) -> bool:
    return _DECIMAL.fullmatch(text) is not None and abs(Decimal(text)) < _LARGEST_DECIMAL


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the text has this form and names a moment that exists."""
    found = pattern.fullmatch(text)
    if found is None:
        return False
    parts = {name: value for name, value in found.groupdict().items() if value}
    zone = parts.pop("zone", None)
    if zone is not None and zone not in available_timezones():
        return False
    if int(parts.pop("offset", "0")) > _LONGEST_OFFSET:
        return False
    numbers = {name: int(value) for name, value in parts.items()}
    try:
        datetime(**{"year": 1970, "month": 1, "day": 1, **numbers})  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return False
    return True
