"""Why records are one customer, and where its golden values come from.

Reads a DuckDB connection with the relations records, constraints, edges, clusters, identities,
attributes (the tables of those names of one publication).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from resolution.errors import ResolutionError
from resolution.model.artefact import Model
from resolution.pair_explanation import PairExplanation, read_edge
from resolution.thresholds import START_AT


@dataclass(frozen=True)
class Value:
    """A golden value's origin, as `golden.attributes` has it."""

    attribute: str
    value: str
    source: str
    record_id: str
    observed_at: str
    rule: str
    losers: int
    file: str
    line: int


@dataclass(frozen=True)
class Decision:
    """A pair of records that live judgements hold together or apart (must_link, cannot_link)."""

    kind: str
    left_id: str
    right_id: str
    judgement_ids: tuple[str, ...]


@dataclass(frozen=True)
class CustomerExplanation:
    """The members of a customer, the edges between them, and their golden values. `path` are the
    edges that suffice to hold all of them, the strongest ones; without any of them, or one as
    strong, the customer falls apart. `decisions` are those about its records.
    """

    customer_id: str
    state: str
    reason: str | None
    members: tuple[tuple[str, str], ...]
    edges: tuple[PairExplanation, ...]
    weakest_link: int | None
    values: tuple[Value, ...] = field(default=())
    path: tuple[tuple[str, str], ...] = ()
    decisions: tuple[Decision, ...] = ()


def explain_customer(
    connection: duckdb.DuckDBPyConnection, model: Model, customer_id: str
) -> CustomerExplanation:
    """Members, edges at or above the threshold and origins of one customer.

    `ResolutionError` where the publication has no such customer.
    """
    rows = connection.execute(
        "select r.record_id, r.source, c.state, c.reason, c.weakest_link from identities i"
        " join records r using (record_id) join clusters c using (record_id)"
        " where i.customer_id = $id order by r.source, r.record_id",
        {"id": customer_id},
    ).fetchall()
    if not rows:
        raise ResolutionError(f"this publication has no customer '{customer_id}'")
    held = connection.execute(
        "select e.left_id, e.right_id, e.kind, e.weight, e.unadjusted_weight, e.levels,"
        " e.adjustments, e.rule from edges e"
        " join identities l on l.record_id = e.left_id and l.customer_id = $id"
        " join identities r on r.record_id = e.right_id and r.customer_id = $id"
        " where e.kind <> 'probabilistic' or e.weight >= $join_at"
        " order by e.weight desc nulls first, e.left_id, e.right_id",
        {"id": customer_id, "join_at": START_AT},
    ).fetchall()
    edges = tuple(read_edge(model, edge, same_customer=True) for edge in held)
    return CustomerExplanation(
        customer_id=customer_id,
        state=rows[0][2],
        reason=rows[0][3],
        members=tuple((row[0], row[1]) for row in rows),
        edges=edges,
        weakest_link=rows[0][4] if len(rows) > 1 else None,
        values=_values(connection, customer_id),
        path=_path(edges),
        decisions=_decisions(connection, customer_id),
    )


def _path(edges: tuple[PairExplanation, ...]) -> tuple[tuple[str, str], ...]:
    """Both ends of the edges of a strongest spanning tree; `edges` are the strongest first."""
    group: dict[str, str] = {}

    def root(record: str) -> str:
        while group.setdefault(record, record) != record:
            record = group[record]
        return record

    path = []
    for edge in edges:
        left, right = root(edge.left_id), root(edge.right_id)
        if left != right:
            group[max(left, right)] = min(left, right)
            path.append((edge.left_id, edge.right_id))
    return tuple(path)


def _decisions(connection: duckdb.DuckDBPyConnection, customer_id: str) -> tuple[Decision, ...]:
    rows = connection.execute(
        "select kind, left_id, right_id, judgement_ids from constraints"
        " where left_id in (select record_id from identities where customer_id = $id)"
        " or right_id in (select record_id from identities where customer_id = $id)"
        " order by left_id, right_id",
        {"id": customer_id},
    ).fetchall()
    return tuple(Decision(kind, left, right, tuple(ids)) for kind, left, right, ids in rows)


def _values(connection: duckdb.DuckDBPyConnection, customer_id: str) -> tuple[Value, ...]:
    rows = connection.execute(
        "select attribute, value, source, record_id, strftime(observed_at, '%Y-%m-%d %H:%M'),"
        " rule, losers, file, line from attributes where customer_id = $id order by attribute",
        {"id": customer_id},
    ).fetchall()
    return tuple(Value(*row) for row in rows)
