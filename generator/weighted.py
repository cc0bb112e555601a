"""Drawing from a table of weighted values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Value = TypeVar("Value")


class WeightedTable(Generic[Value]):
    """Values with weights; `pick` draws one in logarithmic time."""

    def __init__(self, entries: Iterable[tuple[Value, float]]) -> None:
        kept = [(value, weight) for value, weight in entries if weight > 0]
        self.values: Sequence[Value] = [value for value, _ in kept]
        self._cumulative = list(accumulate(weight for _, weight in kept))
        self._total = self._cumulative[-1]
        self._last = len(kept) - 1

    def pick(self, rng: Random) -> Value:
        position = bisect_right(self._cumulative, rng.random() * self._total)
        return self.values[min(position, self._last)]


def poisson(rng: Random, mean: float) -> int:
    """A Poisson count by counting exponential waits; meant for means below about 20."""
    count = 0
    waited = rng.expovariate(1.0)
    while waited < mean:
        count += 1
        waited += rng.expovariate(1.0)
    return count


def long_tailed_count(rng: Random, mean: float, shape: float) -> int:
    """A negative binomial count: a Poisson count whose mean differs from person to person."""
    return poisson(rng, rng.gammavariate(shape, mean / shape)) if mean > 0 else 0
