"""`scv export`: a published table as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scv.console import console
from scv.errors import sentences
from scv.options import ConfigFile, PublicationId, Warehouse
from scv.outputs import check_output


class Format(StrEnum):
    """File formats."""

    CSV = "csv"
    PARQUET = "parquet"


@sentences
def export(
    table: Annotated[str, typer.Argument(help="crosswalk, customers, silver.records, ...")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    publication: PublicationId = None,
    format: Annotated[Format, typer.Option(help="csv or parquet.")] = Format.CSV,  # noqa: A002
) -> None:
    """Write a table of one publication; a name without schema means golden."""
    from pipelines.config import load_config
    from pipelines.snapshot import Snapshot
    from pipelines.tables import DOCUMENTED
    from sources.literals import literal

    name = table if "." in table else f"golden.{table}"
    snapshot = Snapshot(load_config(config, warehouse=warehouse).warehouse, publication)
    snapshot.version(name)
    check_output(out)
    partial = out.with_name(out.name + ".partial")
    # Rows that are delivered have no key of their own; all their columns are one.
    order = ", ".join(next((table.key for table in DOCUMENTED if table.name == name), ("all",)))
    options = "header, " if format is Format.CSV else ""
    try:
        with snapshot.duckdb() as connection:
            rows = connection.execute(
                f"copy (from {name} order by {order}) to {literal(partial)}"
                f" ({options}format {format.value})"
            ).fetchall()[0][0]
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    console.print(f"{rows:,} rows of {name}, {snapshot.publication.publication}, to {out}")
