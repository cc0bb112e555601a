"""`scv maintain`: compact and vacuum, without touching kept publications."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, Warehouse


@sentences
def maintain(
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    keep: Annotated[
        int, typer.Option(min=1, help="Publications that stay restorable, the live one among them.")
    ] = 30,
    hours: Annotated[
        float, typer.Option(min=0, help="Files younger than this stay, for readers that began.")
    ] = 24,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    json: AsJson = False,
) -> None:
    """Fewer, larger files; delete what no kept publication needs."""
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.lock import WriterLock
    from pipelines.maintenance import maintain as do
    from pipelines.manifest import require_manifest

    settings = load_config(config, warehouse=warehouse)
    run_id = uuid.uuid4().hex
    store = TableStore(settings.warehouse)
    # Before the lock, whose file would make the folder.
    require_manifest(store)
    with WriterLock(settings.warehouse, run_id, settings.writer_wait):
        done = do(store, keep, hours, run_id, dry_run=dry_run)
    if json:
        show_json([asdict(row) for row in done])
        return
    show_table(
        "",
        ["table", "files before", "files after", "would go" if dry_run else "deleted"],
        [
            (row.table, row.files_before, row.files_after, row.deleted)
            for row in done
            if row.deleted or row.files_before != row.files_after
        ],
    )
    console.print(f"{len(done)} tables, {sum(row.deleted for row in done)} files.")
