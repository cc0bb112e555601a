"""What a publication holds, without what only says when and as what it was published."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.snapshot import Snapshot

TECHNICAL = (
    "publication", "_ingested_at", "ingested_at", "since", "until", "valid_from", "valid_to",
    "changed_at",
)  # fmt: skip
"""Columns that differ from run to run, whatever the input."""


OF_HISTORY = (
    "golden.identity_history", "golden.identifier_resolution", "golden.crosswalk_history",
)  # fmt: skip
"""Tables that tell what was published when: they differ where the publications did."""

ID = re.compile(r"'(c[0-9a-f]{24})'")


def contents(warehouse: Path) -> dict[str, list[str]]:
    """Rows by table, as sorted text."""
    snapshot = Snapshot(warehouse)
    found = {}
    with snapshot.duckdb() as connection:
        for table in snapshot.tables:
            columns = [
                f'"{column[0]}"'
                for column in connection.execute(f"describe {table}").fetchall()
                if column[0] not in TECHNICAL
            ]
            rows = connection.execute(f"select {', '.join(columns)} from {table}").fetchall()
            found[table] = sorted(repr(row) for row in rows)
    return found


def grouped(warehouse: Path) -> dict[str, list[str]]:
    """As `contents`, but a customer goes by its smallest record, as in a warehouse with another
    history of the same records; without the tables of the history itself.
    """
    with Snapshot(warehouse).duckdb() as connection:
        rows = connection.execute(
            "select customer_id, min(record_id) from resolution.identities group by customer_id"
        ).fetchall()
    smallest = dict(rows)
    assert len(smallest) > 10
    return {
        table: sorted(ID.sub(lambda found: f"'{smallest[found[1]]}'", text) for text in texts)
        for table, texts in contents(warehouse).items()
        if table not in OF_HISTORY
    }


def without_history(warehouse: Path) -> dict[str, list[str]]:
    """As `contents`, but for the record of what was published when."""
    found = contents(warehouse)
    return {table: rows for table, rows in found.items() if table not in OF_HISTORY}


def differences(left: Path, right: Path, without: tuple[str, ...] = ()) -> dict[str, int]:
    """By table, how many rows only one of two publications has; ids are compared by group."""
    ours, theirs = grouped(left), grouped(right)
    assert set(ours) == set(theirs)
    assert sum(len(rows) for rows in ours.values()) > 1000
    return {
        table: len(set(ours[table]) ^ set(theirs[table]))
        + abs(len(ours[table]) - len(theirs[table]))
        for table in ours
        if ours[table] != theirs[table] and table not in without
    }


def partition(warehouse: Path) -> set[frozenset[tuple[str, str]]]:
    """The clusters as sets of source and key."""
    with Snapshot(warehouse).duckdb() as connection:
        rows = connection.execute(
            "select list((source, source_key)) from golden.crosswalk group by customer_id"
        ).fetchall()
    return {frozenset((source, key) for source, key in row[0]) for row in rows}
