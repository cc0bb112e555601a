"""What became of customers from one publication to the next, as flows of records: from the customer
that each record had to the one that it has.

A flow is a row of `golden.identity_history`. Adding them up from the first gives every record's
customer at any time, so the history is a system of record and crosswalks follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import pyarrow as pa

from resolution.nodes import smallest_member, spelt

STEPS = {"migration": 0, "restore": 0, "model": 0, "rule": 0, "erasure": 1, "steward": 2, "data": 3}
"""In which order causes act within a publication."""

NO_HISTORY = """
create temp table history (
    publication varchar, step int, changed_at timestamptz, kind varchar, from_id varchar,
    to_id varchar, records varchar[], founder varchar, cause varchar, cause_records varchar[],
    cause_decisions varchar[], detail varchar
)
"""
"""What the first publication starts from."""

KINDS_OF_CHANGE = (
    "birth", "addition", "merge", "split", "move", "removal", "retirement", "revival",
)  # fmt: skip

FLOWS = """
create or replace temp table flows as
select
    row_number() over (order by from_id, to_id)::int as flow, from_id, to_id, records
from (
    select last.customer_id as from_id, now.customer_id as to_id,
        list(record_id order by record_id) as records
    from last_identities last full join identities now using (record_id)
    where last.customer_id is distinct from now.customer_id
    group by all
)
"""

KINDS = """
create or replace temp table kinds as
with before as (select distinct customer_id from last_identities),
after as (select distinct customer_id from identities),
known as (select distinct to_id as customer_id from history where to_id is not null)
select
    flows.*,
    case
        when from_id is null and to_id in (from before) then 'addition'
        when from_id is null and to_id in (from known) then 'revival'
        when from_id is null and bool_or(from_id is not null) over reached then 'addition'
        when from_id is null then 'birth'
        when to_id is null and from_id in (from after) then 'removal'
        when to_id is null and bool_or(to_id is not null) over left_behind then 'removal'
        when to_id is null then 'retirement'
        when to_id not in (from before) then 'split'
        when from_id in (from after) then 'move'
        else 'merge'
    end as kind
from flows
window reached as (partition by to_id), left_behind as (partition by from_id)
"""

MEMBERS = """
create or replace temp table members_of_components as
with component_of as (
    select distinct unnest([from_id, to_id]) as customer_id, component
    from flows join flow_components using (flow)
)
select component, record_id from component_of join last_identities using (customer_id)
union
select component, record_id from component_of join identities using (customer_id)
"""

CAUSED = """
create or replace temp table caused as
select component, list(record_id order by record_id) as cause_records,
    null::varchar[] as cause_decisions
from members_of_components semi join changed_records using (record_id)
group by component
"""


def _values(records: str) -> str:
    """SELECT of record_id and value: what decides on pairs of others, by how many have it: hubs,
    and the letters of rare names.
    """
    return f"""
select record_id, unnest(list_concat(
    list_transform(emails, lambda e: 'e' || e.mailbox),
    list_transform(phones, lambda p: 'p' || p.national),
    list_transform(logins, lambda login: 'l' || login),
    list_transform(letters, lambda spelling: 'n' || spelling)
)) as value
from ({spelt(records)})
"""


CAUSED_FROM_AFAR = f"""
insert into caused
with lone as (
    select * from members_of_components where component not in (select component from caused)
), of_members as (
    select component, value from lone join (
        {_values("records where record_id in (select record_id from lone)")}
    ) using (record_id)
), of_changed as (
    {_values("records where record_id in (from changed_records)")}
    union {_values("last_records where record_id in (from changed_records)")}
)
select component, list(distinct of_changed.record_id order by of_changed.record_id), null
from of_members join of_changed using (value)
group by component
"""
"""Of changes that no record of these customers made: another one that shares a value with them,
so that the value became a hub or ceased to be one, or a name became common or rare."""

CHANGED = """
create or replace temp table changed_records as
select record_id from records r full join last_records l using (record_id)
where r.version is distinct from l.version or r.deleted is distinct from l.deleted
   or r.first_seen is distinct from l.first_seen or r.last_seen is distinct from l.last_seen
union
select unnest([left_id, right_id]) from (
    select links.* from links anti join last_links using (kind, left_id, right_id)
    union all
    select last_links.* from last_links anti join links using (kind, left_id, right_id)
)
"""
"""Records that are new, changed or gone since the last publication, and those whose links are."""

UNASKED = """
create or replace temp table caused
    (component int, cause_records varchar[], cause_decisions varchar[])
"""
"""Of a model, a rule, a restore: the cause stands behind every change alike."""

DECIDED = """
create or replace temp table caused as
with changed as (
    (from constraints except from last_constraints)
    union all (from last_constraints except from constraints)
), behind as (
    select unnest([left_id, right_id]) as record_id, judgement_ids from changed
), near as (
    select component, list_sort(list_distinct(flatten(list(judgement_ids)))) as cause_decisions
    from members_of_components join behind using (record_id) group by component
)
select
    component, null::varchar[] as cause_records,
    coalesce(cause_decisions, (
        select list_sort(list_distinct(flatten(list(judgement_ids)))) from changed
    )) as cause_decisions
from (select distinct component from flow_components) left join near using (component)
"""
"""Decisions that are new or taken back, on records of these customers; where none is, all of them:
what they joined or parted elsewhere made a value a hub, or a name common.
"""

CHANGES = """
create or replace temp table changes as
select
    $publication as publication, $step::int as step, $at::timestamptz as changed_at,
    kind, from_id, to_id, records, founders.founder,
    case
        when $cause = 'data' and cause_records is null then null
        when $cause = 'steward' and cause_decisions is null then null
        else $cause
    end as cause,
    cause_records, cause_decisions, $detail::varchar as detail
from kinds
join flow_components using (flow)
left join caused using (component)
left join founders on founders.customer_id = to_id and kind in ('birth', 'split')
order by flow
"""


@dataclass(frozen=True)
class Cause:
    """What makes this step differ from the one before: a key of `STEPS`, and words for people."""

    kind: str
    detail: str | None = None


@dataclass(frozen=True)
class Occasion:
    """The publication that a step belongs to, when its run began (UTC), and the step's cause."""

    publication: str
    at: datetime
    cause: Cause


def changes(connection: duckdb.DuckDBPyConnection, occasion: Occasion) -> None:
    """Leave `changes` on the connection: the rows by which the history grows.

    Reads `last_identities`, `identities`, `founders` (of new ids) and `history`; for the cause
    `data` also `records`, `links`, `last_records` and `last_links`, for `steward` `constraints` and
    `last_constraints`. A change of data that no
    changed record explains gets no cause.
    """
    connection.execute(FLOWS)
    connection.execute(KINDS)
    _number_components(connection)
    if occasion.cause.kind == "data":
        statements = [CHANGED, MEMBERS, CAUSED, CAUSED_FROM_AFAR]
    elif occasion.cause.kind == "steward":
        statements = [MEMBERS, DECIDED]
    else:
        statements = [UNASKED]
    for statement in statements:
        connection.execute(statement)
    values = {
        "publication": occasion.publication,
        "at": occasion.at,
        "step": STEPS[occasion.cause.kind],
        "cause": occasion.cause.kind,
        "detail": occasion.cause.detail,
    }
    connection.execute(CHANGES, values)


def _number_components(connection: duckdb.DuckDBPyConnection) -> None:
    """`flow_components`: flows that customers hold together have one number."""
    connection.execute(
        "create or replace temp table ends as"
        " select flow, dense_rank() over (order by customer_id)::int - 1 as customer"
        " from (select flow, unnest([from_id, to_id]) as customer_id from flows)"
        " where customer_id is not null"
    )
    found = connection.execute(
        "select min(flow) as flow, min(customer) as l, max(customer) as r from ends group by flow"
    ).fetchnumpy()
    left, right = (np.asarray(found[name], dtype=np.int32) for name in ("l", "r"))
    component = smallest_member(right.max(initial=-1) + 1, left, right)[left]
    numbered = pa.table({"flow": np.asarray(found["flow"]), "component": component})
    connection.register("numbered_flows", numbered)
    connection.execute("create or replace temp table flow_components as from numbered_flows")
    connection.unregister("numbered_flows")
