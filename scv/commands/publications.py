"""`scv publications`: what was published, and what persons decide about it: back to an earlier one,
on from there, and a held candidate live after all.
"""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, Warehouse

if TYPE_CHECKING:
    from pipelines.delta import TableStore
    from pipelines.manifest import Publication

publications = typer.Typer(
    help="List publications, go back to an earlier one, or let a held candidate go live."
)

By = Annotated[str | None, typer.Option(help="Who decides; default the account.")]


@publications.command("list")
@sentences
def list_publications(
    warehouse: Warehouse = None, config: ConfigFile = None, json: AsJson = False
) -> None:
    """All publications and candidates that did not go live, oldest first."""
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.manifest import live, pin, require_manifest

    manifest = require_manifest(TableStore(load_config(config, warehouse=warehouse).warehouse))
    shown = live(manifest)
    pinned = pin(manifest) is not None
    if json:
        show_json(
            [
                asdict(row) | {"live": row is shown, "pinned": pinned and row is shown}
                for row in manifest
            ]
        )
        return
    show_table(
        "",
        ["", "publication", "state", "created", "customers", "ids kept", "model", "files",
         "failed checks"],
        [
            (
                _mark(pinned=pinned) if row is shown else "",
                row.publication,
                _state(row),
                f"{row.created_at:%Y-%m-%d %H:%M}",
                row.counts.get("golden.customers"),
                _kept(row),
                row.model_version,
                len(row.inputs),
                "; ".join(row.failed_checks),
            )
            for row in manifest
        ],
    )  # fmt: skip


@publications.command()
@sentences
def restore(
    publication: Annotated[str, typer.Argument(help="Id such as p000003.")],
    by: By = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
) -> None:
    """Make an earlier publication live again, in one commit and without copying data, and pin it:
    no run takes anything in before 'scv publications release'.
    """
    from pipelines.publication_decisions import restore as bring_back

    with _writing(config, warehouse) as (store, run_id):
        row = bring_back(store, publication, run_id, by or getpass.getuser())
    console.print(f"{row.publication} is live with the tables of {row.restored_from}")
    console.print("It is pinned: no run goes on before 'scv publications release'.")


@publications.command()
@sentences
def release(by: By = None, warehouse: Warehouse = None, config: ConfigFile = None) -> None:
    """End the pin of a restored publication, so that runs go on from it."""
    from pipelines.publication_decisions import release as let_go

    with _writing(config, warehouse) as (store, run_id):
        row = let_go(store, run_id, by or getpass.getuser())
    console.print(f"{row.publication} is live with the same tables; the next run goes on from it")


@publications.command()
@sentences
def approve(
    publication: Annotated[str, typer.Argument(help="Id of a held candidate.")],
    reason: Annotated[str, typer.Option(help="Why; kept in ops.publications.")],
    by: By = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
) -> None:
    """Publish exactly the tables of a held candidate."""
    from pipelines.publication_decisions import approve as let_go_live

    with _writing(config, warehouse) as (store, run_id):
        row = let_go_live(store, publication, run_id, (by or getpass.getuser(), reason))
    console.print(f"{row.publication} is live with the tables of {row.approved_from}")


@contextmanager
def _writing(config: Path | None, warehouse: Path | None) -> Iterator[tuple[TableStore, str]]:
    """The warehouse, nobody else writing to it, and an id for what is done."""
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.lock import WriterLock
    from pipelines.manifest import require_manifest

    settings = load_config(config, warehouse=warehouse)
    run_id = uuid.uuid4().hex
    store = TableStore(settings.warehouse)
    # Before the lock, whose file would make the folder.
    require_manifest(store)
    with WriterLock(settings.warehouse, run_id, settings.writer_wait):
        yield store, run_id


def _mark(*, pinned: bool) -> str:
    return "live, pinned" if pinned else "live"


def _state(row: Publication) -> str:
    origin = row.restored_from or row.approved_from
    return f"{row.state} from {origin}" if origin else row.state


def _kept(row: Publication) -> str:
    """Share of the records of before that kept their id, rounded down: 100 % means all."""
    before, kept = (row.counts.get(f"records_{name}", 0) for name in ("before", "kept"))
    return f"{int(10_000 * kept / before) / 100:.2f} %" if before else ""
