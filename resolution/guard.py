"""What is too doubtful to publish as one person is held.

Today the guard knows one rule: a component with more records than a person plausibly has. Its
records are published alone, marked held with the reason, and wait for somebody to decide.
"""

from __future__ import annotations

from resolution.thresholds import LARGEST_CLUSTER

TOO_LARGE = "too_large"

HELD_CLUSTERS = f"""
create or replace temp table clusters as
select
    members.record_id,
    components.component_id,
    case when components.records > {LARGEST_CLUSTER} then members.record_id
         else components.component_id end as cluster_id,
    case when components.records > {LARGEST_CLUSTER} then 'held' else 'published' end as state,
    case when components.records > {LARGEST_CLUSTER} then '{TOO_LARGE}' end as reason,
    components.weakest_link
from members join components using (node)
"""
