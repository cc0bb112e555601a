"""`scv quarantine`: what was set aside, and taking it in again once its cause is mended."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scv.commands.files import Later, decide_and_run, read_account
from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, Landing, PublicationId, Warehouse

quarantine = typer.Typer(help="List rows and files that were set aside, or take them in again.")

COLUMNS = ("file", "reason", "column", "rows", "lines", "remedy")


@quarantine.command("list")
@sentences
def list_quarantine(
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    publication: PublicationId = None,
    json: AsJson = False,
) -> None:
    """What a publication or a candidate set aside, by file and reason; no row's text is shown."""
    from pipelines.config import load_config
    from pipelines.snapshot import Snapshot

    snapshot = Snapshot(load_config(config, warehouse=warehouse).warehouse, publication)
    tables = [name for name in snapshot.tables if name.startswith("quarantine.")]
    union = " union all ".join(
        f"select file, reason, \"column\", lines, remedy, '{name}' as kind from {name}"
        for name in tables
    )
    with snapshot.duckdb() as connection:
        rows = connection.sql(
            f'select file, reason, "column", count(*) as rows, sum(lines)::bigint as lines, remedy'
            f" from ({union}) group by all order by file, reason"
        ).fetchall()
    if json:
        show_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
    elif rows:
        show_table("Quarantine", list(COLUMNS), rows)
    else:
        console.print("Nothing is set aside.")


@quarantine.command()
@sentences
def replay(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files as the list names them; default all of them.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; kept in ops.file_decisions.")] = "replayed",
    later: Later = False,
    warehouse: Warehouse = None,
    landing: Landing = None,
    config: ConfigFile = None,
) -> None:
    """Take files in again from the landing folder, say after a contract was mended."""
    from pipelines.errors import FileDecisionError
    from pipelines.file_decisions import REPLAY, WITHDRAWN

    settings, account = read_account(config, warehouse, landing)
    chosen = files or [
        row["file"] for row in account if row["quarantined"] and row["problem"] != WITHDRAWN
    ]
    if not chosen:
        console.print("Nothing is set aside.")
        return
    for file in chosen:
        if not Path(settings.landing, file).is_file():
            raise FileDecisionError(
                f"{file} is no longer in {settings.landing}; put it back, then replay"
            )
    decide_and_run(settings, account, chosen, (REPLAY, reason), later=later)
