"""`scv backup` and `scv restore-backup`: the key and the systems of record."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

import typer

from scv.console import console
from scv.errors import sentences
from scv.options import ConfigFile, Warehouse


@sentences
def backup(
    out: Annotated[Path, typer.Option("--out", help="The file to write, say backup.tar.gz.")],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
) -> None:
    """Save what no run can compute again: the key, decisions, and the records about runs."""
    from pipelines.backup import back_up
    from pipelines.config import load_config
    from pipelines.delta import TableStore

    settings = load_config(config, warehouse=warehouse)
    rows = back_up(TableStore(settings.warehouse), settings.secret_path, out)
    console.print(f"wrote {out} with {_told(rows)}")
    console.print("It holds the key of the record ids: keep it as secret as the key itself.")


@sentences
def restore_backup(
    archive: Annotated[Path, typer.Argument(help="What scv backup wrote.")],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
) -> None:
    """Put a backup into an empty warehouse; the next run computes the tables anew."""
    from pipelines.backup import restore_backup as bring_back
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.lock import WriterLock

    settings = load_config(config, warehouse=warehouse)
    store = TableStore(settings.warehouse)
    with WriterLock(settings.warehouse, uuid.uuid4().hex, settings.writer_wait):
        rows = bring_back(archive, store, settings.secret_path)
    console.print(f"{settings.warehouse} has the key and {_told(rows)}; now type: scv run")


def _told(rows: dict[str, int]) -> str:
    return ", ".join(f"{count:,} rows of {name}" for name, count in rows.items())
