"""When things happen: weeks and years have a rhythm, and each drop covers its own day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from generator.settings import USUAL_LATER_SHARE
from generator.weighted import WeightedTable

HISTORY_DAYS = 400
_SECONDS_A_DAY = 86_400
# Monday to Sunday; January to December; midnight to eleven in the evening.
_WEEK = (0.85, 0.82, 0.86, 0.95, 1.15, 1.35, 1.12)
_YEAR = (0.82, 0.80, 0.88, 0.94, 1.0, 1.02, 0.95, 0.88, 0.98, 1.02, 1.30, 1.55)
_DAY = (3, 2, 1, 1, 1, 2, 4, 7, 10, 12, 14, 15, 17, 15, 14, 14, 15, 17, 19, 20, 19, 16, 11, 6)
_CLOCK = tuple(
    f"T{hour:02d}:{minute:02d}:{second:02d}Z"
    for hour in range(24)
    for minute in range(60)
    for second in range(60)
)


class Calendar:
    """Moments are seconds since the start of the history, in UTC. A later drop is about
    `later_share` as large as the first one.
    """

    def __init__(self, first_day: date, days: int, later_share: float = USUAL_LATER_SHARE) -> None:
        self._later_share = later_share
        self.first_day = first_day
        self.days = days
        self.start = first_day - timedelta(days=HISTORY_DAYS)
        self.history_seconds = HISTORY_DAYS * _SECONDS_A_DAY
        self._day_texts = [
            (self.start + timedelta(days=number)).isoformat()
            for number in range(HISTORY_DAYS + days + 1)
        ]
        self._history = WeightedTable(
            (number, self._busy(number)) for number in range(HISTORY_DAYS)
        )
        self._hours = WeightedTable(enumerate(_DAY))
        self._drops = WeightedTable((drop, later_share if drop else 1.0) for drop in range(days))

    def drop_days(self) -> list[str]:
        """The day of every drop as ISO text."""
        return [(self.first_day + timedelta(days=drop)).isoformat() for drop in range(self.days)]

    def volume(self, arrival: int) -> float:
        """How much a person makes in all drops, the full history being 1."""
        if arrival == 0:
            return 1.0 + self._later_share * (self.days - 1)
        return self._later_share * (self.days - arrival) * 3.0

    def pick_drop(self, rng: Random, arrival: int) -> int:
        if arrival:
            return rng.randrange(arrival, self.days)
        return self._drops.pick(rng)

    def moment(self, rng: Random, drop: int) -> int:
        """A moment that drop number `drop` reports: in the history, or on the day before it."""
        day = self._history.pick(rng) if drop == 0 else HISTORY_DAYS + drop - 1
        return day * _SECONDS_A_DAY + self._hours.pick(rng) * 3600 + int(rng.random() * 3600)

    def drop_of(self, moment: int) -> int:
        """The drop that reports a moment."""
        return max(0, min(self.days - 1, moment // _SECONDS_A_DAY - HISTORY_DAYS + 1))

    def text(self, moment: int) -> str:
        day, second = divmod(moment, _SECONDS_A_DAY)
        return self._day_texts[day] + _CLOCK[second]

    def day_text(self, moment: int) -> str:
        return self._day_texts[moment // _SECONDS_A_DAY]

    def _busy(self, number: int) -> float:
        day = datetime.combine(self.start, datetime.min.time()) + timedelta(days=number)
        growth = 1.0 + 0.5 * number / HISTORY_DAYS
        return _WEEK[day.weekday()] * _YEAR[day.month - 1] * growth
