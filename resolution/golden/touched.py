"""Customers whose golden rows a night has to make anew; all others have the rows that they had."""

from __future__ import annotations

import duckdb

STIRRED = """
create or replace temp table stirred as
select record_id from renewed_records
union
select record_id from renewed_events
union
select record_id from last_events semi join renewed_events using (event_id)
union
select coalesce(now.record_id, before.record_id)
from identities now full join last_identities before using (record_id)
where now.customer_id is distinct from before.customer_id
   or now.state is distinct from before.state
union
select record_id from clusters now join last_clusters before using (record_id)
where now.weakest_link is distinct from before.weakest_link
union
select record_id from (
    (from pins except from last_pins) union all (from last_pins except from pins)
)
"""
"""Records of which something is new that golden rows show."""

TOUCHED = """
create or replace temp table touched_customers as
select customer_id from identities semi join stirred using (record_id)
union
select customer_id from last_identities semi join stirred using (record_id)
"""


def touched_customers(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave `touched_customers` (customer_id, former ones too) and `chosen` (record_id), the
    records that they have now.

    Reads `identities`, `clusters` and `pins`, each also of the last publication with `last_` before
    its name, `last_events`, and `renewed_records` (record_id) and `renewed_events` (event_id,
    record_id), the rows that were made anew.
    """
    connection.execute(STIRRED)
    connection.execute(TOUCHED)
    connection.execute(
        "create or replace temp table chosen as"
        " select record_id from identities semi join touched_customers using (customer_id)"
    )
