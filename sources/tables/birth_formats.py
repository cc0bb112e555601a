"""How a column of birth dates is written, told from its values."""

from __future__ import annotations

from collections.abc import Sequence

from sources.normalise.dates import parse_date

CANDIDATES = ("MM/dd/yyyy", "dd/MM/yyyy", "MMddyyyy", "ddMMyyyy", "yyyy/dd/MM")
"""Beside what is always read: a year first, and months by name. American before British, because
where no day is above 12 nothing tells them apart."""

EARLIEST_BIRTH = 1000
"""Tables of historical persons are linked, too."""


def birth_formats(values: Sequence[str]) -> tuple[str, ...]:
    """The formats to name in a contract; none where all that can be read needs none."""
    readable = {format_: _readable(values, (format_,)) for format_ in CANDIDATES}
    best = max(CANDIDATES, key=readable.__getitem__)
    return () if _readable(values, ()) >= readable[best] else (best,)


def _readable(values: Sequence[str], formats: tuple[str, ...]) -> int:
    """How many are dates of a day."""
    return sum(
        parse_date(value, formats, earliest=EARLIEST_BIRTH).precision == "day" for value in values
    )
