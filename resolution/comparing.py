"""What another model, or other settings of the guard, would do to the customers of a publication:
the same records resolved anew, and the two partitions side by side.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import duckdb
import pandas as pd
import pyarrow as pa

from resolution.churn import churn
from resolution.difference import compare
from resolution.evaluation import evaluate
from resolution.history import Occasion, changes
from resolution.identity import identify
from resolution.model.artefact import Model
from resolution.pair_explanation import explain_pair

LIVE, NEW = "live", "new"

CLASSES = ("unchanged", "merged", "split", "reshuffled")

CLASSED = """
with ends as (
    select distinct component, unnest([from_id, to_id]) as customer_id
    from flows join flow_components using (flow)
), sized as (
    select
        component,
        count(*) filter (customer_id in (select customer_id from last_identities)) as live,
        count(*) filter (customer_id in (select customer_id from identities)) as new
    from ends group by component
)
select
    case when new = 1 then 'merged' when live = 1 then 'split' else 'reshuffled' end as class,
    sum(live)::bigint, sum(new)::bigint
from sized group by class
"""
"""Customers that records flow between belong together: of such a group one may be left, or one
become several, or several become others.
"""

TURNED = """
select
    d.customer_id, d.change, {others} as other_ids,
    (select count(*) from {apart} where customer_id = d.customer_id) as records,
    e.left_id, e.right_id, e.weight, o.weight as other_weight
from (select * from differences where change = '{change}' order by customer_id limit $most) d
left join (
    select e.*, al.customer_id as left_customer, ar.customer_id as right_customer
    from {edges} e
    join {apart} al on al.record_id = e.left_id
    join {apart} ar on ar.record_id = e.right_id
    join {together} tl on tl.record_id = e.left_id
    join {together} tr on tr.record_id = e.right_id
    where e.kind = 'probabilistic'
      and al.customer_id <> ar.customer_id and tl.customer_id = tr.customer_id
) e on d.customer_id in (e.left_customer, e.right_customer)
left join {other_edges} o
    on o.left_id = e.left_id and o.right_id = e.right_id and o.kind = 'probabilistic'
qualify row_number() over (
    partition by d.customer_id order by e.weight desc nulls last, e.left_id, e.right_id
) = 1
order by d.customer_id
"""
"""The strongest edge between a customer and those it was with, or would be with. Ids are hashes, so
the first by id are as good as drawn by lot.
"""

MERGED = {
    "change": "merged", "others": "d.to_ids", "edges": "edges", "other_edges": "last_edges",
    "apart": "last_identities", "together": "identities",
}  # fmt: skip
SPLIT = {
    "change": "split", "others": "d.from_ids", "edges": "last_edges", "other_edges": "edges",
    "apart": "identities", "together": "last_identities",
}  # fmt: skip

ASSIGNED = """
select r.source, r.source_key, i.customer_id as cluster_id, r.name_script as script
from {identities} i join records r using (record_id)
"""


@dataclass(frozen=True)
class Example:
    """A customer that would end (merged) or be new (split), those that its records go to or come
    from, and the strongest edge between them. Weights are milli-bits; null where nothing compares
    the two, or the edge is below even odds and the model is not at hand.
    """

    customer_id: str
    change: str
    other_ids: tuple[str, ...]
    records: int
    left_id: str | None
    right_id: str | None
    live_weight: int | None
    new_weight: int | None


@dataclass(frozen=True)
class Effect:
    """Customers by `CLASSES`, live and new; churn as `resolution.churn` counts it; records held and
    scored edges kept, live and new.
    """

    customers: dict[str, dict[str, int]]
    churn: dict[str, int]
    held: dict[str, int]
    edges: dict[str, int]

    @property
    def moved_share(self) -> float:
        """Of the records that would get another customer."""
        before = self.churn["records_before"]
        return (before - self.churn["records_kept"]) / before if before else 0.0


def hand_out(connection: duckdb.DuckDBPyConnection, occasion: Occasion) -> None:
    """Leave `identities`, `changes` and `differences`: the ids that a run would give, and what
    becomes of customers by them.

    Reads `clusters`, `records`, `constraints`, `last_identities` and `history`. The cause must be
    one that stands behind every change alike, a model or a rule.
    """
    identify(connection, occasion.publication)
    changes(connection, occasion)
    connection.execute("create or replace temp view history_between as from changes")
    for customers, identities in (
        ("last_customers", "last_identities"),
        ("customers", "identities"),
    ):
        # Golden values follow from who is who: here nothing but the ids is compared.
        connection.execute(
            f"create or replace temp view {customers} as select distinct customer_id"
            f" from {identities}"
        )
    compare(connection)


def effect(connection: duckdb.DuckDBPyConnection) -> Effect:
    """Reads what `hand_out` leaves, `edges` and `last_edges`."""
    customers = {name: {LIVE: 0, NEW: 0} for name in CLASSES}
    for name, live, new in connection.execute(CLASSED).fetchall():
        customers[name] = {LIVE: live, NEW: new}
    total = _both(connection, "count(distinct customer_id)", "identities")
    customers["unchanged"] = {
        side: total[side] - sum(customers[name][side] for name in CLASSES[1:]) for side in total
    }
    return Effect(
        customers=customers,
        churn=churn(connection),
        held=_both(connection, "count(*) filter (state = 'held')", "identities"),
        edges=_both(connection, "count(*) filter (kind = 'probabilistic')", "edges"),
    )


def examples(connection: duckdb.DuckDBPyConnection, most: int) -> list[Example]:
    """At most so many merged and as many split customers; weights of edges that were kept."""
    found = []
    for words in (MERGED, SPLIT):
        rows = connection.execute(TURNED.format(**words), {"most": most}).fetchall()
        for customer, change, others, records, left, right, weight, other in rows:
            live, new = (other, weight) if change == "merged" else (weight, other)
            found.append(Example(customer, change, tuple(others), records, left, right, live, new))
    return found


def weighed(
    connection: duckdb.DuckDBPyConnection, example: Example, live: Model | None, new: Model
) -> Example:
    """With the weights of pairs that were not kept, scored anew. The connection is one that
    `resolution.pair_explanation` reads, with the tables of the live publication.
    """
    if example.left_id is None or example.right_id is None:
        return example
    pair = (example.left_id, example.right_id)
    if example.live_weight is None and live is not None:
        example = replace(example, live_weight=explain_pair(connection, live, *pair).weight)
    if example.new_weight is None:
        example = replace(example, new_weight=explain_pair(connection, new, *pair).weight)
    return example


def quality(
    connection: duckdb.DuckDBPyConnection, truth: pd.DataFrame
) -> dict[str, dict[str, object]]:
    """Pair and B-cubed scores by `LIVE` and `NEW`, as `resolution.evaluation` has them."""
    scores: dict[str, dict[str, object]] = {}
    for side, relation in ((LIVE, "last_identities"), (NEW, "identities")):
        rows: pa.Table = connection.sql(ASSIGNED.format(identities=relation)).to_arrow_table()
        found = evaluate(rows, truth)
        scores[side] = {"pairs": asdict(found.pairs), "b_cubed": asdict(found.b_cubed)}
    return scores


def _both(connection: duckdb.DuckDBPyConnection, counted: str, relation: str) -> dict[str, int]:
    """A count of the live and of the new relation."""
    row = connection.execute(
        f"select (select {counted} from last_{relation}), (select {counted} from {relation})"
    ).fetchall()[0]
    return dict(zip((LIVE, NEW), row, strict=True))
