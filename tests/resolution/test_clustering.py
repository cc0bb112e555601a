from __future__ import annotations

import random

import duckdb
import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.clustering import NO_LINK, components, connect
from resolution.guard import TOO_LARGE
from resolution.thresholds import JOIN_AT, LARGEST_CLUSTER

Edge = tuple[int, int, int]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    """A size, and weighted edges in either direction, each pair once."""
    size = draw(st.integers(1, 25))
    pairs = draw(
        st.sets(
            st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(
                lambda pair: pair[0] != pair[1]
            ),
            max_size=50,
        )
    )
    once = {(min(pair), max(pair)): pair for pair in pairs}
    return size, [(*pair, draw(st.integers(1, 40_000))) for pair in once.values()]


def arrays(edges: list[Edge]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    columns = np.array(edges, dtype=np.int32).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]


@settings(deadline=None)
@given(graphs())
def test_components_and_weakest_links_agree_with_networkx(graph: tuple[int, list[Edge]]) -> None:
    size, edges = graph
    oracle = networkx.Graph()
    oracle.add_nodes_from(range(size))
    oracle.add_weighted_edges_from(edges)
    first, weakest = components(size, *arrays(edges))
    for members in networkx.connected_components(oracle):
        strongest = networkx.maximum_spanning_tree(oracle.subgraph(members))
        weights = [weight for _, _, weight in strongest.edges(data="weight")]
        for member in members:
            assert first[member] == min(members)
            assert weakest[member] == min(weights, default=NO_LINK)


@settings(deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_edges_and_their_ends_does_not_matter(
    graph: tuple[int, list[Edge]], shuffler: random.Random
) -> None:
    size, edges = graph
    turned = [(r, left, w) if shuffler.random() < 0.5 else (left, r, w) for left, r, w in edges]
    shuffler.shuffle(turned)
    for found, expected in zip(
        components(size, *arrays(turned)), components(size, *arrays(edges)), strict=True
    ):
        assert found.tolist() == expected.tolist()


def connected(nodes: list[list[str]], scored: list[Edge]) -> duckdb.DuckDBPyConnection:
    """Clusters of nodes (lists of records) and scored pairs of nodes, numbered from 1."""
    connection = duckdb.connect()
    connection.execute("create table members (record_id text, node int, representative text)")
    for number, records in enumerate(nodes, start=1):
        for record in records:
            connection.execute(
                "insert into members values (?, ?, ?)", [record, number, min(records)]
            )
    connection.execute(
        "create table scored (left_node int, right_node int, rule text, weight int,"
        " unadjusted_weight int, levels map(text, int), adjustments map(text, int))"
    )
    for left, right, weight in scored:
        connection.execute(
            "insert into scored values (?, ?, 'same phone', ?, ?, map {'name': 1}, map {})",
            [left, right, weight, weight],
        )
    connection.execute("create table certain_links (left_id text, right_id text, kind text)")
    for records in nodes:
        for record in sorted(records)[1:]:
            connection.execute(
                "insert into certain_links values (?, ?, 'login')", [record, min(records)]
            )
    connect(connection, "test-1")
    return connection


def clusters(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple]:
    rows = connection.execute(
        "select record_id, component_id, cluster_id, state, reason, weakest_link from clusters"
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    ("weight", "joined"), [(JOIN_AT, True), (JOIN_AT - 1, False), (JOIN_AT + 9_000, True)]
)
def test_a_pair_joins_at_the_threshold(weight: int, joined: bool) -> None:
    found = clusters(connected([["r1"], ["r2"]], [(1, 2, weight)]))
    assert (found["r1"][1] == found["r2"][1]) is joined
    assert found["r2"][4] == (weight if joined else None)


def test_a_node_brings_all_its_records_and_the_smallest_names_the_cluster() -> None:
    found = clusters(connected([["r2", "r5"], ["r1", "r4"], ["r3"]], [(1, 2, JOIN_AT)]))
    assert {record: row[1] for record, row in found.items()} == {
        "r1": "r1", "r2": "r1", "r4": "r1", "r5": "r1", "r3": "r3",
    }  # fmt: skip
    assert found["r3"] == ("r3", "r3", "published", None, None)


def test_edges_are_pairs_of_records_the_smaller_first() -> None:
    connection = connected([["r5", "r7"], ["r2"]], [(1, 2, JOIN_AT - 1)])
    rows = connection.execute(
        "select left_id, right_id, kind, weight, rule, model_version from edges order by kind"
    ).fetchall()
    assert rows == [
        ("r5", "r7", "deterministic", None, "login", None),
        ("r2", "r5", "probabilistic", JOIN_AT - 1, "same phone", "test-1"),
    ]


def chain(length: int) -> dict[str, tuple]:
    """A chain of `length` records, each its own node."""
    names = [f"r{number:03d}" for number in range(length)]
    pairs = [(number, number + 1, JOIN_AT + number) for number in range(1, length)]
    return clusters(connected([[name] for name in names], pairs))


def test_a_component_larger_than_a_person_is_held_as_singletons() -> None:
    found = chain(LARGEST_CLUSTER + 1)
    assert all(row == ("r000", record, "held", TOO_LARGE, JOIN_AT + 1)
               for record, row in found.items())  # fmt: skip


def test_the_largest_allowed_component_is_published() -> None:
    found = chain(LARGEST_CLUSTER)
    assert {row[:4] for row in found.values()} == {("r000", "r000", "published", None)}


def test_records_count_and_not_nodes() -> None:
    half = LARGEST_CLUSTER // 2 + 1
    nodes = [[f"a{n:03d}" for n in range(half)], [f"b{n:03d}" for n in range(half)]]
    found = clusters(connected(nodes, [(1, 2, JOIN_AT)]))
    assert {row[2] for row in found.values()} == {"held"}
