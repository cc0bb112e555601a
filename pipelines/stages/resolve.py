"""Silver -> edges, clusters, identities, on DuckDB.

The Parquet files of the run's own snapshot are read in place (0.1 to 0.4 s) and the results go
back as Arrow streams (0.1 to 0.3 s).
"""

from __future__ import annotations

import duckdb

from pipelines.run import Run
from pipelines.views import open_view
from resolution.resolving import resolve
from resolution.schema import CLUSTERS, EDGES, IDENTITIES
from sources.record import LINKS, RECORDS
from sources.schema import TableSchema

ORDER = {"edges": "left_id, right_id", "clusters": "record_id", "identities": "record_id"}


def resolve_identities(run: Run) -> None:
    """Score, connect and identify all records that are not deleted."""
    with run.stage("resolve") as rows:
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'UTC'")
        open_snapshot(connection, run, {"records": RECORDS, "links": LINKS})
        resolve(connection, run.model)
        for relation, schema in (
            ("edges", EDGES),
            ("clusters", CLUSTERS),
            ("identities", IDENTITIES),
        ):
            columns = ", ".join(schema.columns)
            result = connection.sql(f"select {columns} from {relation} order by {ORDER[relation]}")
            run.write_arrow(result.to_arrow_table(), schema.name, "overwrite")
            rows[schema.name] = run.rows(schema.name)
        rows["held"] = _count(connection, "select count(*) from clusters where state = 'held'")
        rows["hubs"] = _count(connection, "select count(*) from hubs")
        rows["customers"] = _count(connection, "select count(distinct customer_id) from identities")
        connection.close()


def open_snapshot(
    connection: duckdb.DuckDBPyConnection, run: Run, tables: dict[str, TableSchema]
) -> None:
    """A view for each table at the run's version."""
    for relation, schema in tables.items():
        open_view(connection, relation, run.store, schema.name, run.versions[schema.name])


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])
