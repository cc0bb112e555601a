"""What differs between two publications: customers, their golden values, and whose records are.

The facts come from the two tables of each side alone, so they are right whichever side is the later
one, and after a restore. The history only adds why.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import duckdb

from resolution.history import FLOWS, KINDS

NEW = ("born", "split", "revived")
ENDED = ("merged", "retired")
CHANGED = "changed"

NOT_COMPARED = ("customer_id", "publication")
"""Of golden.customers: the key, and what differs between any two publications."""

COLUMNS = ("customer_id", "change", "from_ids", "to_ids", "attributes", "causes")
VALUES = ("old_values", "new_values")
"""Further columns where values are asked for: JSON objects, personal data."""

COMPARED = """
create or replace temp table compared as
select
    customer_id, l.customer_id is not null as was, n.customer_id is not null as is_now,
    case when was and is_now then {differing} else [] end as attributes
from last_customers l full join customers n using (customer_id)
"""

FLOWED = """
create or replace temp table flowed as
select
    customer_id,
    coalesce(list(distinct from_id order by from_id) filter (from_id is not null), []) as from_ids,
    coalesce(list(distinct to_id order by to_id) filter (to_id is not null), []) as to_ids,
    bool_or(kind = 'revival') as returned
from (
    select from_id as customer_id, null as from_id, to_id, kind from kinds
    union all
    select to_id, from_id, null, kind from kinds
)
where customer_id is not null
group by customer_id
"""

BECAUSE = """
create or replace temp table because as
select customer_id, list(distinct cause order by cause) as causes
from (select unnest([from_id, to_id]) as customer_id, cause from history_between)
where customer_id is not null and cause is not null
group by customer_id
"""

VALUED = """
create or replace temp table valued as
select customer_id, {values}
from compared
join last_customers l using (customer_id)
join customers n using (customer_id)
where len(attributes) > 0
"""
"""Of changed customers alone: as JSON the values of all of a million records took a minute."""

DIFFERENCES = """
create or replace temp table differences as
select
    customer_id,
    case
        when was and is_now then 'changed'
        when was and len(to_ids) > 0 then 'merged'
        when was then 'retired'
        when len(from_ids) > 0 then 'split'
        when returned then 'revived'
        else 'born'
    end as change,
    coalesce(from_ids, []) as from_ids, coalesce(to_ids, []) as to_ids, attributes,
    coalesce(causes, []) as causes
    {values}
from compared
left join flowed using (customer_id)
left join because using (customer_id)
{valued}
where not was or not is_now or len(attributes) > 0 or flowed.customer_id is not null
"""

RECORDS = """
select
    coalesce(sum(len(records)) filter (from_id is not null and to_id is not null), 0)::bigint
        as moved,
    coalesce(sum(len(records)) filter (from_id is null), 0)::bigint as new,
    coalesce(sum(len(records)) filter (to_id is null), 0)::bigint as gone
from flows
"""


@dataclass(frozen=True)
class Summary:
    """Counts: customers by what became of them (with `before`, `after`, and `values` for those
    whose golden values changed), of these by attribute; records that are another customer's, new
    or gone; customers by change and cause.
    """

    customers: dict[str, int]
    attributes: dict[str, int]
    records: dict[str, int]
    causes: dict[str, dict[str, int]]

    def plain(self) -> dict[str, object]:
        """As plain values."""
        return asdict(self)


def compare(connection: duckdb.DuckDBPyConnection, *, values: bool = False) -> None:
    """Leave `differences` on the connection: a row per changed customer with `COLUMNS`, and with
    `VALUES` where those are asked for.

    Reads `last_identities`, `last_customers` and `history` (golden.identity_history) of the one
    side, `identities` and `customers` of the other; `history_between` are the rows of the history
    that lead from one to the other. Columns that one side lacks are not compared.
    """
    for statement in (FLOWS, KINDS, FLOWED, BECAUSE):
        connection.execute(statement)
    attributes = _attributes(connection)
    differing = ", ".join(
        f"case when l.{name} is distinct from n.{name} then '{name}' end" for name in attributes
    )
    listed = f"list_filter([{differing}], lambda name: name is not null)"
    connection.execute(COMPARED.format(differing=listed))
    items = valued = ""
    if values:
        connection.execute(VALUED.format(values=_values(attributes)))
        items = "".join(f", coalesce({name}, '{{}}') as {name}" for name in VALUES)
        valued = "left join valued using (customer_id)"
    connection.execute(DIFFERENCES.format(values=items, valued=valued))


def summarise(connection: duckdb.DuckDBPyConnection) -> Summary:
    """The counts of `differences`."""
    words = dict.fromkeys((*NEW, *ENDED, CHANGED), 0)
    counted = connection.execute("select change, count(*) from differences group by change")
    customers = words | dict(counted.fetchall())
    customers |= _row(
        connection,
        "select count(*) filter (was) as before, count(*) filter (is_now) as after,"
        " count(*) filter (len(attributes) > 0) as values from compared",
    )
    attributes = connection.execute(
        "select attribute, count(*) as customers from"
        " (select unnest(attributes) as attribute from differences)"
        " group by attribute order by customers desc, attribute"
    ).fetchall()
    causes: dict[str, dict[str, int]] = {}
    by_cause = connection.execute(
        "select change, cause, count(*) from"
        " (select change, unnest(causes) as cause from differences) group by all order by all"
    )
    for change, cause, count in by_cause.fetchall():
        causes.setdefault(change, {})[cause] = count
    return Summary(customers, dict(attributes), _row(connection, RECORDS), causes)


def _attributes(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of customers that both sides have."""
    before, after = (
        [row[0] for row in connection.execute(f"describe {view}").fetchall()]
        for view in ("last_customers", "customers")
    )
    return [name for name in after if name in before and name not in NOT_COMPARED]


def _values(attributes: list[str]) -> str:
    """SELECT items: what the changed attributes were and are, as JSON objects."""
    items = []
    for name, side in zip(VALUES, ("l", "n"), strict=True):
        pairs = ", ".join(f"{{k: '{one}', v: to_json({side}.{one})}}" for one in attributes)
        items.append(
            "to_json(map_from_entries(list_filter("
            f"[{pairs}], lambda pair: list_contains(attributes, pair.k))))::varchar as {name}"
        )
    return ", ".join(items)


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or []]
    return dict(zip(names, result.fetchall()[0], strict=True))
