"""Who a cluster is: the customer_id.

An id is a hash of the cluster's founding record, the one seen first, and of a generation: records
that join later leave it alone. It tells nothing of the person, because record ids are keyed hashes.
"""

from __future__ import annotations

IDENTITIES = """
create or replace temp table identities as
with founded as (
    select
        clusters.cluster_id,
        arg_min(records.record_id, struct_pack(records.first_seen, records.record_id)) as founder
    from clusters join records using (record_id)
    group by clusters.cluster_id
)
select
    clusters.record_id,
    'c' || substr(sha256(founded.founder || '/0'), 1, 24) as customer_id,
    clusters.state
from clusters join founded using (cluster_id)
"""
