"""`scv sql`: ask one publication a question, without a JVM."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, PublicationId, Warehouse

if TYPE_CHECKING:
    import duckdb


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
            _refuse_writing(connection.extract_statements(query))
            result = connection.sql(query)
            rows = result.fetchall()
        except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
            raise PublicationError(f"the query failed: {error}") from error
        except duckdb.Error as error:
            # What goes wrong with rows, and not with the query's words, quotes their values.
            raise PublicationError(
                f"the query failed ({type(error).__name__}) on a value that is not shown here;"
                " where a cast fails, try_cast gives null"
            ) from error
        columns = result.columns
    if json:
        show_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif format is Format.CSV:
        import csv
        import sys

        csv.writer(sys.stdout, lineterminator="\n").writerows([columns, *rows])
    else:
        show_table("", columns, rows, grouped=False)
        console.print(f"{len(rows):,} rows of {snapshot.publication.publication}")


def _refuse_writing(statements: list[duckdb.Statement]) -> None:
    """One statement that reads; the views would forget what another one does."""
    import duckdb

    from pipelines.errors import PublicationError

    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise PublicationError(
            "scv sql takes one query that reads (select, from, describe, show, summarize);"
            " files are written by scv export"
        )
