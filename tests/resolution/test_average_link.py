"""Average link against the definition: every union looked for among all clusters, in fractions."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.average_link import Pair, average_link

Case = tuple[int, list[Pair], list[tuple[int, int]]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A size, weights of all pairs (some unknown), and pairs to be held apart."""
    size = draw(st.integers(1, 7))
    pairs = list(combinations(range(size), 2))
    weights = st.one_of(st.none(), st.sampled_from([-20, -5, 0, 1, 5, 7]))
    apart = draw(st.lists(st.sampled_from(pairs), max_size=2, unique=True)) if pairs else []
    return size, [(left, right, draw(weights)) for left, right in pairs], apart


def naive(case: Case, start: int, cut: int | None) -> list[int]:
    size, pairs, apart = case
    clusters = [frozenset({place}) for place in range(size)]
    while True:
        best = None
        for one, other in combinations(sorted(clusters, key=min), 2):
            across = [pair for pair in pairs if {*pair[:2]} & one and {*pair[:2]} & other]
            between = [weight for _, _, weight in across if weight is not None]
            held = any({left, right} & one and {left, right} & other for left, right in apart)
            if held or not any(weight >= start for weight in between):
                continue
            mean = Fraction(sum(between), len(between))
            if cut is not None and mean < cut:
                continue
            worth = (-mean, min(one), min(other))
            if best is None or worth < best[0]:
                best = (worth, one, other)
        if best is None:
            break
        clusters = [c for c in clusters if c not in best[1:]] + [best[1] | best[2]]
    return [min(next(c for c in clusters if place in c)) for place in range(size)]


@settings(max_examples=300, deadline=None)
@given(cases(), st.sampled_from([0, 1, 5]), st.sampled_from([None, -6, -2, 0, 5]))
def test_it_is_the_definition(case: Case, start: int, cut: int | None) -> None:
    assert average_link(*case, start, cut) == naive(case, start, cut)


@settings(max_examples=100, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_pairs_does_not_matter(case: Case, shuffler: random.Random) -> None:
    size, pairs, apart = case
    turned = [(r, left, w) if shuffler.random() < 0.5 else (left, r, w) for left, r, w in pairs]
    shuffler.shuffle(turned)
    assert average_link(size, turned, apart, 1, -2) == average_link(*case, 1, -2)


def test_weights_that_once_gave_two_partitions_give_one() -> None:
    """5, 5, -20: of two unions that are as good, the one with the smallest places comes first."""
    pairs: list[Pair] = [(0, 1, 5), (1, 2, 5), (0, 2, -20)]
    assert average_link(3, pairs, [], 0, 0) == [0, 0, 2]


def test_pairs_without_evidence_are_left_out_of_the_mean() -> None:
    pairs: list[Pair] = [(0, 1, 8), (1, 2, 6), (0, 2, None)]
    assert average_link(3, pairs, [], 0, 6) == [0, 0, 0]
    assert average_link(3, [(0, 1, 8), (1, 2, 6), (0, 2, 0)], [], 0, 6) == [0, 0, 2]
