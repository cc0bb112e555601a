"""Which letters a date format of a contract may use."""

from __future__ import annotations

import pytest

from sources.contract import ColumnContract
from sources.date_formats import FormatError, format_pattern


@pytest.mark.parametrize(
    ("format_", "fits", "does_not"),
    [
        ("dd/MM/yyyy", "05/01/2026", "5/1/2026"),
        ("d.M.yyyy H:mm", "5.1.2026 7:05", "5x1.2026 7:05"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2026-01-05T07:05:09.123", "2026-01-05T07:05:09.12"),
        ("yyyyMMdd", "20260105", "２０２６0105"),
    ],
)
def test_patterns(format_: str, fits: str, does_not: str) -> None:
    assert format_pattern(format_).fullmatch(fits)
    assert not format_pattern(format_).fullmatch(does_not)


def test_other_letters_are_refused_with_those_that_are_known() -> None:
    with pytest.raises(FormatError, match="format 'dd-MMM-yyyy' uses 'MMM'; known are yyyy, MM"):
        format_pattern("dd-MMM-yyyy")
    with pytest.raises(ValueError, match="uses 'MMM'"):
        ColumnContract(type="date", formats=("dd-MMM-yyyy",))
