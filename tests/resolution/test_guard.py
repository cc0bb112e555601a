"""Pieces and clusters of whole graphs, as arrays."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.average_link import average_link
from resolution.guard import GuardSettings, Pairs, clusters, pieces
from resolution.nodes import smallest_member
from resolution.thresholds import COMPARED_TOGETHER, CUT_AT, FLOOR_AT, START_AT

Row = tuple[int, int, int, bool, bool]


def columns(rows: list[Row]) -> Pairs:
    made = [np.array(column) for column in zip(*rows, strict=True)] if rows else [np.array([])] * 5
    kinds = (np.int32, np.int32, np.int32, bool, bool)
    return Pairs(*(column.astype(kind) for column, kind in zip(made, kinds, strict=True)))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Row]]:
    """Places in groups of four, and all pairs of each group."""
    size = 4 * draw(st.integers(1, 5))
    rows = []
    for left in range(size):
        for right in range(left + 1, left - left % 4 + 4):
            weight = draw(st.sampled_from([-9_000, CUT_AT, START_AT, 4_000, 9_000]))
            rows.append((left, right, weight, draw(st.booleans()), draw(st.integers(0, 9)) == 0))
    return size, rows


@settings(max_examples=150, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_every_piece_is_clustered_as_alone_in_any_order(
    graph: tuple[int, list[Row]], shuffler: random.Random
) -> None:
    size, rows = graph
    guard = GuardSettings()
    strong = columns([r for r in rows if r[2] >= guard.start and r[3] and not r[4]])
    piece = pieces(size, strong.left, strong.right, strong.weight, guard)
    within = [row for row in rows if piece[row[0]] == piece[row[1]]]
    shuffled = list(within)
    shuffler.shuffle(shuffled)
    found = clusters(size, piece, columns(shuffled), guard)
    expected = average_link(
        size,
        [
            (left, right, max(weight, guard.floor) if known else None)
            for left, right, weight, known, _ in within
        ],
        [row[:2] for row in within if row[4]],
        guard.start,
        guard.cut,
    )
    assert found.tolist() == expected


def test_no_pair_counts_for_less_than_floor_at_in_a_mean() -> None:
    """Two records of one person that have next to nothing to compare are no evidence against it;
    counted in full, what they start with would part the third.
    """
    rows = columns([(0, 1, 9_000, True, False), (1, 2, 9_000, True, False)])
    piece = pieces(3, rows.left, rows.right, rows.weight, GuardSettings())
    weak = [(0, 2, FLOOR_AT - 20_000, True, False)]
    pairs = columns([(0, 1, 9_000, True, False), (1, 2, 1_000, True, False), *weak])
    assert clusters(3, piece, pairs, GuardSettings()).tolist() == [0, 0, 0]
    deep = GuardSettings(floor=FLOOR_AT - 20_000)
    assert clusters(3, piece, pairs, deep).tolist() == [0, 0, 2]


def test_a_mean_at_the_floor_still_parts() -> None:
    """FLOOR_AT is below CUT_AT, or nothing would."""
    pairs = columns(
        [(0, 1, 9_000, True, False), (1, 2, START_AT, True, False), (0, 2, -40_000, True, False)]
    )
    piece = pieces(3, pairs.left, pairs.right, pairs.weight, GuardSettings())
    assert clusters(3, piece, pairs, GuardSettings()).tolist() == [0, 0, 2]


def test_a_chain_that_is_too_long_is_parted_where_it_is_weakest() -> None:
    size = COMPARED_TOGETHER + 20
    left = np.arange(size - 1, dtype=np.int32)
    weight = np.full(size - 1, 9_000, np.int32)
    weight[50] = START_AT + 500
    piece = pieces(size, left, left + 1, weight, GuardSettings())
    assert piece.tolist() == [0] * 51 + [51] * (size - 51)
    alone = pieces(size, left, left + 1, weight, GuardSettings(enabled=False))
    assert alone.tolist() == smallest_member(size, left, left + 1).tolist() == [0] * size


def test_only_large_components_are_parted() -> None:
    size = 2 * COMPARED_TOGETHER
    left = np.append(np.arange(COMPARED_TOGETHER, dtype=np.int32), size - 2)
    weight = np.full(len(left), START_AT, np.int32)
    piece = pieces(size, left, left + 1, weight, GuardSettings())
    assert piece[size - 1] == size - 2
    assert len(set(piece[: COMPARED_TOGETHER + 1].tolist())) == COMPARED_TOGETHER + 1
