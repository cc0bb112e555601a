"""What a pair's weight is made of, and why two records are one customer or two.

Reads a DuckDB connection with the relations records, links, constraints, edges, clusters,
identities (the tables of those names of one publication).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from resolution.engines.duckdb import score
from resolution.errors import ResolutionError
from resolution.judgements.relations import from_table
from resolution.model.artefact import Model
from resolution.nodes import build_nodes, spelt
from resolution.parting import Parting, parting, veto_of
from resolution.thresholds import START_AT


@dataclass(frozen=True)
class Step:
    """One comparison's part of a weight, in milli-bits."""

    comparison: str
    level: str
    weight: int


STANDINGS = {
    "together": "they are one customer",
    "decided_apart": "a decision holds them apart, whatever the weights say",
    "held": "at least one of them is held: it stands as it stood before, until somebody decides",
    "vetoed": "one person can't have what they have, whatever the weights say",
    "parted": "pairs lead from one to the other, but the guard parted them: the mean weight between"
    " their clusters is below the cut, or no pair between the clusters joins",
    "unconnected": "no pair that joins leads from one to the other, not even over other records",
}


@dataclass(frozen=True)
class PairExplanation:
    """What speaks for and against two records being one person.

    `kind` is deterministic, probabilistic, unblocked (no rule looked at the pair) or same_node
    (certain links or decisions hold both together) or judgement. `weight` is null where nothing had
    to be weighed. `standing` says why the two are published as they are: a key of `STANDINGS`;
    `decisions` are the judgements behind it, `parting` the veto between the two customers. `veto`
    is the rule that vetoes the nodes of this very pair.
    """

    left_id: str
    right_id: str
    kind: str
    same_customer: bool
    weight: int | None
    rule: str | None
    steps: tuple[Step, ...] = ()
    standing: str = ""
    decisions: tuple[str, ...] = ()
    veto: str | None = None
    parting: Parting | None = None

    @property
    def joins(self) -> bool:
        """Whether this pair alone would join the two."""
        return self.kind in ("deterministic", "judgement", "same_node") or (
            self.weight is not None and self.weight >= START_AT and self.veto is None
        )


def read_edge(model: Model, edge: tuple[object, ...], *, same_customer: bool) -> PairExplanation:
    """An edge as a pair that is explained: left_id, right_id, kind, weight, unadjusted_weight,
    levels, adjustments, rule.
    """
    left, right, kind, weight, _, levels, adjustments, rule = edge
    steps: tuple[Step, ...] = ()
    if kind == "probabilistic":
        steps = _steps(model, dict(levels or {}), dict(adjustments or {}))  # type: ignore[call-overload]
    return PairExplanation(
        left_id=str(left),
        right_id=str(right),
        kind=str(kind),
        same_customer=same_customer,
        weight=None if weight is None else int(str(weight)),
        rule=None if rule is None else str(rule),
        steps=steps,
    )


def _steps(model: Model, levels: dict[str, int], adjustments: dict[str, int]) -> tuple[Step, ...]:
    """What adds up to the weight: the smaller of that against strangers, where a rare value counts
    for more, and that against two of a household.
    """
    found = [
        (name, next(one for one in model.comparisons[name] if one.number == number))
        for name, number in levels.items()
    ]
    strangers = [
        Step("prior", "two random records", model.prior),
        *(Step(name, level.label, level.weight) for name, level in found),
        *(
            Step(name, "how rare the shared value is", value)
            for name, value in adjustments.items()
            if value
        ),
    ]
    if model.household_prior is None:
        return tuple(strangers)
    household = [
        Step("prior", "two of a household", model.household_prior),
        *(Step(name, level.label, level.household or 0) for name, level in found),
    ]
    return tuple(min(strangers, household, key=lambda steps: sum(step.weight for step in steps)))


def explain_pair(
    connection: duckdb.DuckDBPyConnection, model: Model, left_id: str, right_id: str
) -> PairExplanation:
    """Two records' weight, step by step; scored anew where no edge was kept.

    `ResolutionError` for a record that the publication does not have, or the same one twice.
    """
    if left_id == right_id:
        raise ResolutionError("a pair needs two different records")
    left, right = sorted((left_id, right_id))
    customers = dict(
        connection.execute(
            "select record_id, customer_id from identities where record_id in ($left, $right)",
            {"left": left, "right": right},
        ).fetchall()
    )
    for record in (left, right):
        if record not in customers:
            raise ResolutionError(f"this publication has no live record '{record}'")
    found = _found(connection, model, (left, right), same=customers[left] == customers[right])
    standing, decisions = _standing(connection, left, right)
    return replace(
        found,
        standing=standing,
        decisions=decisions,
        veto=veto_of(connection, left, right),
        parting=parting(connection, left, right) if standing == "vetoed" else None,
    )


def _standing(
    connection: duckdb.DuckDBPyConnection, left: str, right: str
) -> tuple[str, tuple[str, ...]]:
    """A key of `STANDINGS`, and the judgements behind it."""
    rows = connection.execute(
        "select record_id, customer_id, component_id, c.state from identities"
        " join clusters c using (record_id) where record_id in ($left, $right)",
        {"left": left, "right": right},
    ).fetchall()
    known = {row[0]: row[1:] for row in rows}
    decided = connection.execute(
        "select list_sort(list_distinct(flatten(list(judgement_ids)))) from constraints k"
        " join identities l on l.record_id = k.left_id"
        " join identities r on r.record_id = k.right_id"
        " where k.kind = $kind and [l.customer_id, r.customer_id] in ($one, $other)",
        {
            "kind": "must_link" if known[left][0] == known[right][0] else "cannot_link",
            "one": [known[left][0], known[right][0]],
            "other": [known[right][0], known[left][0]],
        },
    ).fetchall()[0][0]
    decisions = tuple(decided or ())
    if known[left][0] == known[right][0]:
        return "together", decisions
    if decisions:
        return "decided_apart", decisions
    if "held" in (known[left][2], known[right][2]):
        return "held", ()
    if parting(connection, left, right) is not None:
        return "vetoed", ()
    return ("parted" if known[left][1] == known[right][1] else "unconnected"), ()


def _found(
    connection: duckdb.DuckDBPyConnection, model: Model, pair: tuple[str, str], *, same: bool
) -> PairExplanation:
    """What speaks for and against the pair, scored anew."""
    left, right = pair
    _narrow(connection, left, right)
    build_nodes(connection, from_table(connection.sql("from constraints").to_arrow_table()))
    nodes = dict(
        connection.execute(
            "select record_id, node from members where record_id in ($left, $right)",
            {"left": left, "right": right},
        ).fetchall()
    )
    if nodes[left] == nodes[right]:
        return PairExplanation(left, right, "same_node", same, None, None)
    row = _score_two(connection, model, nodes[left], nodes[right])
    if row is None:
        return PairExplanation(left, right, "unblocked", same, None, None)
    return read_edge(model, (left, right, "probabilistic", *row), same_customer=same)


WANTED = f"""
create or replace temp table wanted as
with recursive spelt as (
    {spelt("records")}
), certain as (
    select record_id from records where record_id in ($left, $right)
    union
    select case when l.left_id = c.record_id then l.right_id else l.left_id end
    from certain c join (
        select left_id, right_id from links
        union all select left_id, right_id from constraints where kind = 'must_link'
    ) l on c.record_id in (l.left_id, l.right_id)
), contacts as (
    select list_distinct(flatten(list(coalesce(list_transform(emails, lambda e: e.mailbox), []))))
        as mailboxes,
        list_distinct(flatten(list(coalesce(list_transform(phones, lambda p: p.national), []))))
        as numbers,
        list_distinct(flatten(list(logins))) as logins,
        list_distinct(flatten(list(letters))) as letters
    from spelt join certain using (record_id)
), sharing as (
    select record_id from spelt, contacts
    where list_has_any(list_transform(emails, lambda e: e.mailbox), mailboxes)
       or list_has_any(list_transform(phones, lambda p: p.national), numbers)
       or list_has_any(spelt.logins, contacts.logins)
       or list_has_any(spelt.letters, contacts.letters)
), linked as (
    select left_id as record_id from links where right_id in (select record_id from sharing)
    union select right_id from links where left_id in (select record_id from sharing)
)
select record_id from certain union select record_id from sharing
union select record_id from linked
"""
"""Every record that decides on two: their certain links, and what shares a contact value or letters
of a name with them."""


def _narrow(connection: duckdb.DuckDBPyConnection, left: str, right: str) -> None:
    """Shadow `records` by all that decides on these two: their certain links, and every record
    that shares a contact value or the letters of a name with them: how many do decides what is a
    hub and what a rare name.
    """
    # The shadow of the pair before would hide the records of this one.
    connection.execute("drop view if exists temp.records")
    connection.execute(WANTED, {"left": left, "right": right})
    connection.execute(
        "create or replace temp table narrowed as"
        " select * from records where record_id in (select record_id from wanted)"
    )
    connection.execute("create or replace temp view records as select * from narrowed")


def _score_two(
    connection: duckdb.DuckDBPyConnection, model: Model, left: int, right: int
) -> tuple[object, ...] | None:
    """weight, unadjusted_weight, levels, adjustments, rule of two nodes; None if unblocked."""
    connection.execute(f"delete from nodes where node not in ({left}, {right})")
    score(connection, model, keep_at=None)
    rows = connection.execute(
        "select weight, unadjusted_weight, levels, adjustments, rule from scored"
    ).fetchall()
    return rows[0] if rows else None
