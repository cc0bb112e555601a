"""Decisions that can't all hold: two records held apart that must-links hold together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from resolution.judgements.constraints import Constraint, Constraints, pair_key

Neighbours = dict[str, list[str]]


@dataclass(frozen=True)
class Contradiction:
    """A cannot-link, and the chain of must-links that leads from its one record to its other.

    `path` are the records of the chain, from `cannot_link.left_id` to `cannot_link.right_id`;
    `must_links` are its pairs in that order.
    """

    cannot_link: Constraint
    path: tuple[str, ...]
    must_links: tuple[Constraint, ...]

    @property
    def judgement_ids(self) -> tuple[str, ...]:
        """All decisions behind it, sorted; taking back those of one pair resolves it, or shows
        another chain.
        """
        links = (self.cannot_link, *self.must_links)
        return tuple(sorted({one for link in links for one in link.judgement_ids}))


def groups(must_link: Iterable[Constraint]) -> dict[str, str]:
    """For each record of a must-link, the smallest record_id that must-links lead to."""
    neighbours = _neighbours(must_link)
    found: dict[str, str] = {}
    for record in sorted(neighbours):
        if record not in found:
            found |= dict.fromkeys(_steps_from(record, neighbours), record)
    return found


def contradictions(constraints: Constraints) -> list[Contradiction]:
    """Every cannot-link within one group of must-links, sorted by its pair.

    The chain is a shortest one; among several, the one with the smallest record_ids from the left
    on.
    """
    group = groups(constraints.must_link)
    neighbours = _neighbours(constraints.must_link)
    links = {link.pair: link for link in constraints.must_link}
    found = []
    for link in constraints.cannot_link:
        if link.left_id in group and group[link.left_id] == group.get(link.right_id):
            path = _shortest(link.left_id, link.right_id, neighbours)
            chain = tuple(links[pair_key(*step)] for step in pairwise(path))
            found.append(Contradiction(link, path, chain))
    return found


def _neighbours(must_link: Iterable[Constraint]) -> Neighbours:
    found: Neighbours = defaultdict(list)
    for link in must_link:
        found[link.left_id].append(link.right_id)
        found[link.right_id].append(link.left_id)
    return found


def _steps_from(start: str, neighbours: Neighbours) -> dict[str, int]:
    """How many must-links away each record of the group is."""
    steps = {start: 0}
    queue = [start]
    for record in queue:
        for other in neighbours[record]:
            if other not in steps:
                steps[other] = steps[record] + 1
                queue.append(other)
    return steps


def _shortest(left: str, right: str, neighbours: Neighbours) -> tuple[str, ...]:
    """The smallest of the shortest paths; both records are of one group."""
    steps = _steps_from(right, neighbours)
    path = [left]
    while path[-1] != right:
        left_over = steps[path[-1]] - 1
        path.append(min(one for one in neighbours[path[-1]] if steps[one] == left_over))
    return tuple(path)
