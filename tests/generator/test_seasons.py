"""The calendar: rhythm of weeks and years, and what belongs to which drop."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from generator.seasons import HISTORY_DAYS, Calendar

FIRST_DAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar(FIRST_DAY, days=4)


def test_moments_are_written_in_utc(calendar: Calendar) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC) - timedelta(days=HISTORY_DAYS)
    for moment in (0, 86_399, 86_400, 12_345_678):
        expected = (start + timedelta(seconds=moment)).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert calendar.text(moment) == expected


def test_history_has_weeks_and_years(calendar: Calendar) -> None:
    rng = Random(1)
    days = [
        datetime.strptime(calendar.text(calendar.moment(rng, 0)), "%Y-%m-%dT%H:%M:%S%z")
        for _ in range(20_000)
    ]
    weekdays = Counter(day.weekday() for day in days)
    months = Counter((day.year, day.month) for day in days)
    assert weekdays[5] > 1.3 * weekdays[1]
    assert months[2025, 12] > 1.4 * months[2025, 2]
    hours = Counter(day.hour for day in days)
    assert hours[19] > 5 * hours[3]


@pytest.mark.parametrize("drop", [1, 2, 3])
def test_a_later_drop_covers_the_day_before_it(calendar: Calendar, drop: int) -> None:
    rng = Random(drop)
    moments = [calendar.moment(rng, drop) for _ in range(200)]
    eve = (FIRST_DAY + timedelta(days=drop - 1)).isoformat()
    assert {calendar.text(moment)[:10] for moment in moments} == {eve}
    assert {calendar.drop_of(moment) for moment in moments} == {drop}


def test_late_comers_are_in_no_earlier_drop(calendar: Calendar) -> None:
    rng = Random(5)
    assert {calendar.pick_drop(rng, 2) for _ in range(200)} == {2, 3}
    assert Counter(calendar.pick_drop(rng, 0) for _ in range(2000))[0] > 1500
