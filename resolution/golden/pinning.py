"""Golden values that stewards pinned, put in the place of those that survived."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from resolution.golden.members import Members, Statements, Survivor
from resolution.golden.survivorship import Rule
from resolution.judgements.pins import Pin

PINNED = "pinned by a steward"
"""What `golden.attributes` shows as the rule of such a value."""


def with_pins(members: Members, rule: Rule, survivor: Survivor, pins: list[Pin]) -> Survivor:
    """The survivors of one attribute, with the newest of its pins for each customer that has a
    pinned record in this batch. What survived without it counts among the losers.
    """
    pinned = _by_customer(members, pins)
    if not pinned:
        return survivor
    known = dict(zip(survivor.customer.tolist(), range(len(survivor.customer)), strict=True))
    rows = [(customer, *pinned[customer]) for customer in sorted(pinned)]
    values = tuple(
        pa.array([_parts(rule, pin)[part] for _, _, pin in rows], pa.string())
        for part in range(len(survivor.statements.values))
    )
    losers = []
    for number, (customer, _, _) in enumerate(rows):
        place = known.get(customer)
        was = place is not None and any(
            old[place].as_py() != new[number].as_py()
            for old, new in zip(survivor.statements.values, values, strict=True)
        )
        losers.append((0 if place is None else int(survivor.losers[place])) + int(was))
    origin = survivor.statements.origin
    made = Survivor(
        customer=np.array([customer for customer, _, _ in rows]),
        statements=Statements(
            rows=np.array([row for _, row, _ in rows]),
            values=values,
            origin={
                "observed_at": pa.array(
                    [pin.decided_at for _, _, pin in rows], origin["observed_at"].type
                ),
                "file": pa.nulls(len(rows), origin["file"].type),
                "line": pa.nulls(len(rows), origin["line"].type),
            },
        ),
        losers=np.array(losers),
        pinned=np.ones(len(rows), bool),
    )
    return _joined(_without(survivor, set(pinned)), made)


def _by_customer(members: Members, pins: list[Pin]) -> dict[int, tuple[int, Pin]]:
    """By the customer's number: the place of the pinned record, and the newest pin."""
    records = pa.array([pin.record_id for pin in pins], pa.string())
    places = pc.index_in(records, value_set=members.batch["record_id"]).to_pylist()
    found: dict[int, tuple[int, Pin]] = {}
    for place, pin in sorted(zip(places, pins, strict=True), key=lambda both: both[1].moment):
        if place is not None:
            found[int(members.customer[place])] = (place, pin)
    return found


def _parts(rule: Rule, pin: Pin) -> list[str | None]:
    if not rule.parts:
        return [pin.value]
    group = json.loads(pin.value)
    return [group.get(part) for part in rule.parts]


def _without(survivor: Survivor, customers: set[int]) -> Survivor:
    places = np.flatnonzero(~np.isin(survivor.customer, list(customers)))
    return replace(
        survivor,
        customer=survivor.customer[places],
        statements=survivor.statements.take(places),
        losers=survivor.losers[places],
        pinned=survivor.pinned[places],
    )


def _joined(one: Survivor, other: Survivor) -> Survivor:
    """Both, in the order of customers."""
    order = np.argsort(np.concatenate([one.customer, other.customer]), kind="stable")
    left, right = one.statements, other.statements
    statements = Statements(
        rows=np.concatenate([left.rows, right.rows]),
        values=tuple(
            pa.concat_arrays([a.cast(pa.string()), b])
            for a, b in zip(left.values, right.values, strict=True)
        ),
        origin={
            name: pa.concat_arrays([left.origin[name], right.origin[name]]) for name in left.origin
        },
    )
    return Survivor(
        customer=np.concatenate([one.customer, other.customer])[order],
        statements=statements.take(order),
        losers=np.concatenate([one.losers, other.losers])[order],
        pinned=np.concatenate([one.pinned, other.pinned])[order],
    )
