"""Nights of the pure core: what one hands to the next, and everything at once as their oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import pytest

from resolution import nodes
from resolution.guard import GuardSettings
from resolution.incremental import resolve_touched
from resolution.judgements.constraints import Constraints
from resolution.judgements.relations import UNDECIDED
from resolution.schema import CLUSTERS, EDGES, NODES
from sources.record import LINKS, RECORDS
from tests.resolution.models import model
from tests.resolution.tables import make_table, record

MODEL = model(prior=-6_000)
GUARD = GuardSettings(largest_cluster=6, compared_together=6, duplicate_free=("card",))
LAST = {
    "last_nodes": "(select record_id, version from versioned)",
    "last_edges": "edges",
    "last_clusters": "clusters",
    "last_cannot_links": "cannot_links",
}
"""What a night hands to the next one."""

Rows = Mapping[str, Mapping[str, Any]]
"""What is said of each record."""


@contextmanager
def low_caps() -> Iterator[None]:
    """Values become hubs and names common, and stop to be, among ten records."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "RARE_NAME_NODES", 2)
        patch.setattr(nodes, "HUB_FAMILIES", 2)
        patch.setattr(nodes, "HUB_NODES", 5)
        yield


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """What the first night starts from."""
    connection.execute("set TimeZone = 'UTC'")
    # Ten rows are nothing to share: with two threads a story takes a third longer.
    connection.execute("set threads = 1")
    make_table(connection, "last_nodes", NODES, [])
    make_table(connection, "last_edges", EDGES, [])
    make_table(connection, "last_clusters", CLUSTERS, [])
    connection.execute("create table last_cannot_links (left_id varchar, right_id varchar)")


def load(
    connection: duckdb.DuckDBPyConnection,
    rows: Rows,
    links: list[tuple[str, str]],
    prefix: str = "",
) -> None:
    """Silver tables in the order of the rows given."""
    made = [record(name, **{"version": str(said), **said}) for name, said in rows.items()]
    make_table(connection, f"{prefix}records", RECORDS, made)
    stated = [
        {"kind": "login", "left_id": left, "right_id": right}
        for left, right in links
        if {left, right} <= set(rows)
    ]
    make_table(connection, f"{prefix}links", LINKS, stated)


def resolve_night(
    connection: duckdb.DuckDBPyConnection,
    decided: Constraints = UNDECIDED,
    guard: GuardSettings = GUARD,
) -> None:
    """As a run does: what changed since `end` was called."""
    resolve_touched(connection, MODEL, guard, decided)


def end(connection: duckdb.DuckDBPyConnection) -> None:
    """What was made is the last publication."""
    for last, now in LAST.items():
        connection.execute(f"create or replace temp table {last} as from {now}")


def resolved(connection: duckdb.DuckDBPyConnection) -> list[list[tuple[Any, ...]]]:
    """The rows of edges and clusters, sorted."""
    tables = (("edges", EDGES), ("clusters", CLUSTERS))
    return [
        sorted(
            connection.execute(f"select {', '.join(schema.columns)} from {name}").fetchall(),
            key=str,
        )
        for name, schema in tables
    ]
