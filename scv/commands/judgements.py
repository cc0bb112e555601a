"""`scv judgements`: the ledger of stewards' decisions: show it, take back, bring in and out."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scv.commands.judgements_add import By, OwnId, Reason, add
from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.judgement_view import contradictions_of, show_contradictions, told
from scv.options import AsJson, ConfigFile, Warehouse
from scv.outputs import check_output

if TYPE_CHECKING:
    from pipelines.delta import TableStore
    from resolution.judgements.judgement import Judgement

judgements = typer.Typer(help="Decide about records, and see, undo, bring in or out what was.")
judgements.add_typer(add, name="add")


@judgements.command("list")
@sentences
def list_judgements(
    only_live: Annotated[bool, typer.Option("--live", help="Only what stands.")] = False,
    record: Annotated[str | None, typer.Option(help="Only decisions that name it.")] = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """All decisions, oldest first, and those that contradict each other, with the chain."""
    from resolution.judgements.judgement import RETRACTED, as_row
    from resolution.judgements.ledger import retracted

    ledger = _ledger(warehouse, config)
    fallen = retracted(ledger)
    shown = [
        row
        for row in ledger
        if (record is None or record in (*row.records, *row.others))
        and not (only_live and (row.judgement_id in fallen or row.verdict == RETRACTED))
    ]
    at_odds = [one for one in contradictions_of(ledger) if record is None or record in one.path]
    state = {
        row.judgement_id: "retracted" if row.judgement_id in fallen else "live" for row in shown
    }
    if json:
        show_json(
            {
                "judgements": [as_row(row) | {"state": state[row.judgement_id]} for row in shown],
                "contradictions": [told(one) for one in at_odds],
            }
        )
        return
    _show(shown, state)
    show_contradictions(at_odds)


@judgements.command()
@sentences
def retract(
    judgement: Annotated[str, typer.Argument(help="Id of the decision, as the list shows it.")],
    reason: Reason,
    by: By = None,
    own_id: OwnId = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Take a decision back; what it replaced holds again. A retraction can be taken back, too."""
    from pipelines.judgements import retract as take_back

    row = take_back(
        _store(warehouse, config),
        judgement,
        reason=reason,
        decided_by=by or getpass.getuser(),
        own_id=own_id or str(uuid.uuid4()),
    )
    if json:
        show_json({"judgement_id": row.judgement_id, "retracts": row.retracts})
    else:
        console.print(f"{row.retracts} is retracted by {row.judgement_id}; next: scv run")


@judgements.command("import")
@sentences
def import_file(
    file: Annotated[Path, typer.Argument(help="A .csv or .parquet file.")],
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="Take records that are not published, too.")
    ] = False,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Put the decisions of a file on record: all of them, or none where one is wrong."""
    from pipelines.judgement_files import import_judgements
    from pipelines.judgements import read_judgements

    store = _store(warehouse, config)
    done = import_judgements(store, file, allow_unknown=allow_unknown)
    at_odds = contradictions_of(read_judgements(store))
    if json:
        counts = {"added": done.added, "repeated": done.repeated}
        show_json(counts | {"contradictions": [told(one) for one in at_odds]})
        return
    console.print(f"{done.added:,} decisions added, {done.repeated:,} were on record before")
    show_contradictions(at_odds)


@judgements.command("export")
@sentences
def export_file(
    file: Annotated[Path, typer.Argument(help="The .csv or .parquet file to write.")],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Write the whole ledger, retracted decisions among it; import reads the same back."""
    from pipelines.judgement_files import write_file

    ledger = _ledger(warehouse, config)
    check_output(file)
    rows = write_file(file, ledger)
    show_json({"rows": rows}) if json else console.print(f"{rows:,} decisions, to {file}")


def _store(warehouse: Path | None, config: Path | None) -> TableStore:
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.manifest import require_manifest

    store = TableStore(load_config(config, warehouse=warehouse).warehouse)
    require_manifest(store)
    return store


def _ledger(warehouse: Path | None, config: Path | None) -> list[Judgement]:
    from pipelines.judgements import read_judgements

    return read_judgements(_store(warehouse, config))


def _show(rows: Iterable[Judgement], state: dict[str, str]) -> None:
    lines: list[tuple[Any, ...]] = [
        (
            row.judgement_id,
            state[row.judgement_id],
            f"{row.decided_at:%Y-%m-%d %H:%M}",
            row.decided_by,
            row.kind,
            row.verdict,
            row.retracts or " ".join(row.records),
            " ".join(row.others),
            f"{row.attribute} = {row.value}" if row.attribute else None,
            row.reason,
        )
        for row in rows
    ]
    if not lines:
        console.print("No decisions.")
        return
    columns = ["id", "state", "decided", "by", "kind", "verdict", "records", "others", "pinned"]
    show_table("Judgements", [*columns, "reason"], lines)
