"""`scv publications`: what was published, and back to an earlier one."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, Warehouse

publications = typer.Typer(help="List publications, or make an earlier one live again.")


@publications.command("list")
@sentences
def list_publications(
    warehouse: Warehouse = None, config: ConfigFile = None, json: AsJson = False
) -> None:
    """All publications and rejected candidates, oldest first."""
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.manifest import live, require_manifest

    manifest = require_manifest(TableStore(load_config(config, warehouse=warehouse).warehouse))
    shown = live(manifest)
    if json:
        show_json([asdict(row) | {"live": row is shown} for row in manifest])
        return
    show_table(
        "",
        ["", "publication", "state", "created", "customers", "model", "files", "failed checks"],
        [
            (
                "live" if row is shown else "",
                row.publication,
                row.state + (f" from {row.restored_from}" if row.restored_from else ""),
                f"{row.created_at:%Y-%m-%d %H:%M}",
                row.counts.get("golden.customers"),
                row.model_version,
                len(row.inputs),
                "; ".join(row.failed_checks),
            )
            for row in manifest
        ],
    )


@publications.command()
@sentences
def restore(
    publication: Annotated[str, typer.Argument(help="Id such as p000003.")],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
) -> None:
    """Make an earlier publication live again, in one commit and without copying data."""
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.lock import WriterLock
    from pipelines.manifest import require_manifest
    from pipelines.manifest import restore as bring_back

    settings = load_config(config, warehouse=warehouse)
    run_id = uuid.uuid4().hex
    store = TableStore(settings.warehouse)
    # Before the lock, whose file would make the folder.
    require_manifest(store)
    with WriterLock(settings.warehouse, run_id, settings.writer_wait):
        row = bring_back(store, publication, run_id)
    console.print(f"{row.publication} is live with the tables of {row.restored_from}")
