"""From the history to two tables for users: what became of an id, and whose a record was when.

Both follow from `identities` and `history` (all of golden.identity_history) alone.
"""

from __future__ import annotations

import duckdb

ENDED = """
create or replace temp table ended as
select from_id as customer_id, to_id, cause, records, publication
from history
where from_id is not null and from_id not in (select customer_id from identities)
qualify dense_rank() over (partition by from_id order by publication desc, step desc) = 1
"""
"""The flows that emptied each customer that is nobody now."""

SUCCESSORS = """
create or replace temp table successors as
select distinct last.customer_id, identities.customer_id as current_id
from (select customer_id, unnest(records) as record_id from ended) as last
join identities using (record_id)
"""
"""Whom the last records of such a customer belong to now."""

FOLLOWED = """
create or replace temp table followed as
with recursive onward as (
    select distinct customer_id, to_id from ended
    where to_id is not null and customer_id not in (select customer_id from successors)
    union
    select onward.customer_id, ended.to_id
    from onward join ended on ended.customer_id = onward.to_id
    where ended.to_id is not null
      and ended.customer_id not in (select customer_id from successors)
)
select distinct onward.customer_id, coalesce(successors.current_id, onward.to_id) as current_id
from onward left join successors on successors.customer_id = onward.to_id
where successors.current_id is not null or onward.to_id in (select customer_id from identities)
"""
"""Where all of those records are gone, whom the customers that took them in belong to now."""

RESOLUTION = """
create or replace temp table identifier_resolution as
with found as (
    select customer_id, list(current_id order by current_id) as current_ids
    from (from successors union all from followed) group by customer_id
)
select
    ended.customer_id,
    case
        when len(current_ids) > 1 then 'split'
        when len(current_ids) = 1 then 'merged'
        when bool_or(ended.cause = 'erasure') then 'erased'
        else 'retired'
    end as status,
    coalesce(any_value(current_ids), []) as current_ids,
    any_value(ended.publication) as ended_with
from ended left join found using (customer_id)
group by ended.customer_id, current_ids
union all
select distinct customer_id, 'current', [customer_id], null from identities
"""

PERIODS = """
create or replace temp table crosswalk_history as
select * from (
    select
        record_id, to_id as customer_id, changed_at as valid_from, publication as since,
        lead(changed_at) over later as valid_to, lead(publication) over later as until
    from (
        select unnest(records) as record_id, to_id, changed_at, publication, step from history
    )
    window later as (partition by record_id order by publication, step)
)
where customer_id is not null
"""


def resolve_identifiers(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave `identifier_resolution`: a row for every id ever published."""
    for statement in (ENDED, SUCCESSORS, FOLLOWED, RESOLUTION):
        connection.execute(statement)


def crosswalk_periods(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave `crosswalk_history`: a row for every time that a record was some customer's."""
    connection.execute(PERIODS)
