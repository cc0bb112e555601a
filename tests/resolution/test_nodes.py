from __future__ import annotations

from typing import Any

import duckdb
import networkx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.nodes import build_nodes, smallest_member
from resolution.thresholds import HUB_FAMILIES, HUB_NODES, RARE_NAME_NODES
from tests.resolution.tables import record, silver

FAMILIES = [f"family{chr(ord('a') + number)}" for number in range(26)]


def contracted(connection: duckdb.DuckDBPyConnection) -> set[frozenset[str]]:
    """The records of each node."""
    build_nodes(connection)
    rows = connection.execute("select list(record_id) from members group by node").fetchall()
    return {frozenset(row[0]) for row in rows}


def test_a_cookie_with_one_log_in_is_one_node_with_it() -> None:
    nodes = contracted(
        silver([record("r1"), record("r2"), record("r3")], links=[("r2", "r1"), ("r3", "r1")])
    )
    assert nodes == {frozenset({"r1", "r2", "r3"})}


def test_a_cookie_with_two_log_ins_joins_neither() -> None:
    connection = silver([record(f"r{n}") for n in (1, 2, 3)], links=[("r1", "r2"), ("r1", "r3")])
    assert contracted(connection) == {frozenset({"r1"}), frozenset({"r2"}), frozenset({"r3"})}
    assert connection.execute("select * from certain_links").fetchall() == []


def test_a_deleted_log_in_leaves_the_cookie_to_the_other() -> None:
    records = [record("r1"), record("r2"), record("r3", deleted=True)]
    connection = silver(records, links=[("r1", "r2"), ("r1", "r3")])
    assert contracted(connection) == {frozenset({"r1", "r2"})}


def test_deleted_records_take_no_part() -> None:
    connection = silver(
        [record("r1", emails=["a@x.org"]), record("r2", emails=["b@x.org"], deleted=True)]
    )
    assert contracted(connection) == {frozenset({"r1"})}
    assert connection.execute("select emails from nodes").fetchall() == [(["a@x.org"],)]


def test_a_node_goes_by_its_smallest_record_and_numbers_follow_that_order() -> None:
    connection = silver([record(f"r{n}") for n in (1, 2, 3, 4)], links=[("r1", "r4")])
    build_nodes(connection)
    rows = connection.execute(
        "select record_id, node, representative from members order by record_id"
    ).fetchall()
    assert rows == [("r1", 1, "r1"), ("r2", 2, "r2"), ("r3", 3, "r3"), ("r4", 1, "r1")]


def test_a_node_has_all_contact_values_and_the_latest_birth_date() -> None:
    connection = silver(
        [
            record("r1", emails=["b@x.org"], phones=["5550001"], birth_date="1980-01-01"),
            record("r2", emails=["a@x.org"], birth_date="1980-02-01"),
        ],
        links=[("r2", "r1")],
    )
    build_nodes(connection)
    rows = connection.execute("select emails, phones, birth_date from nodes").fetchall()
    assert rows == [(["a@x.org", "b@x.org"], ["5550001"], "1980-02-01")]


def test_a_node_has_one_record_s_name_as_a_whole() -> None:
    connection = silver(
        [
            record("r1", name=("maria", "lopez")),
            record("r2", name=("mariaaaaaaaaaaaaaaaaaa", None)),
        ],
        links=[("r2", "r1")],
    )
    build_nodes(connection)
    rows = connection.execute("select name_given, name_family, name_key from nodes").fetchall()
    assert rows == [("maria", "lopez", "lopez maria")]


def test_a_short_local_part_is_no_log_in_name() -> None:
    connection = silver(
        [record("r1", emails=["info@x.org", "jane.doe@x.org"], handle="Jane_D_O_E9")]
    )
    build_nodes(connection)
    assert connection.execute("select logins from nodes").fetchall() == [(["janedoe", "janedoe9"],)]


def sharing(count: int, families: list[str | None]) -> duckdb.DuckDBPyConnection:
    """`count` records that share a phone and an e-mail; families are dealt round."""
    return silver(
        record(
            f"r{number:04d}",
            phones=["5550001", f"777{number:04d}"],
            emails=["till@shop.org"],
            name=("ann", family) if (family := families[number % len(families)]) else (None, None),
        )
        for number in range(count)
    )


def hubs(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    build_nodes(connection)
    return set(connection.execute("select kind, value from hubs").fetchall())


def test_a_value_of_hub_families_many_names_is_a_hub_and_leaves_the_nodes() -> None:
    connection = sharing(HUB_FAMILIES, list(FAMILIES[:HUB_FAMILIES]))
    assert hubs(connection) == {("phones", "5550001"), ("emails", "till@shop.org")}
    kept = connection.execute("select phones, emails from nodes order by node").fetchall()
    assert kept == [([f"777{number:04d}"], []) for number in range(HUB_FAMILIES)]


def test_a_value_of_one_family_less_is_no_hub() -> None:
    connection = sharing(HUB_FAMILIES - 1, list(FAMILIES[: HUB_FAMILIES - 1]))
    assert hubs(connection) == set()
    kept = connection.execute("select distinct emails from nodes").fetchall()
    assert kept == [(["till@shop.org"],)]


def test_forty_receipts_of_one_person_make_no_hub() -> None:
    assert hubs(sharing(40, ["lopez"])) == set()


def test_hub_nodes_many_nameless_nodes_make_a_hub() -> None:
    assert hubs(sharing(HUB_NODES, [None])) == {("phones", "5550001"), ("emails", "till@shop.org")}


def test_one_nameless_node_less_makes_none() -> None:
    assert hubs(sharing(HUB_NODES - 1, [None])) == set()


graphs = st.integers(1, 30).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=60),
    )
)


@settings(deadline=None)
@given(graphs)
def test_smallest_member_agrees_with_networkx(graph: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = graph
    oracle = networkx.Graph(pairs)
    oracle.add_nodes_from(range(size))
    expected = {
        member: min(component)
        for component in networkx.connected_components(oracle)
        for member in component
    }
    ends = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    found = smallest_member(size, ends[:, 0], ends[:, 1])
    assert found.tolist() == [expected[member] for member in range(size)]


def test_a_pair_stated_256_times_is_still_a_pair() -> None:
    repeated = np.zeros(256, dtype=np.int32)
    assert smallest_member(2, repeated, repeated + 1).tolist() == [0, 0]


def test_nothing_has_no_members() -> None:
    nothing = np.array([], dtype=np.int32)
    assert smallest_member(0, nothing, nothing).tolist() == []


def rare_letters(rows: list[dict[str, Any]]) -> list[list[str]]:
    """Of the node of each record, in their order."""
    connection = silver(rows)
    build_nodes(connection)
    found = connection.execute("select rare_letters from nodes order by node").fetchall()
    return [letters for (letters,) in found]


def janes(bearers: int) -> list[dict[str, Any]]:
    return [record(f"r{number:02d}", name=("jane", "stone")) for number in range(bearers)]


JANE_S = ["janestone", "jstone", "stonej", "stonejane"]


def test_letters_of_rare_name_nodes_many_nodes_are_rare() -> None:
    assert rare_letters(janes(RARE_NAME_NODES)) == [JANE_S] * RARE_NAME_NODES


def test_letters_of_one_node_more_are_not() -> None:
    assert rare_letters(janes(RARE_NAME_NODES + 1)) == [[]] * (RARE_NAME_NODES + 1)


def test_letters_that_nobody_else_has_are_left_out() -> None:
    assert rare_letters([*janes(1), record("r99", name=("theodore", "miller"))]) == [[], []]


def test_a_name_meets_a_log_in_name_made_of_it() -> None:
    rows = [
        record("r1", name=("jane", "stone")),
        record("r2", handle="stone_jane84"),
        record("r3", emails=["jstone7@x.org"]),
    ]
    assert rare_letters(rows) == [["jstone", "stonejane"], ["stonejane"], ["jstone"]]


def test_an_initial_and_a_given_name_alone_make_no_letters() -> None:
    rows = [record("r1", name=("j", "stone")), record("r2", name=("jane", None)), record("r3")]
    connection = silver(rows)
    build_nodes(connection)
    letters = "select name_letters, initial_letters, login_letters from nodes order by node"
    assert connection.execute(letters).fetchall() == [
        ([], ["jstone", "stonej"], []),
        ([], [], []),
        ([], [], []),
    ]
