"""How many ids stayed put from one publication to the next, and what moved the others.

Records that were deleted, and customers of whom no record is left, have no id to keep: they are
counted on neither side.
"""

from __future__ import annotations

import duckdb

KEPT = """
select
    count(*) as records_before,
    count(*) filter (last.customer_id = now.customer_id) as records_kept,
    count(distinct last.customer_id) as customers_before,
    count(distinct last.customer_id) filter (
        last.customer_id in (select customer_id from identities)
    ) as customers_kept
from last_identities last join identities now using (record_id)
"""

MOVED = """
select
    cause,
    count(distinct record_id) as records,
    count(distinct from_id) filter (from_id not in (select customer_id from identities))
        as customers
from (
    select coalesce(cause, 'unknown') as cause, from_id, unnest(records) as record_id
    from changes where from_id is not null and to_id is not null
)
group by cause
"""


def churn(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """`records_before`, `records_kept`, `customers_before`, `customers_kept`, and for each cause
    that moved any `records_moved_by_<cause>` and `customers_ended_by_<cause>`.

    Reads `last_identities`, `identities` and `changes` (`resolution.history`).
    """
    kept = connection.execute(KEPT)
    names = [column[0] for column in kept.description or []]
    counts = dict(zip(names, kept.fetchall()[0], strict=True))
    for cause, records, customers in connection.execute(MOVED).fetchall():
        counts[f"records_moved_by_{cause}"] = records
        counts[f"customers_ended_by_{cause}"] = customers
    return counts
