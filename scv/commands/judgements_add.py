"""`scv judgements add`: one new decision."""

from __future__ import annotations

import getpass
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scv.console import console, show_json
from scv.errors import sentences
from scv.judgement_view import contradictions_of, show_contradictions, told
from scv.options import AsJson, ConfigFile, Warehouse

if TYPE_CHECKING:
    from pipelines.delta import TableStore

add = typer.Typer(help="Put one decision on record; record_ids are those of golden.crosswalk.")

Reason = Annotated[str, typer.Option(help="Why; kept in the ledger.")]
By = Annotated[str | None, typer.Option(help="Who decides; default the account.")]
OwnId = Annotated[str | None, typer.Option("--id", help="UUID of the decision; default a new one.")]
Records = Annotated[list[str], typer.Argument(help="record_ids.", metavar="RECORD...")]


@dataclass(frozen=True)
class Asked:
    """What all decisions of the command line share."""

    reason: str
    by: str | None
    own_id: str | None
    json: bool


@add.command()
@sentences
def same(
    records: Records,
    reason: Reason,
    by: By = None,
    own_id: OwnId = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """These records, two or more, are one person."""
    decision = {"kind": _kind(records), "verdict": "same", "records": tuple(records)}
    _decide(_store(warehouse, config), Asked(reason, by, own_id, json), decision)


@add.command()
@sentences
def different(
    records: Records,
    reason: Reason,
    others: Annotated[
        list[str] | None, typer.Option("--from", help="A record of other persons; repeatable.")
    ] = None,
    by: By = None,
    own_id: OwnId = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """No RECORD is the person of any --from; without --from, all are different persons."""
    if others is None and len(records) == 2:
        records, others = records[:1], records[1:]
    kind = _kind([*records, *(others or [])])
    decision = {"kind": kind, "records": tuple(records), "others": tuple(others or ())}
    _decide(
        _store(warehouse, config),
        Asked(reason, by, own_id, json),
        decision | {"verdict": "different"},
    )


@add.command()
@sentences
def unsure(
    records: Records,
    reason: Reason,
    by: By = None,
    own_id: OwnId = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Nobody can say; replaces what was decided on the same pairs before."""
    decision = {"kind": _kind(records), "verdict": "unsure", "records": tuple(records)}
    _decide(_store(warehouse, config), Asked(reason, by, own_id, json), decision)


@add.command()
@sentences
def move(
    record: Annotated[str, typer.Argument(help="record_id of the one that moves.")],
    target: Annotated[str, typer.Option("--to", help="A record of the customer that it is.")],
    reason: Reason,
    by: By = None,
    own_id: OwnId = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """RECORD is the person of --to, and none of those that it is published with."""
    from pipelines.judgements import companions

    store = _store(warehouse, config)
    left = tuple(one for one in companions(store, record) if one != target)
    decision = {"kind": "move", "verdict": "same", "records": (record, target), "others": left}
    _decide(store, Asked(reason, by, own_id, json), decision)


@add.command()
@sentences
def pin(
    record: Annotated[str, typer.Argument(help="record_id of any record of the customer.")],
    attribute: Annotated[str, typer.Option(help="As golden.attributes names it.")],
    value: Annotated[str, typer.Option(help="Its golden value; groups as JSON.")],
    reason: Reason,
    by: By = None,
    own_id: OwnId = None,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """The customer that has RECORD has this golden value, whatever its sources say."""
    decision = {"kind": "pin", "verdict": "pinned", "records": (record,)}
    _decide(
        _store(warehouse, config),
        Asked(reason, by, own_id, json),
        decision | {"attribute": attribute, "value": value},
    )


def _kind(records: list[str]) -> str:
    return "pair" if len(records) <= 2 else "cluster"


def _store(warehouse: Path | None, config: Path | None) -> TableStore:
    from pipelines.config import load_config
    from pipelines.delta import TableStore

    return TableStore(load_config(config, warehouse=warehouse).warehouse)


def _decide(store: TableStore, asked: Asked, decision: dict[str, Any]) -> None:
    """Keep the decision with the evidence of the live publication, and say what it contradicts."""
    from pipelines.judgements import append_judgements, as_before, evidence, read_judgements
    from resolution.judgements.judgement import Judgement

    model, weight = evidence(store, (*decision["records"], *decision.get("others", ())))
    row = Judgement(
        judgement_id=asked.own_id or str(uuid.uuid4()),
        reason=asked.reason,
        decided_by=asked.by or getpass.getuser(),
        decided_at=datetime.now(UTC),
        model_version=model,
        weight=weight,
        **decision,
    )
    row = as_before(read_judgements(store), row)
    done = append_judgements(store, [row])
    at_odds = [
        one
        for one in contradictions_of(read_judgements(store))
        if row.judgement_id in one.judgement_ids
    ]
    if asked.json:
        shown = {"judgement_id": row.judgement_id, "added": done.added, "repeated": done.repeated}
        show_json(shown | {"contradictions": [told(one) for one in at_odds]})
        return
    said = "is on record; next: scv run" if done.added else "was on record before"
    console.print(f"{row.judgement_id} {said}")
    show_contradictions(at_odds)
