"""Constraints as Arrow tables, as engines and tables have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import pyarrow as pa

from resolution.judgements.constraints import Constraint, Constraints
from resolution.judgements.contradictions import groups
from resolution.judgements.pins import Pin

UNDECIDED = Constraints()
MUST, CANNOT = "must_link", "cannot_link"

PEOPLE = pa.schema([("record_id", pa.string()), ("person", pa.string())])
PAIRS = pa.schema([("left_id", pa.string()), ("right_id", pa.string())])
ROWS = pa.schema([*PAIRS, ("kind", pa.string()), ("judgement_ids", pa.list_(pa.string()))])


PIN_ROWS = pa.schema(
    [
        *((name, pa.string()) for name in ("record_id", "attribute", "value", "judgement_id")),
        ("decided_at", pa.timestamp("us", tz="UTC")),
    ]
)


def joined_records(decided: Constraints) -> pa.Table:
    """record_id, person: the records that must-links hold together have one person (the smallest
    of them, which may be gone).
    """
    found = groups(decided.must_link)
    return pa.table([list(found), list(found.values())], schema=PEOPLE)


def apart_pairs(decided: Constraints) -> pa.Table:
    """left_id, right_id: the smaller record_id first."""
    return pa.Table.from_pylist(
        [{"left_id": one.left_id, "right_id": one.right_id} for one in decided.cannot_link], PAIRS
    )


def as_table(decided: Constraints) -> pa.Table:
    """The rows of `resolution.constraints`, sorted."""
    links = [(MUST, one) for one in decided.must_link]
    links += [(CANNOT, one) for one in decided.cannot_link]
    rows = [
        {
            "left_id": one.left_id,
            "right_id": one.right_id,
            "kind": kind,
            "judgement_ids": list(one.judgement_ids),
        }
        for kind, one in links
    ]
    return pa.Table.from_pylist(
        sorted(rows, key=lambda row: (row["left_id"], row["right_id"])), ROWS
    )


def pins_table(pins: Iterable[Pin]) -> pa.Table:
    """The rows of `resolution.pins`, in their order."""
    return pa.Table.from_pylist([asdict(pin) for pin in pins], PIN_ROWS)


def pins_from(rows: pa.Table) -> tuple[Pin, ...]:
    """The pins of such rows, in their order."""
    pins = (Pin(**row) for row in rows.to_pylist())
    return tuple(sorted(pins, key=lambda pin: (pin.record_id, pin.attribute)))


def from_table(rows: pa.Table) -> Constraints:
    """The constraints of such rows."""
    found: dict[str, list[Constraint]] = {MUST: [], CANNOT: []}
    for row in rows.to_pylist():
        ids = tuple(row["judgement_ids"])
        found[row["kind"]].append(Constraint(row["left_id"], row["right_id"], ids))
    return Constraints(
        *(tuple(sorted(links, key=lambda one: one.pair)) for links in found.values())
    )
