"""One consistent set of tables, as a publication names it, for every kind of reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines.delta import TableStore
from pipelines.errors import PublicationError
from pipelines.manifest import Publication, find, live, read_manifest, require_current
from pipelines.tables import CHECK_RESULTS, FILE_DECISIONS, PUBLICATIONS, RUNS
from pipelines.views import open_view, utc_connection
from resolution.judgements.judgement import JUDGEMENTS

if TYPE_CHECKING:
    import pandas
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

AUDIT_TABLES = (
    PUBLICATIONS.name, CHECK_RESULTS.name, RUNS.name, FILE_DECISIONS.name, JUDGEMENTS.name,
)  # fmt: skip
"""Append-only records of runs and decisions; read at their head, beside any publication."""


class Snapshot:
    """The tables of one publication. Nothing here starts a JVM but `spark`, which is given one."""

    def __init__(self, warehouse: Path | str, publication: str | None = None) -> None:
        """The live publication, or the one that is named; `PublicationError` without one."""
        self._store = TableStore(warehouse)
        manifest = read_manifest(self._store)
        require_current(manifest)
        chosen = find(manifest, publication) if publication is not None else live(manifest)
        if chosen is None:
            raise PublicationError(f"{warehouse} has no publication yet; type 'scv run' first")
        self.publication: Publication = chosen

    @property
    def tables(self) -> list[str]:
        return sorted(self.publication.tables)

    def version(self, table: str) -> int:
        """The Delta version of a table in this publication."""
        if table not in self.publication.tables:
            raise PublicationError(
                f"{self.publication.publication} has no table '{table}'; it has"
                f" {', '.join(self.tables)}"
            )
        return self.publication.tables[table]

    def location(self, table: str) -> str:
        """Where the table lies, for readers of Delta that are not named here."""
        self.version(table)
        return self._store.location(table)

    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB with a view per table, in schemas as the names say."""
        connection = utc_connection()
        versions: dict[str, int | None] = dict(self.publication.tables)
        versions |= {table: None for table in AUDIT_TABLES if self._store.exists(table)}
        for table, version in versions.items():
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            open_view(connection, table, self._store, table, version)
        return connection

    def arrow(self, table: str) -> pyarrow.Table:
        return self._store.read_arrow(table, self.version(table))

    def pandas(self, table: str) -> pandas.DataFrame:
        frame: pandas.DataFrame = self.arrow(table).to_pandas()
        return frame

    def polars(self, table: str) -> Any:
        """A lazy frame; needs the extra `polars`."""
        import polars

        return polars.scan_delta(self.location(table), version=self.version(table))

    def spark(self, session: SparkSession, table: str) -> DataFrame:
        return self._store.read(session, table, self.version(table))

    def spark_views(self, session: SparkSession) -> None:
        """Temporary views such as `golden_customers`, for Spark SQL."""
        for table in self.tables:
            self.spark(session, table).createOrReplaceTempView(table.replace(".", "_"))
