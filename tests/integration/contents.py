"""What a publication holds, without what only says when and as what it was published."""

from __future__ import annotations

from pathlib import Path

from pipelines.snapshot import Snapshot

TECHNICAL = ("publication", "_ingested_at", "ingested_at")
"""Columns that differ from run to run, whatever the input."""


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


def differences(left: Path, right: Path, without: tuple[str, ...] = ()) -> dict[str, int]:
    """By table, how many rows only one of two publications has."""
    ours, theirs = contents(left), contents(right)
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
