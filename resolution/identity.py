"""Who a cluster is: which customer_id it keeps, gets back or gets anew. The rules are in
docs/identity.md; a plain-Python twin of them is the oracle of the tests.

An id is a hash of the cluster's founding record, the one seen first, and of a generation: how many
customers that record founded before. It tells nothing of the person, because record ids are keyed
hashes. Sets decide, never the order of rows or runs.
"""

from __future__ import annotations

import duckdb

NO_IDENTITIES = """
create temp table last_identities (record_id varchar, customer_id varchar, since varchar)
"""
"""What the first publication starts from."""

NO_FOUNDERS = "create or replace temp view founders as select '' as customer_id, '' as founder"
"""Where no new id is made."""

DECIDED_APART = """
create or replace temp table decided_apart as
select distinct l.customer_id from constraints
join last_identities l on l.record_id = left_id
join last_identities r on r.record_id = right_id and r.customer_id = l.customer_id
where kind = 'cannot_link'
"""
"""Customers of the last publication that a decision parts now."""

PLACED = """
create or replace temp table placed as
select
    c.record_id, c.state, r.first_seen, l.customer_id as last_id, l.since,
    case
        when c.state <> 'held' then c.cluster_id
        -- A decision comes first, also where it contradicts others.
        when l.customer_id in (select customer_id from decided_apart) then c.record_id
        -- What is held keeps its last customer, and stands alone where it had none.
        else coalesce(l.customer_id, c.record_id)
    end as group_id
from clusters c
join records r using (record_id)
left join last_identities l using (record_id)
"""

KEPT = """
create or replace temp table kept as
with sizes as (select customer_id, count(*) as records from last_identities group by customer_id),
groups as (
    select group_id, count(*) as records, count(last_id) as known, min(last_id) as customer_id
    from placed group by group_id having min(last_id) = max(last_id)
)
select group_id, customer_id
from groups join sizes using (customer_id)
where groups.known = groups.records and groups.records = sizes.records
"""
"""Groups that are to the record what a customer was: all but a few, most nights."""

TOUCHED = """
create or replace temp table touched as
select * from placed where group_id not in (select group_id from kept)
"""

FORMER = """
create or replace temp table former as
select record_id, arg_max(coalesce(to_id, from_id), struct_pack(publication, step)) as customer_id
from (select unnest(records) as record_id, from_id, to_id, publication, step from history)
where record_id in (select record_id from touched where last_id is null)
group by record_id
having customer_id not in (select customer_id from last_identities)
"""
"""The last customer of records that came back, where nobody is that customer now."""

OFFERED = """
select {customer} as customer_id, group_id, count(*) as records, min(record_id) as smallest,
    bool_or(group_id = {customer}) as held
from {relation}
group by all
"""

SENT = """
select * from ({offered})
qualify row_number() over (
    partition by customer_id order by held desc, records desc, smallest
) = 1
"""
"""An id goes where most of its records went; of two as large groups, to the smaller record_id."""

TAKEN = """
select group_id, customer_id from ({sent})
left join born using (customer_id)
qualify row_number() over (
    partition by group_id order by held desc, records desc, born.publication, customer_id
) = 1
"""
"""Of the ids sent to it, a group takes the one that brings most records, then the oldest."""

BORN = """
create or replace temp table born as
select to_id as customer_id, min(publication) as publication from history
where to_id is not null and to_id in (
    select last_id from touched union all select customer_id from former
)
group by to_id
"""

FOUNDED = """
with founded as (
    select group_id, arg_min(record_id, struct_pack(first_seen, record_id)) as founder
    from touched where group_id not in (select group_id from assigned)
    group by group_id
), generations as (
    select founder, count(distinct to_id) as generation from history
    where founder in (select founder from founded) group by founder
)
select
    group_id,
    'c' || substr(sha256(founder || '/' || coalesce(generation, 0)), 1, 24) as customer_id,
    founder
from founded left join generations using (founder)
"""

IDENTITIES = """
create or replace temp table identities as
select record_id, customer_id, state,
    case when last_id = customer_id then since else $publication end as since
from (
    select placed.*, kept.customer_id from placed join kept using (group_id)
    union all
    select touched.*, assigned.customer_id from touched join assigned using (group_id)
)
"""


def identify(connection: duckdb.DuckDBPyConnection, publication: str) -> None:
    """Leave `identities` on the connection, and `founders` of the new ids.

    Reads `clusters`, `records`, `constraints`, and of the last publication `last_identities` and
    `history` (golden.identity_history).
    """
    for statement in (DECIDED_APART, PLACED, KEPT, TOUCHED, FORMER, BORN):
        connection.execute(statement)
    connection.execute(
        "create or replace temp table assigned as"
        f" select *, null::varchar as founder from ({_taken('touched', 'last_id')})"
    )
    connection.execute(
        "create or replace temp view returned as"
        " select touched.*, former.customer_id from touched join former using (record_id)"
        " where group_id not in (select group_id from assigned)"
    )
    connection.execute(
        f"insert into assigned select *, null from ({_taken('returned', 'customer_id')})"
    )
    connection.execute(f"insert into assigned {FOUNDED}")
    connection.execute(IDENTITIES, {"publication": publication})
    connection.execute(
        "create or replace temp view founders as"
        " select customer_id, founder from assigned where founder is not null"
    )


def _taken(relation: str, customer: str) -> str:
    """SELECT of group_id and customer_id, by the records of `relation` that had a customer."""
    offered = OFFERED.format(customer=customer, relation=relation)
    offered += f" having {customer} is not null"
    return TAKEN.format(sent=SENT.format(offered=offered))
