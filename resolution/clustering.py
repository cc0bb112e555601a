"""From scored pairs to clusters: components by strong pairs, and the guard within them.

Works on integers alone, so the partition does not depend on the order of anything.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree

from resolution.engines.duckdb import scoring_sql
from resolution.guard import GuardSettings, Pairs, clusters, pieces, reason
from resolution.model.artefact import Model
from resolution.nodes import smallest_member
from resolution.scoring import KNOWN
from resolution.thresholds import KEEP_EDGE_AT

NO_LINK = np.iinfo(np.int32).max

WITHIN = "within a component"
"""What is said of pairs that no blocking rule found, where an edge's rule would stand."""

APART = """
create or replace temp table apart as
select least(l.node, r.node) as left_node, greatest(l.node, r.node) as right_node
from cannot_links
join members l on l.record_id = left_id join members r on r.record_id = right_id
group by all
"""

KEPT = f"weight >= {KEEP_EDGE_AT} or veto is not null"
"""SQL: which of the pairs within a piece are edges. A veto parts them whatever they weigh."""

UNSCORED = """
create or replace temp table unscored as
with looked_at as (
    select piece from node_pieces group by piece having count(*) between 3 and $most
)
select null::varchar as match_key, l.node as join_key_l, r.node as join_key_r
from node_pieces l
join node_pieces r on r.piece = l.piece and l.node < r.node
semi join looked_at on looked_at.piece = l.piece
anti join scored on scored.left_node = l.node and scored.right_node = r.node
"""

PAIRS_OF_PIECES = f"""
select left_node - 1 as l, right_node - 1 as r, weight, {KNOWN} as known,
    apart.left_node is not null or veto is not null as apart
from (
    select left_node, right_node, weight, levels, veto from judged
    union all by name select left_node, right_node, weight, levels, veto from judged_within
) as weighed
join node_pieces as of_left on of_left.node = left_node
join node_pieces as of_right on of_right.node = right_node and of_right.piece = of_left.piece
left join apart using (left_node, right_node)
"""

EDGES_FROM_PAIRS = f"""
create or replace temp table edges as
with named as (
    select node, any_value(representative) as record_id from members group by node
), weighed as (
    from judged union all by name from judged_within where {KEPT}
)
select
    least(l.record_id, r.record_id) as left_id,
    greatest(l.record_id, r.record_id) as right_id,
    'probabilistic' as kind, weight, unadjusted_weight, levels, adjustments,
    coalesce(rule, '{WITHIN}') as rule, veto, $model as model_version
from weighed
join named l on l.node = left_node
join named r on r.node = right_node
union all
select
    least(left_id, right_id), greatest(left_id, right_id), 'deterministic',
    null, null, null, null, kind, null, null
from certain_links
union all
select left_id, right_id, 'judgement', null, null, null, null, 'same', null, null
from known_must_links
"""

NODE_CLUSTERS = """
create or replace temp table node_clusters as
with named as (
    select node, any_value(representative) as record_id, count(*) as records
    from members group by node
)
select
    named.node,
    min(named.record_id) over (partition by numbers.component) as component_id,
    min(named.record_id) over (partition by numbers.cluster) as cluster_id,
    (sum(named.records) over (partition by numbers.cluster))::int as records,
    numbers.weakest_link,
    named.node in (select left_node from apart where left_node = right_node) as broken
from cluster_numbers numbers join named using (node)
"""


def connect(connection: duckdb.DuckDBPyConnection, model: Model, settings: GuardSettings) -> None:
    """Leave `edges` and `clusters` (the columns of `resolution.schema`) on the connection.

    Reads what `build_nodes` and `score` leave.
    """
    connection.execute(APART)
    size = connection.execute("select coalesce(max(node), 0) from members").fetchall()[0][0]
    judge(connection, "scored", "judged", settings)
    left, right, weight = _strong(connection, settings.start)
    component = smallest_member(size, left, right)
    piece = pieces(size, left, right, weight, settings)
    _relation(connection, "node_pieces", size, piece=piece)
    connection.execute(UNSCORED, {"most": settings.compared_together if settings.enabled else 0})
    connection.execute(scoring_sql(model, "unscored", None, into="scored_within"))
    judge(connection, "scored_within", "judged_within", settings)
    found = connection.execute(PAIRS_OF_PIECES).fetchnumpy()
    pairs = Pairs(*(np.ma.getdata(found[name]) for name in ("l", "r", "weight", "known", "apart")))
    cluster = clusters(size, piece, pairs, settings)
    joins = (cluster[pairs.left] == cluster[pairs.right]) & (pairs.weight >= settings.start)
    linked = pairs.where(joins & pairs.known)
    _, weakest = components(size, linked.left, linked.right, linked.weight)
    links = pa.array(weakest, mask=weakest == NO_LINK)
    _relation(
        connection, "cluster_numbers", size,
        component=component, cluster=cluster, weakest_link=links,
    )  # fmt: skip
    connection.execute(NODE_CLUSTERS)
    connection.execute(
        "create or replace temp table clusters as"
        " select record_id, component_id,"
        " case when reason is null then cluster_id else record_id end as cluster_id,"
        " case when reason is null then 'published' else 'held' end as state,"
        " reason, weakest_link"
        f" from (select *, {reason(settings)} as reason from node_clusters)"
        " join members using (node)"
    )
    connection.execute(EDGES_FROM_PAIRS, {"model": model.version})


def judge(
    connection: duckdb.DuckDBPyConnection, scored: str, view: str, settings: GuardSettings
) -> None:
    """Leave a view of scored pairs with the `veto` in force."""
    connection.execute(
        f"create or replace temp view {view} as"
        f" select * exclude (vetoes), {settings.veto} as veto from {scored}"
    )


def _strong(
    connection: duckdb.DuckDBPyConnection, start: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both ends (from 0 on) and weight of the pairs that join, but for what must be apart or is
    vetoed; nodes that contradict themselves join nobody.
    """
    pairs = connection.execute(
        "select left_node - 1 as l, right_node - 1 as r, weight from judged"
        " anti join apart using (left_node, right_node)"
        " where weight >= $start and veto is null"
        " and left_node not in (select left_node from apart where left_node = right_node)"
        " and right_node not in (select left_node from apart where left_node = right_node)",
        {"start": start},
    ).fetchnumpy()
    left, right, weight = (np.asarray(pairs[name], dtype=np.int32) for name in ("l", "r", "weight"))
    return left, right, weight


def _relation(
    connection: duckdb.DuckDBPyConnection, name: str, size: int, **columns: np.ndarray | pa.Array
) -> None:
    """A table of every node and what is known of it."""
    rows = pa.table({"node": np.arange(1, size + 1, dtype=np.int32), **columns})
    connection.register("rows_of_nodes", rows)
    connection.execute(f"create or replace temp table {name} as from rows_of_nodes")
    connection.unregister("rows_of_nodes")


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
