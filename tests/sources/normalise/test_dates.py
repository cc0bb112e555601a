"""Dates of birth."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.normalise import dates
from tests.sources.normalise.cases import read_cases

CASES = read_cases("dates")
FORMATS = ["yyyy-MM-dd", "dd/MM/yyyy"]
LATEST = "2026-01-08"
DATE_LIKE = st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}([-/. ][0-9]{1,4})?", fullmatch=True)


def expected_of(case: dict[str, Any]) -> tuple[Any, ...]:
    return case.get("value"), case.get("year"), case.get("precision")


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["in"]))
def test_table_of_cases(case: dict[str, Any]) -> None:
    result = dates.parse_date(case["in"], case.get("formats", FORMATS), LATEST)
    assert tuple(result) == expected_of(case)


@given(st.lists(st.none() | st.text(max_size=20) | DATE_LIKE))
def test_a_batch_agrees_with_single_dates(values: list[str | None]) -> None:
    result = dates.parsed(pa.array(values, pa.string()), FORMATS, LATEST).to_pylist()
    expected = [dates.parse_date(value, FORMATS, LATEST)._asdict() for value in values]
    assert result == expected


@given(st.dates(datetime.date(1902, 1, 1), datetime.date(2026, 1, 8)))
def test_every_real_day_is_read(day: datetime.date) -> None:
    if day.isoformat() in ("1970-01-01", "1911-01-01", "1911-11-11", "1912-12-12"):
        return
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%Y%m%d}", f"{day:%d %B %Y}"):
        assert dates.parse_date(text, FORMATS, LATEST).value == day.isoformat()


@given(st.integers(1901, 2025), st.integers(1, 12), st.integers(1, 31))
def test_only_real_days_are_read(year: int, month: int, day: int) -> None:
    value = dates.parse_date(f"{year}-{month:02d}-{day:02d}", FORMATS, LATEST).value
    if value is not None:
        assert datetime.date.fromisoformat(value) == datetime.date(year, month, day)


@pytest.mark.parametrize("wrong", ["", "dd/MM", "dd/MM/yy", "yyyy-MM-dd-dd", "QQQ yyyy", "yyyy dd"])
def test_an_unreadable_format_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match=f"'{wrong}' is not readable"):
        dates.check_formats(["yyyy-MM-dd", wrong])
