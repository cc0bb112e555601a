"""The ledger of judgements as a table: read at its head, appended to in one commit a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa

from pipelines.delta import TableStore
from pipelines.manifest import require_manifest
from pipelines.snapshot import Snapshot
from pipelines.views import open_view, utc_connection
from resolution.errors import JudgementError
from resolution.judgements.constraints import Constraints, constraints
from resolution.judgements.judgement import JUDGEMENTS, PINNED, RETRACTED, Judgement, as_row
from resolution.judgements.ledger import distinct, live, retracted
from resolution.judgements.pins import Pin, check_pin, pins
from resolution.judgements.relations import UNDECIDED, from_table, pins_from
from resolution.schema import CONSTRAINTS, EDGES, IDENTITIES, PINS
from sources.record import RECORDS

ARROW = pa.schema(
    [
        ("judgement_id", pa.string()),
        ("kind", pa.string()),
        ("verdict", pa.string()),
        ("records", pa.list_(pa.string())),
        ("others", pa.list_(pa.string())),
        ("attribute", pa.string()),
        ("value", pa.string()),
        ("retracts", pa.string()),
        ("reason", pa.string()),
        ("decided_by", pa.string()),
        ("decided_at", pa.timestamp("us", tz="UTC")),
        ("model_version", pa.string()),
        ("weight", pa.int32()),
        ("approved_by", pa.string()),
        ("approved_at", pa.timestamp("us", tz="UTC")),
    ]
)

_NAMED = 5
"""Ids that one error names; the rest it counts."""


@dataclass(frozen=True)
class Appended:
    """What became of a batch: decisions that are new, and rows that were in the ledger before."""

    added: int
    repeated: int


def read_judgements(store: TableStore) -> list[Judgement]:
    """Every decision once, oldest first, retracted ones and retractions among them.

    Raises `JudgementError` where an id stands for two decisions.
    """
    if not store.exists(JUDGEMENTS.name):
        return []
    rows = store.read_arrow(JUDGEMENTS.name).to_pylist()
    lists = ({name: tuple(row[name] or ()) for name in ("records", "others")} for row in rows)
    return distinct(Judgement(**row | each) for row, each in zip(rows, lists, strict=True))


def append_judgements(
    store: TableStore, batch: Iterable[Judgement], *, allow_unknown: bool = False
) -> Appended:
    """Put decisions on record in one commit; those that are there already count as repeated.

    Records must be in `silver.records` of the live publication, and pins of attributes that this
    release knows, unless `allow_unknown` (an old ledger). Raises `JudgementError` for one that
    can't be kept, `PublicationError` without a publication; then nothing of the batch is kept.
    Two writers don't see each other: the same id from both with different content is an error of
    whoever reads next.
    """
    require_manifest(store)
    ledger, rows = read_judgements(store), list(batch)
    before = {row.judgement_id for row in ledger}
    everything = distinct([*ledger, *rows])
    retracted(everything)
    fresh = [row for row in everything if row.judgement_id not in before]
    _check_retractions(fresh, {row.judgement_id for row in everything})
    if fresh and not allow_unknown:
        _check_known(store, fresh)
        for row in fresh:
            if row.verdict == PINNED:
                check_pin(row)
    if fresh:
        table = pa.Table.from_pylist([as_row(row) for row in fresh], ARROW)
        store.write_arrow(table, JUDGEMENTS.name, "append")
    return Appended(added=len(fresh), repeated=len(rows) - len(fresh))


def retract(
    store: TableStore, judgement_id: str, *, reason: str, decided_by: str, own_id: str
) -> Judgement:
    """Take back the decision `judgement_id` by one of id `own_id`, which is returned as it is kept.

    Raises `JudgementError` where there is no such decision, or another retraction of it stands.
    """
    row = Judgement(
        judgement_id=own_id,
        kind=None,
        verdict=RETRACTED,
        reason=reason,
        decided_by=decided_by,
        decided_at=datetime.now(UTC),
        retracts=judgement_id,
    )
    ledger = read_judgements(store)
    row = as_before(ledger, row)
    if row not in ledger and row.retracts in retracted(ledger):
        by = [one.judgement_id for one in ledger if one.retracts == row.retracts]
        raise JudgementError(f"{row.retracts} is retracted already, by {', '.join(by)}")
    append_judgements(store, [row])
    return row


def as_before(ledger: Iterable[Judgement], row: Judgement) -> Judgement:
    """The decision as it stands in the ledger, where only the time and the evidence of the two
    differ: the same command typed again with the same id is no second decision.
    """
    for one in ledger:
        if one.judgement_id == row.judgement_id:
            return replace(
                row,
                decided_at=one.decided_at,
                model_version=one.model_version,
                weight=one.weight,
            )
    return row


def companions(store: TableStore, record_id: str) -> tuple[str, ...]:
    """The other records of this record's customer in the live publication, sorted; none where it
    has no customer.
    """
    rows = _ask(
        store,
        IDENTITIES.name,
        "select record_id from asked where record_id <> $record and customer_id ="
        " (select customer_id from asked where record_id = $record) order by record_id",
        {"record": record_id},
    )
    return tuple(str(row[0]) for row in rows)


def evidence(store: TableStore, record_ids: Iterable[str]) -> tuple[str, int | None]:
    """What a steward may have seen: the model of the live publication, and the weight in milli-bits
    of the pair; None where there are not two records, or these two were not scored.
    """
    named = sorted(set(record_ids))
    weight = None
    if len(named) == 2:
        ((weight,),) = _ask(
            store,
            EDGES.name,
            "select max(weight) from asked where left_id = $left and right_id = $right",
            {"left": named[0], "right": named[1]},
        )
    model = Snapshot(store.warehouse).publication.model_version
    return model, None if weight is None else int(str(weight))


def _ask(
    store: TableStore, table: str, query: str, values: dict[str, object]
) -> list[tuple[object, ...]]:
    """A query on one table of the live publication, as the relation `asked`; no other is opened."""
    version = Snapshot(store.warehouse).version(table)
    with utc_connection() as connection:
        open_view(connection, "asked", store, table, version)
        return connection.execute(query, values).fetchall()


def _check_retractions(fresh: list[Judgement], known: set[str]) -> None:
    for row in fresh:
        if row.retracts is not None and row.retracts not in known:
            raise JudgementError(
                f"there is no judgement {row.retracts}; 'scv judgements list' shows all",
                column="retracts",
                judgement_id=row.judgement_id,
            )


def _check_known(store: TableStore, fresh: list[Judgement]) -> None:
    named = sorted({record for row in fresh for record in (*row.records, *row.others)})
    rows = _ask(
        store,
        RECORDS.name,
        "select unnest($named) except select record_id from asked",
        {"named": named},
    )
    unknown = {str(row[0]) for row in rows}
    for row in fresh:
        for column in ("records", "others"):
            missing = sorted(unknown.intersection(getattr(row, column)))
            if missing:
                raise JudgementError(
                    f"the live publication has no {_told(missing)}; look record_ids"
                    " up in golden.crosswalk, or import an old ledger with --allow-unknown",
                    column=column,
                    judgement_id=row.judgement_id,
                )


def _told(record_ids: list[str]) -> str:
    """Some of the ids. What has not their form may be an e-mail address, and is only counted."""
    shown = [one for one in record_ids if _looks_like_an_id(one)][:_NAMED]
    more = len(record_ids) - len(shown)
    if not shown:
        return f"record for {more} names, which are no record_ids (r and 24 hexadecimal digits)"
    return f"record {', '.join(shown)}" + (f" and {more} more" if more else "")


def _looks_like_an_id(text: str) -> bool:
    return len(text) == 25 and text[0] == "r" and set(text[1:]) <= set("0123456789abcdef")


@dataclass(frozen=True)
class Decisions:
    """What live judgements say: of pairs of records, and of golden values."""

    constraints: Constraints = UNDECIDED
    pins: tuple[Pin, ...] = ()


def decisions_now(store: TableStore) -> Decisions:
    """By the ledger as it is."""
    standing = live(read_judgements(store))
    return Decisions(constraints(standing), tuple(pins(standing)))


def decisions_of(store: TableStore, tables: Mapping[str, int]) -> Decisions:
    """By a publication's tables, given by name and version."""
    if CONSTRAINTS.name not in tables or PINS.name not in tables:
        return Decisions()
    rows, pinned = (store.read_arrow(one.name, tables[one.name]) for one in (CONSTRAINTS, PINS))
    return Decisions(from_table(rows), pins_from(pinned))
