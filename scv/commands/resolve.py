"""`scv resolve`: where an id that was published once leads today, and how it came there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, PublicationId, Warehouse

if TYPE_CHECKING:
    from resolution.lookup import Lookup


@sentences
def resolve(
    ids: Annotated[
        list[str],
        typer.Argument(help="customer_ids, as old as they may be, or record_ids.", metavar="ID..."),
    ],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    publication: PublicationId = None,
    json: AsJson = False,
) -> None:
    """Today's customers behind old ids, with every change on the way and its cause."""
    from pipelines.config import load_config
    from pipelines.snapshot import Snapshot
    from resolution.lookup import look_up

    snapshot = Snapshot(load_config(config, warehouse=warehouse).warehouse, publication)
    with snapshot.duckdb() as connection:
        found = [look_up(connection, one) for one in ids]
    if json:
        show_json([one.plain() for one in found])
        return
    for one in found:
        _show(one)


def _show(found: Lookup) -> None:
    console.print(f"{found.id}: {_sentence(found)}")
    if found.changes:
        show_table(
            "",
            ["publication", "changed", "what", "from", "to", "records", "cause", "because of"],
            [
                (
                    change.publication,
                    f"{change.changed_at:%Y-%m-%d %H:%M}",
                    change.kind,
                    change.from_id or "",
                    change.to_id or "",
                    change.records,
                    change.cause or "unknown",
                    change.because,
                )
                for change in found.changes
            ],
        )


def _sentence(found: Lookup) -> str:
    current = ", ".join(found.current_ids)
    if found.status == "record":
        return f"a record of {current}" if current else "a record that is nobody's now"
    return {
        "current": "a customer of this publication",
        "merged": f"merged into {current}",
        "split": f"split into {current}",
        "retired": "retired: none of its records is left",
        "erased": "erased",
    }[found.status]
