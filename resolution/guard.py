"""The over-merge guard: what connected components melt together and one person can't be.

Transitive closure is where precision dies: one wrong pair joins two families. So all pairs of a
component are weighed, and clusters of it unite by the mean of the weights between them
(`resolution.average_link`). Too large a component is first parted by raising the start weight.
Works on integers alone, so the partition does not depend on the order of anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from resolution.average_link import average_link
from resolution.nodes import smallest_member
from resolution.thresholds import (
    COMPARED_TOGETHER,
    CUT_AT,
    FLOOR_AT,
    LARGEST_CLUSTER,
    START_AT,
)
from resolution.vetoes import NAMES, first_of

TOO_LARGE = "too_large"
CONTRADICTION = "contradiction"

RAISED_BY = 1_000
"""Milli-bits by which the start weight of a large component goes up at a time."""


@dataclass(frozen=True)
class GuardSettings:
    """Weights in milli-bits; none counts for less than `floor` in a mean. `vetoes` are the rules in
    force, `duplicate_free` the sources with one record per person. `enabled` = False leaves
    connected components as they are.
    """

    start: int = START_AT
    cut: int = CUT_AT
    floor: int = FLOOR_AT
    compared_together: int = COMPARED_TOGETHER
    largest_cluster: int = LARGEST_CLUSTER
    vetoes: tuple[str, ...] = NAMES
    duplicate_free: tuple[str, ...] = ()
    enabled: bool = True

    @property
    def veto(self) -> str:
        """SQL for the rule that vetoes a scored pair, by its `vetoes`; null where none does."""
        return first_of(self.vetoes if self.enabled else ())


DEFAULT_GUARD = GuardSettings()


@dataclass(frozen=True)
class Pairs:
    """Pairs of places below a size, as columns: `weight` counts where `known`; `apart` are pairs
    that must not be together. Each pair once.
    """

    left: np.ndarray
    right: np.ndarray
    weight: np.ndarray
    known: np.ndarray
    apart: np.ndarray

    def where(self, chosen: np.ndarray) -> Pairs:
        """Some of the pairs."""
        return Pairs(*(column[chosen] for column in vars(self).values()))


def pieces(
    size: int, left: np.ndarray, right: np.ndarray, weight: np.ndarray, settings: GuardSettings
) -> np.ndarray:
    """Per place the smallest place of its piece: its component by pairs at or above the start
    weight; of a component that is too large to compare all pairs, its parts by a higher one.
    """
    start = settings.start
    strong = weight >= start
    first = smallest_member(size, left[strong], right[strong])
    if not settings.enabled:
        return first
    highest = int(weight.max(initial=start))
    while start <= highest:
        large = np.bincount(first, minlength=size)[first] > settings.compared_together
        if not large.any():
            break
        start += RAISED_BY
        strong = (weight >= start) & large[left] & large[right]
        parted = smallest_member(size, left[strong], right[strong])
        first = np.where(large, parted, first)
    return first


def clusters(size: int, piece: np.ndarray, pairs: Pairs, settings: GuardSettings) -> np.ndarray:
    """Per place the smallest place of its cluster. `piece` is what `pieces` gave; `pairs` are those
    within a piece, all of them where the piece has at least three places.
    """
    first = piece.copy()
    doubtful = pairs.apart | (pairs.known & (pairs.weight < settings.cut))
    if not settings.enabled:
        doubtful = pairs.apart
    # Where all means are at or above the cut, whatever unites first: the piece is one cluster.
    looked_at = np.zeros(size, bool)
    looked_at[piece[pairs.left[doubtful]]] = True
    chosen = pairs.where(looked_at[piece[pairs.left]])
    order = np.argsort(piece[chosen.left], kind="stable")
    chosen = chosen.where(order)
    of_piece = piece[chosen.left]
    bounds = np.append(np.flatnonzero(np.diff(of_piece, prepend=-1)), len(of_piece))
    for begin, end in pairwise(bounds.tolist()):
        places, found = _cluster(chosen.where(np.arange(begin, end)), settings)
        first[places] = found
    return first


def _cluster(pairs: Pairs, settings: GuardSettings) -> tuple[np.ndarray, np.ndarray]:
    """The places of one piece, and the smallest place of the cluster of each."""
    places, number = np.unique(np.concatenate([pairs.left, pairs.right]), return_inverse=True)
    half = len(pairs.left)
    rows = zip(
        number[:half].tolist(),
        number[half:].tolist(),
        np.maximum(pairs.weight, settings.floor).tolist(),
        pairs.known.tolist(),
        pairs.apart.tolist(),
        strict=True,
    )
    weighed, apart = [], []
    for left, right, weight, known, is_apart in rows:
        weighed.append((left, right, weight if known else None))
        if is_apart:
            apart.append((left, right))
    # Without the guard only what must be apart parts a component.
    cut = settings.cut if settings.enabled else None
    first = average_link(len(places), weighed, apart, settings.start, cut)
    return places, places[np.asarray(first)]


def reason(settings: GuardSettings) -> str:
    """SQL for why a cluster is held, by `broken` and `records`; null where it is published."""
    return (
        f"case when broken then '{CONTRADICTION}'"
        f" when records > {settings.largest_cluster} then '{TOO_LARGE}' end"
    )
