"""How a column of birth dates is written, told from its values."""

from __future__ import annotations

from collections.abc import Sequence

from sources.normalise.dates import parse_date

CANDIDATES = ("MM/dd/yyyy", "dd/MM/yyyy", "MMddyyyy", "ddMMyyyy", "yyyy/dd/MM")
"""Beside what is always read: a year first, and months by name. American before British, because
where no day is above 12 nothing tells them apart."""

_EARLIEST = 1000


def birth_formats(values: Sequence[str]) -> tuple[str, ...]:
    """The formats to name in a contract; none where all that can be read needs none."""
    if _readable(values, ()) >= _best(values):
        return ()
    best = max(
        CANDIDATES, key=lambda format_: (_readable(values, (format_,)), -CANDIDATES.index(format_))
    )
    return (best,)


def _best(values: Sequence[str]) -> int:
    return max(_readable(values, (format_,)) for format_ in CANDIDATES)


def _readable(values: Sequence[str], formats: tuple[str, ...]) -> int:
    """How many are dates of a day."""
    return sum(
        parse_date(value, formats, earliest=_EARLIEST).precision == "day" for value in values
    )
