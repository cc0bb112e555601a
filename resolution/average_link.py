"""Average-link clustering of one component, in whole numbers and with a total order.

Two clusters unite while the mean weight of the pairs between them is the best there is and at or
above the cut. Means are compared as fractions, never as floating point: weights 5, 5, -20 once
gave two partitions, by the order in which they were added up.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass
class _Between:
    """What is known of the pairs between two clusters: the sum and number of their weights, whether
    one of them joins on its own, and whether they must stay apart.
    """

    total: int = 0
    pairs: int = 0
    joins: bool = False
    apart: bool = False

    def add(self, other: _Between) -> None:
        self.total += other.total
        self.pairs += other.pairs
        self.joins |= other.joins
        self.apart |= other.apart


Pair = tuple[int, int, int | None]
"""Two places, and the weight in milli-bits; None where they have nothing to compare."""


def average_link(
    size: int, pairs: Iterable[Pair], apart: Iterable[tuple[int, int]], start: int, cut: int | None
) -> list[int]:
    """For each of `size` places the smallest place of its cluster.

    Pairs without evidence are left out of means. Clusters unite only over at least one pair at or
    above `start`, and never where a pair is in `apart`. Of equal means the clusters with the
    smallest places unite first.
    """
    between = _between(size, pairs, apart, start)
    first = list(range(size))
    members = [[place] for place in range(size)]
    waiting = [
        (_worth(one), left, right, 0, 0)
        for left in range(size)
        for right, one in between[left].items()
        if left < right and _may_unite(one, cut)
    ]
    heapq.heapify(waiting)
    changed = [0] * size
    while waiting:
        _, left, right, at_left, at_right = heapq.heappop(waiting)
        if changed[left] != at_left or changed[right] != at_right:
            continue
        members[left] += members[right]
        changed[left] += 1
        changed[right] = -1
        for place in members[right]:
            first[place] = left
        for other, one in between[right].items():
            del between[other][right]
            if other == left:
                continue
            known = between[left].setdefault(other, _Between())
            known.add(one)
            between[other][left] = known
        between[right] = {}
        for other, one in between[left].items():
            if _may_unite(one, cut):
                low, high = min(left, other), max(left, other)
                heapq.heappush(waiting, (_worth(one), low, high, changed[low], changed[high]))
    return first


def _between(
    size: int, pairs: Iterable[Pair], apart: Iterable[tuple[int, int]], start: int
) -> list[dict[int, _Between]]:
    """By both places, the same object."""
    between: list[dict[int, _Between]] = [{} for _ in range(size)]

    def of(left: int, right: int) -> _Between:
        one = between[left].setdefault(right, _Between())
        between[right][left] = one
        return one

    for left, right, weight in pairs:
        if weight is not None:
            of(left, right).add(_Between(weight, 1, joins=weight >= start))
    for left, right in apart:
        of(left, right).apart = True
    return between


def _may_unite(one: _Between, cut: int | None) -> bool:
    if not one.joins or one.apart:
        return False
    return cut is None or one.total >= cut * one.pairs


def _worth(one: _Between) -> Fraction:
    """Smaller for the better union."""
    return Fraction(-one.total, one.pairs)
