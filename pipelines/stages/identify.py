"""Clusters and the last publication -> customer ids, their history, and what follows from it."""

from __future__ import annotations

import duckdb

from pipelines.identity_tables import open_last, write, write_history
from pipelines.run import Run
from pipelines.views import open_views, utc_connection
from resolution.churn import churn
from resolution.history import Occasion, changes
from resolution.identity import identify
from resolution.schema import CLUSTERS, CONSTRAINTS, IDENTITIES
from sources.record import LINKS, RECORDS

INPUT = {"records": RECORDS, "links": LINKS, "constraints": CONSTRAINTS}
"""What is compared with the last publication."""


def identify_customers(run: Run) -> None:
    """Give every record its customer, and put on record what changed and why.

    In DuckDB whatever engine resolved: rows are narrow, and DuckDB spills to disk what it can't
    hold.
    """
    with run.stage("identify") as rows, utc_connection() as connection:
        open_views(connection, run.store, {**INPUT, "clusters": CLUSTERS}, run.versions)
        open_last(connection, run.store, run.last_tables)
        _open_last_input(connection, run)
        identify(connection, run.publication)
        changes(connection, Occasion(run.publication, run.started_at, run.cause))
        version = write(connection, run.store, IDENTITIES, "identities", "record_id")
        made = {IDENTITIES.name: version} | write_history(connection, run.store, run.versions)
        run.versions |= made
        rows |= {name: run.rows(name) for name in made}
        kinds = connection.execute("select kind || 's', count(*) from changes group by kind")
        rows |= dict(kinds.fetchall())
        if run.last_tables:
            rows |= churn(connection)


def _open_last_input(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """What the last publication was made of; empty where it has no such table."""
    known = {name: table for name, table in INPUT.items() if table.name in run.last_tables}
    open_views(connection, run.store, known, run.last_tables, prefix="last_")
    for name in INPUT:
        if name not in known:
            connection.execute(f"create view last_{name} as from {name} where false")
