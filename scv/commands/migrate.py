"""`scv migrate`: a warehouse of an earlier release becomes one of this release."""

from __future__ import annotations

import uuid

from scv.console import console
from scv.errors import sentences
from scv.options import ConfigFile, Warehouse


@sentences
def migrate(warehouse: Warehouse = None, config: ConfigFile = None) -> None:
    """Change the tables of an earlier release to this one's; may be repeated."""
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.lock import WriterLock
    from pipelines.manifest import SCHEMA_VERSION
    from pipelines.migration import migrate as do

    settings = load_config(config, warehouse=warehouse)
    run_id = uuid.uuid4().hex
    with WriterLock(settings.warehouse, run_id, settings.writer_wait):
        row = do(TableStore(settings.warehouse), run_id)
    if row is None:
        console.print(f"Nothing to do: schema version {SCHEMA_VERSION} is this release's.")
    else:
        console.print(
            f"{row.publication}: schema version {SCHEMA_VERSION}; the next run computes anew"
        )
