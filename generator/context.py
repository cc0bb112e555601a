"""What the makers of all feeds share during one generation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from generator.delivery import Delivery
from generator.emails import UserNames
from generator.identifiers import identifiers
from generator.layout import SHUFFLE_LIMIT
from generator.people import Person
from generator.rates import Rates
from generator.seasons import Calendar
from generator.truth import Truth

_ID_SIZES = {
    "person": 10**9,
    "household": 10**9,
    "contact": 10**8,
    "card": 10**10,
    "receipt": 10**8,
    "user": 10**8,
    "cookie": 1 << 62,
    "device": 10**10,
    "event": 10**8,
    "post": 10**9,
}


@dataclass(slots=True)
class Context:
    """Randomness, calendar, identifiers and the way out for rows and truth."""

    rng: Random
    rates: Rates
    calendar: Calendar
    delivery: Delivery
    truth: Truth
    user_names: UserNames
    numbers: dict[str, Iterator[int]]

    def next_number(self, kind: str) -> int:
        return next(self.numbers[kind])

    def shuffled(self) -> int:
        """An order number for files whose rows have no order."""
        return int(self.rng.random() * SHUFFLE_LIMIT)

    def happens(self, rate: float) -> bool:
        return self.rng.random() < rate

    def vouch(self, source: str, key: str, person: Person, evidence: str) -> None:
        """Writes one key into the truth."""
        household = person.household.household_id
        self.truth.add(self.shuffled(), f"{source},{key},{person.person_id},{household},{evidence}")


def number_streams(seed: int) -> dict[str, Iterator[int]]:
    """One stream of unique numbers per kind of identifier."""
    return {kind: identifiers(size, f"{seed}/{kind}") for kind, size in _ID_SIZES.items()}
