"""Contradictions are found exactly where a naive closure finds them, each with a shortest chain."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.judgements.constraints import Constraint, Constraints, constraints, pair_key
from resolution.judgements.contradictions import contradictions, groups
from tests.resolution.judgements.made import closure, judged, number_id

RECORDS = [f"r{number}" for number in range(9)]
PAIRS = st.lists(
    st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(lambda p: p[0] != p[1]),
    max_size=10,
)


def made(pairs: list[tuple[str, str]], start: int) -> tuple[Constraint, ...]:
    keys = sorted({pair_key(*pair) for pair in pairs})
    return tuple(Constraint(*key, (number_id(start + n),)) for n, key in enumerate(keys))


@settings(max_examples=300, deadline=None)
@given(PAIRS, PAIRS)
def test_they_are_those_of_a_naive_closure(
    same: list[tuple[str, str]], different: list[tuple[str, str]]
) -> None:
    given_ = Constraints(made(same, 1), made(different, 100))
    reached = closure(same)
    found = contradictions(given_)
    assert [one.cannot_link for one in found] == [
        link for link in given_.cannot_link if link.right_id in reached.get(link.left_id, set())
    ]
    graph = nx.Graph(same)
    for one in found:
        ends = (one.cannot_link.left_id, one.cannot_link.right_id)
        # All shortest paths; ours is the one with the smallest ids.
        assert one.path == min(tuple(path) for path in nx.all_shortest_paths(graph, *ends))
        assert [link.pair for link in one.must_links] == [
            pair_key(*step) for step in pairwise(one.path)
        ]
        ids = {*one.cannot_link.judgement_ids, *(link.judgement_ids[0] for link in one.must_links)}
        assert one.judgement_ids == tuple(sorted(ids))
    smallest = {record: min(one) for record, one in reached.items()}
    assert groups(given_.must_link) == groups(given_.must_link[::-1]) == smallest


def test_the_chain_goes_through_records_that_are_gone() -> None:
    rows = [
        judged(1, "same", "a", "gone"),
        judged(2, "same", "gone", "b"),
        judged(3, "different", "b", "a"),
    ]
    follows = constraints(rows)
    assert groups(follows.must_link) == {"a": "a", "b": "a", "gone": "a"}
    (one,) = contradictions(follows)
    assert one.path == ("a", "gone", "b")
    assert one.judgement_ids == tuple(number_id(number) for number in (1, 2, 3))


def test_a_decision_that_replaces_another_contradicts_nothing() -> None:
    rows = [judged(1, "same", "a", "b"), judged(2, "different", "a", "b")]
    assert contradictions(constraints(rows)) == []


def test_a_pair_apart_within_a_cluster_that_is_one_contradicts_it() -> None:
    rows = [judged(1, "same", "a", "b", "c"), judged(2, "different", "a", "b")]
    (one,) = contradictions(constraints(rows))
    assert (one.path, one.judgement_ids) == (("a", "c", "b"), (number_id(1), number_id(2)))
