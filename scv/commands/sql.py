"""`scv sql`: ask one publication a question, without a JVM."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, PublicationId, Warehouse


class Format(StrEnum):
    """How rows are shown."""

    TABLE = "table"
    CSV = "csv"


@sentences
def sql(
    query: Annotated[str, typer.Argument(help="SQL as DuckDB reads it, on golden.customers etc.")],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    publication: PublicationId = None,
    format: Annotated[Format, typer.Option(help="table or csv.")] = Format.TABLE,  # noqa: A002
    json: AsJson = False,
) -> None:
    """Run a query on one consistent set of tables."""
    import duckdb

    from pipelines.config import load_config
    from pipelines.errors import PublicationError
    from pipelines.snapshot import Snapshot

    snapshot = Snapshot(load_config(config, warehouse=warehouse).warehouse, publication)
    with snapshot.duckdb() as connection:
        try:
            # A statement without rows gives None, whatever the library's types say.
            result: duckdb.DuckDBPyRelation | None = connection.sql(query)
            if result is None:
                return
            rows = result.fetchall()
        except duckdb.Error as error:
            raise PublicationError(f"the query failed: {error}") from error
        columns = result.columns
    if json:
        show_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif format is Format.CSV:
        import csv
        import sys

        csv.writer(sys.stdout, lineterminator="\n").writerows([columns, *rows])
    else:
        show_table("", columns, rows)
        console.print(f"{len(rows):,} rows of {snapshot.publication.publication}")
