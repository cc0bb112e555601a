from __future__ import annotations

import random
import re

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.identity import IDENTITIES

Row = tuple[str, str, int]
"""record_id, cluster_id, day it was first seen."""


def identified(rows: list[Row]) -> dict[str, str]:
    with duckdb.connect() as connection:
        connection.execute("create table clusters (record_id text, cluster_id text, state text)")
        connection.execute("create table records (record_id text, first_seen timestamp)")
        for record, cluster, day in rows:
            connection.execute("insert into clusters values (?, ?, 'published')", [record, cluster])
            connection.execute(
                "insert into records values (?, timestamp '2026-01-01' + to_days(?::int))",
                [record, day],
            )
        connection.execute(IDENTITIES)
        return dict(connection.execute("select record_id, customer_id from identities").fetchall())


populations = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=20
).map(
    lambda drawn: [
        (f"r{number:02d}", f"k{cluster}", day) for number, (cluster, day) in enumerate(drawn)
    ]
)


@settings(max_examples=40, deadline=None)
@given(populations, st.randoms(use_true_random=False))
def test_an_id_is_a_function_of_the_set(rows: list[Row], shuffler: random.Random) -> None:
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    assert identified(shuffled) == identified(rows)


@settings(max_examples=40, deadline=None)
@given(populations)
def test_clusters_and_ids_are_one_to_one(rows: list[Row]) -> None:
    found = identified(rows)
    pairs = {(cluster, found[record]) for record, cluster, _ in rows}
    assert len(pairs) == len({cluster for cluster, _ in pairs}) == len({id_ for _, id_ in pairs})


def test_ids_are_opaque() -> None:
    found = identified([("r1", "r1", 0), ("r2", "r1", 1)])
    assert len(set(found.values())) == 1
    (customer,) = set(found.values())
    assert re.fullmatch(r"c[0-9a-f]{24}", customer)
    assert "r1" not in customer


def test_a_record_that_joins_later_leaves_the_id_alone() -> None:
    before = identified([("r5", "r5", 3)])
    after = identified([("r5", "r1", 3), ("r1", "r1", 9)])
    assert before["r5"] == after["r5"] == after["r1"]


def test_records_of_one_day_are_founded_by_the_smaller_id() -> None:
    both = identified([("r5", "r1", 3), ("r1", "r1", 3)])
    assert both["r5"] == identified([("r1", "r1", 3)])["r1"]
