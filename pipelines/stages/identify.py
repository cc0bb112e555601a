"""Clusters and the last publication -> customer ids, their history, and what follows from it."""

from __future__ import annotations

import duckdb

from pipelines.identity_tables import open_last, write, write_history
from pipelines.run import Run
from pipelines.stages.resolve import open_snapshot
from pipelines.views import open_view, utc_connection
from resolution.churn import churn
from resolution.history import Occasion, changes
from resolution.identity import identify
from resolution.schema import CLUSTERS, CONSTRAINTS, IDENTITIES
from sources.record import LINKS, RECORDS


def identify_customers(run: Run) -> None:
    """Give every record its customer, and put on record what changed and why.

    In DuckDB whatever engine resolved: rows are narrow, and DuckDB spills to disk what it can't
    hold.
    """
    with run.stage("identify") as rows, utc_connection() as connection:
        tables = {
            "records": RECORDS,
            "links": LINKS,
            "constraints": CONSTRAINTS,
            "clusters": CLUSTERS,
        }
        open_snapshot(connection, run, tables)
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
    for table, now in ((RECORDS, "records"), (LINKS, "links"), (CONSTRAINTS, "constraints")):
        view = f"last_{now}"
        if table.name in run.last_tables:
            version = run.last_tables[table.name]
            open_view(connection, view, run.store, table.name, version)
        else:
            connection.execute(f"create view {view} as from {now} where false")
