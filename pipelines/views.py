"""DuckDB connections, and views over versions of Delta tables: 0.1 to 0.4 s, and no JVM."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipelines.delta import TableStore
from pipelines.errors import TableError
from sources.literals import literals
from sources.schema import TableSchema


def utc_connection(threads: int = 0) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that reads and writes times as tables have them, in UTC, wherever the
    machine stands; with as many threads as it has cores, or `threads`.
    """
    connection = duckdb.connect(config={"threads": threads} if threads else {})
    connection.execute("set TimeZone = 'UTC'")
    return connection


def open_view(
    connection: duckdb.DuckDBPyConnection,
    view: str,
    store: TableStore,
    table: str,
    version: int | None = None,
) -> None:
    """A view named `view` on the Parquet files of a table's version (None = its head).

    A version without rows has no file; it becomes a view of nothing with the same columns. A head
    was appended to by several releases, and files of the earlier ones may lack columns.
    """
    files = store.files(table, version)
    if files:
        read = f"read_parquet([{literals(files)}], union_by_name = {version is None})"
        try:
            connection.execute(f"create or replace view {view} as from {read}")
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise TableError(table, error) from error
        return
    empty = f"no_rows_{view.replace('.', '_')}"
    connection.register("empty_rows", store.read_arrow(table, version))
    connection.execute(f"create or replace temp table {empty} as from empty_rows")
    connection.unregister("empty_rows")
    connection.execute(f"create or replace view {view} as from temp.{empty}")


def open_views(
    connection: duckdb.DuckDBPyConnection,
    store: TableStore,
    tables: Mapping[str, TableSchema],
    versions: Mapping[str, int],
    prefix: str = "",
) -> None:
    """A view for each table, by the name of its relation behind `prefix`, at the version that
    `versions` has of the table.
    """
    for relation, table in tables.items():
        open_view(connection, prefix + relation, store, table.name, versions[table.name])
