"""A small world for tests of identity: publications of clusters, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from resolution.golden.schema import IDENTITY_HISTORY
from resolution.history import Cause, Occasion, changes
from resolution.identifiers import crosswalk_periods, resolve_identifiers
from resolution.identity import NO_IDENTITIES, identify
from resolution.judgements.constraints import Constraint, Constraints
from resolution.judgements.relations import as_table
from sources.record import LINKS, RECORDS
from tests.resolution.tables import make_table, record

START = datetime(2026, 1, 1, tzinfo=UTC)
BY_DATA = Cause("data")


@dataclass
class World:
    """Keeps what a publication hands to the next one, as the pipeline does."""

    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    time: int = 0

    def __post_init__(self) -> None:
        self.connection.execute("set TimeZone = 'UTC'")
        self.connection.execute(NO_IDENTITIES)
        for name, schema in (
            ("history", IDENTITY_HISTORY),
            ("records", RECORDS),
            ("links", LINKS),
        ):
            make_table(self.connection, name, schema, [])

    def publish(
        self,
        clusters: dict[str, str],
        held: AbstractSet[str] = frozenset(),
        records: dict[str, dict[str, Any]] | None = None,
        cause: Cause = BY_DATA,
        apart: Sequence[tuple[str, str]] = (),
    ) -> dict[str, str]:
        """The customer of each record of `clusters` (record_id to cluster). `records` says more of
        some of them; a record is a new version where that differs from the publication before.
        """
        run, self.time = self.connection.execute, self.time + 1
        run("create or replace temp table last_records as from records")
        run("create or replace temp table last_links as from links")
        said = records or {}
        rows = [
            record(name, **{"version": str(said.get(name))} | said.get(name, {}))
            for name in clusters
        ]
        make_table(self.connection, "records", RECORDS, rows)
        placed = [
            {
                "record_id": name,
                "cluster_id": name if name in held else cluster,
                "state": "held" if name in held else "published",
            }
            for name, cluster in clusters.items()
        ]
        run("create or replace table clusters (record_id text, cluster_id text, state text)")
        decided = Constraints(cannot_link=tuple(Constraint(*pair, ("j",)) for pair in apart))
        rows_of_pairs = as_table(decided)  # noqa: F841  (DuckDB reads it)
        run("create or replace temp table constraints as from rows_of_pairs")
        for row in placed:
            run("insert into clusters values (?, ?, ?)", list(row.values()))
        publication = f"p{self.time:06d}"
        identify(self.connection, publication)
        at = START + timedelta(days=self.time)
        changes(self.connection, Occasion(publication, at, cause))
        run("insert into history by name from changes")
        resolve_identifiers(self.connection)
        crosswalk_periods(self.connection)
        run(
            "create or replace temp table last_identities as"
            " select record_id, customer_id, since from identities"
        )
        return self.customers()

    def customers(self) -> dict[str, str]:
        return dict(self.query("select record_id, customer_id from identities"))

    def flows(self) -> list[tuple[Any, ...]]:
        """kind, from_id, to_id, records of the last publication."""
        rows = self.query("select kind, from_id, to_id, records from changes")
        return [(kind, left, right, tuple(records)) for kind, left, right, records in rows]

    def resolved(self, customer: str) -> tuple[str, list[str]]:
        """Status and current ids."""
        (row,) = self.query(
            f"select status, current_ids from identifier_resolution"
            f" where customer_id = '{customer}'"
        )
        return row

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()
