"""From edges to clusters: connected components, and the large ones held.

Works on integers alone, so the partition does not depend on the order of anything.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree

from resolution.guard import HELD_CLUSTERS
from resolution.nodes import smallest_member
from resolution.thresholds import JOIN_AT

NO_LINK = np.iinfo(np.int32).max

EDGES_FROM_PAIRS = """
create or replace temp table edges as
with named as (
    select node, any_value(representative) as record_id from members group by node
)
select
    least(l.record_id, r.record_id) as left_id,
    greatest(l.record_id, r.record_id) as right_id,
    'probabilistic' as kind, weight, unadjusted_weight, levels, adjustments, rule,
    $model as model_version
from scored
join named l on l.node = scored.left_node
join named r on r.node = scored.right_node
union all
select
    least(left_id, right_id), greatest(left_id, right_id), 'deterministic',
    null, null, null, null, kind, null
from certain_links
"""

COMPONENTS = """
create or replace temp table components as
with named as (
    select node, any_value(representative) as record_id, count(*) as records
    from members group by node
)
select
    named.node,
    min(named.record_id) over same as component_id,
    (sum(named.records) over same)::int as records,
    numbers.weakest_link
from component_numbers numbers join named using (node)
window same as (partition by numbers.first)
"""


def connect(connection: duckdb.DuckDBPyConnection, model_version: str) -> None:
    """Leave `edges` and `clusters` (the columns of `resolution.schema`) on the connection.

    Reads `members`, `scored` and `certain_links`.
    """
    connection.execute(EDGES_FROM_PAIRS, {"model": model_version})
    size = connection.execute("select coalesce(max(node), 0) from members").fetchall()[0][0]
    pairs = connection.execute(
        "select left_node - 1 as l, right_node - 1 as r, weight from scored where weight >= $at",
        {"at": JOIN_AT},
    ).fetchnumpy()
    first, weakest = components(
        size, *[np.asarray(pairs[name], dtype=np.int32) for name in ("l", "r", "weight")]
    )
    numbers = pa.table(
        {
            "node": np.arange(1, size + 1, dtype=np.int32),
            "first": first,
            "weakest_link": pa.array(weakest, mask=weakest == NO_LINK),
        }
    )
    connection.register("component_numbers", numbers)
    connection.execute(COMPONENTS)
    connection.unregister("component_numbers")
    connection.execute(HELD_CLUSTERS)


def components(
    size: int, left: np.ndarray, right: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per node (0 to size - 1) the smallest node of its component and the weakest link needed.

    The weakest link is the smallest weight in the component's strongest spanning tree: without
    that edge, or one as strong, the component falls apart. NO_LINK where a node is alone.
    """
    first = smallest_member(size, left, right)
    # A sparse graph drops edges of weight 0 and wants costs: the strongest edge costs 1.
    cost = weight.max(initial=0) + 1 - weight.astype(np.int64)
    graph = coo_matrix((cost.astype(np.float64), (left, right)), shape=(size, size))
    tree = minimum_spanning_tree(graph).tocoo()
    weakest = np.full(size, NO_LINK, dtype=np.int32)
    needed = (weight.max(initial=0) + 1 - tree.data).astype(np.int32)
    np.minimum.at(weakest, first[tree.row], needed)
    return first, weakest[first]
