from __future__ import annotations

import random

import duckdb
import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.clustering import NO_LINK, components, connect
from resolution.engines.duckdb import score
from resolution.guard import CONTRADICTION, DEFAULT_GUARD, TOO_LARGE, GuardSettings
from resolution.judgements.constraints import Constraint, Constraints
from resolution.judgements.relations import UNDECIDED
from resolution.nodes import build_nodes
from resolution.thresholds import CUT_AT, LARGEST_CLUSTER, START_AT
from tests.resolution.models import model
from tests.resolution.tables import record, silver

MODEL = model()

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


def connected(
    nodes: list[list[str]],
    scored: list[Edge],
    settings: GuardSettings = DEFAULT_GUARD,
    decided: Constraints = UNDECIDED,
) -> duckdb.DuckDBPyConnection:
    """Clusters of nodes (lists of records without a single attribute, linked by their source) and
    scored pairs of nodes, numbered from 1.
    """
    links = [(name, min(records)) for records in nodes for name in records if name != min(records)]
    connection = silver([record(name) for records in nodes for name in records], links)
    build_nodes(connection, decided)
    score(connection, MODEL)
    connection.execute("delete from scored")
    number = dict(connection.execute("select record_id, node from members").fetchall())
    for left, right, weight in scored:
        ends = [number[nodes[end - 1][0]] for end in (left, right)]
        connection.execute(
            "insert into scored by name select $l as left_node, $r as right_node,"
            " 'same phone' as rule, $w as weight, $w as unadjusted_weight,"
            " map {'name': 1} as levels, map {} as adjustments",
            {"l": min(ends), "r": max(ends), "w": weight},
        )
    connect(connection, MODEL, settings)
    return connection


def clusters(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple]:
    rows = connection.execute(
        "select record_id, component_id, cluster_id, state, reason, weakest_link from clusters"
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    ("weight", "joined"), [(START_AT, True), (START_AT - 1, False), (START_AT + 9_000, True)]
)
def test_a_pair_joins_at_the_threshold(weight: int, joined: bool) -> None:
    found = clusters(connected([["r1"], ["r2"]], [(1, 2, weight)]))
    assert (found["r1"][1] == found["r2"][1]) is joined
    assert found["r2"][4] == (weight if joined else None)


def test_a_node_brings_all_its_records_and_the_smallest_names_the_cluster() -> None:
    found = clusters(connected([["r2", "r5"], ["r1", "r4"], ["r3"]], [(1, 2, START_AT)]))
    assert {record: row[1] for record, row in found.items()} == {
        "r1": "r1", "r2": "r1", "r4": "r1", "r5": "r1", "r3": "r3",
    }  # fmt: skip
    assert found["r3"] == ("r3", "r3", "published", None, None)


def test_edges_are_pairs_of_records_the_smaller_first() -> None:
    connection = connected([["r5", "r7"], ["r2"]], [(1, 2, START_AT + 1)])
    rows = connection.execute(
        "select left_id, right_id, kind, weight, rule, model_version from edges order by kind"
    ).fetchall()
    assert rows == [
        ("r5", "r7", "deterministic", None, "login", None),
        ("r2", "r5", "probabilistic", START_AT + 1, "same phone", MODEL.version),
    ]


def chain(length: int, settings: GuardSettings) -> dict[str, tuple]:
    """A chain of `length` records, each its own node, that have nothing else to compare."""
    names = [f"r{number:03d}" for number in range(length)]
    pairs = [(number, number + 1, START_AT + number) for number in range(1, length)]
    return clusters(connected([[name] for name in names], pairs, settings))


SMALL = GuardSettings(largest_cluster=5, compared_together=8)


def test_a_cluster_larger_than_a_person_is_held_as_singletons() -> None:
    found = chain(6, SMALL)
    assert {row[2:4] for row in found.values()} == {("held", TOO_LARGE)}
    assert {row[:2] for row in found.values()} == {("r000", name) for name in found}


def test_the_largest_allowed_cluster_is_published() -> None:
    assert {row[:4] for row in chain(5, SMALL).values()} == {("r000", "r000", "published", None)}


def test_a_component_too_large_to_compare_is_parted_at_its_weakest_links() -> None:
    found = chain(9, GuardSettings(largest_cluster=8, compared_together=8))
    assert {row[0] for row in found.values()} == {"r000"}
    parts = {row[1] for row in found.values()}
    assert len(parts) > 1
    assert {row[2] for row in found.values()} == {"published"}


def test_records_count_and_not_nodes() -> None:
    half = LARGEST_CLUSTER // 2 + 1
    nodes = [[f"a{n:03d}" for n in range(half)], [f"b{n:03d}" for n in range(half)]]
    found = clusters(connected(nodes, [(1, 2, START_AT)]))
    assert {row[2] for row in found.values()} == {"held"}


def decided(must: list[tuple[str, str]], cannot: list[tuple[str, str]]) -> Constraints:
    return Constraints(
        tuple(Constraint(*pair, ("j",)) for pair in must),
        tuple(Constraint(*pair, ("j",)) for pair in cannot),
    )


def groups(found: dict[str, tuple]) -> set[frozenset[str]]:
    parts: dict[str, set[str]] = {}
    for name, row in found.items():
        parts.setdefault(row[1], set()).add(name)
    return {frozenset(part) for part in parts.values()}


def test_a_must_link_joins_what_no_weight_does() -> None:
    found = clusters(connected([["r1"], ["r2"], ["r3"]], [], decided=decided([("r1", "r3")], [])))
    assert groups(found) == {frozenset({"r1", "r3"}), frozenset({"r2"})}


def test_a_must_link_over_a_record_that_is_gone_still_joins() -> None:
    must = [("r0", "r1"), ("r0", "r3")]
    found = clusters(connected([["r1"], ["r2"], ["r3"]], [], decided=decided(must, [])))
    assert groups(found) == {frozenset({"r1", "r3"}), frozenset({"r2"})}


def test_a_cannot_link_parts_what_any_weight_joins_and_travels_through_others() -> None:
    pairs = [(1, 2, 20_000), (2, 3, 9_000), (1, 3, 20_000)]
    apart = decided([], [("r1", "r3")])
    found = clusters(connected([["r1"], ["r2"], ["r3"]], pairs, decided=apart))
    assert groups(found) == {frozenset({"r1", "r2"}), frozenset({"r3"})}
    without = connected([["r1"], ["r2"], ["r3"]], pairs, GuardSettings(enabled=False), apart)
    assert groups(clusters(without)) == groups(found)


def test_a_cannot_link_undoes_the_link_of_a_source() -> None:
    found = clusters(connected([["r1", "r2"]], [], decided=decided([], [("r1", "r2")])))
    assert groups(found) == {frozenset({"r1"}), frozenset({"r2"})}
    assert {row[2] for row in found.values()} == {"published"}


def test_decisions_that_contradict_each_other_are_held_and_not_guessed() -> None:
    both = decided([("r1", "r2"), ("r2", "r3")], [("r1", "r3")])
    pairs = [(1, 4, 20_000)]
    found = clusters(connected([["r1"], ["r2"], ["r3"], ["r4"]], pairs, decided=both))
    assert groups(found) == {frozenset({name}) for name in ("r1", "r2", "r3", "r4")}
    assert {name: row[2:4] for name, row in found.items()} == {
        **dict.fromkeys(("r1", "r2", "r3"), ("held", CONTRADICTION)),
        "r4": ("published", None),
    }


@pytest.mark.parametrize(("below", "together"), [(0, True), (2, False)])
def test_parts_unite_from_a_mean_of_the_cut_on(below: int, together: bool) -> None:
    """CUT_AT is the mean of 1 bit and of what makes it so, if that counts in full."""
    other = 2 * CUT_AT - 1_000 - below
    pairs = [(1, 2, 9_000), (2, 3, 1_000), (1, 3, other)]
    deep = GuardSettings(floor=other - 1)
    found = clusters(connected([["r1"], ["r2"], ["r3"]], pairs, deep))
    assert (found["r3"][1] == "r1") is together
    assert found["r3"][0] == found["r2"][1] == "r1"


def test_pairs_that_the_guard_scored_are_kept_as_edges() -> None:
    same = {"name": ("jane", "stone"), "birth_date": "1980-01-01"}
    connection = silver(
        [
            record("r1", **same, emails=["jane.stone@x.org"]),
            record("r2", **same, emails=["jane.stone@x.org"], phones=["5551234"]),
            record("r3", **same, phones=["5551234"]),
        ]
    )
    build_nodes(connection)
    score(connection, MODEL)
    connection.execute("delete from scored where left_node = 1 and right_node = 3")
    connect(connection, MODEL, DEFAULT_GUARD)
    rows = connection.execute("select left_id, right_id, rule from edges order by all").fetchall()
    assert rows[1] == ("r1", "r3", "within a component")
    assert len(rows) == 3
