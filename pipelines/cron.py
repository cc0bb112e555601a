"""Cron expressions, as far as they are told from typing mistakes: five fields, or `@daily`."""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _WEEKDAYS),
)
_MACROS = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
_PART = re.compile(r"(\*|(?P<first>\w+)(-(?P<last>\w+))?)(/(?P<step>[1-9]\d*))?")


def check_cron(expression: str) -> None:
    """`ValueError` that names the field which is wrong."""
    if expression in _MACROS:
        return
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"a cron expression has five fields, '{expression}' has {len(fields)}")
    for text, (field, lowest, highest, names) in zip(fields, _FIELDS, strict=True):
        for part in text.split(","):
            if not _is_part(part.lower(), lowest, highest, names):
                raise ValueError(f"'{part}' is no {field}")


def _is_part(part: str, lowest: int, highest: int, names: tuple[str, ...]) -> bool:
    match = _PART.fullmatch(part)
    if match is None:
        return False
    given = [match[name] for name in ("first", "last") if match[name] is not None]
    numbers = [_number(value, lowest, names) for value in given]
    known = [number for number in numbers if number is not None and lowest <= number <= highest]
    return len(known) == len(given) and known == sorted(known)


def _number(value: str, lowest: int, names: tuple[str, ...]) -> int | None:
    if value in names:
        return names.index(value) + lowest
    return int(value) if value.isascii() and value.isdigit() else None
