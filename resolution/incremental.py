"""What a night touches, resolved; the rest is as the last publication has it.

The partition is a function of nodes and decisions alone. So two nodes that are what they were have
the weight that they had, and a component of such nodes, none of which left it, has the clusters
that it had. Hubs and rare names are part of a node's features: where a value becomes a hub, every
node that holds it is another one.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from resolution.clustering import WITHIN, connect, judge
from resolution.engines.duckdb import weigh
from resolution.forecast import Forecast, forecast
from resolution.guard import GuardSettings
from resolution.judgements.constraints import Constraints
from resolution.model.artefact import Model
from resolution.model.features import NODE
from resolution.nodes import build_nodes
from resolution.thresholds import KEEP_EDGE_AT

VERSIONED = """
create or replace temp table versioned as
with named as (
    select node, min(record_id) as record_id,
        string_agg(record_id, ',' order by record_id) as records
    from members group by node
)
select node, record_id, substr(md5(records || row({features})::varchar), 1, 16) as version
from named join nodes using (node)
"""

CHANGED = """
create or replace temp table changed as
select node from versioned anti join last_nodes using (record_id, version)
"""

ALIKE = """
create or replace temp table alike as
select node, record_id from versioned semi join last_nodes using (record_id, version)
"""

DISPUTED = """
create or replace temp table disputed as
with pairs as (
    (from cannot_links except from last_cannot_links)
    union all
    (from last_cannot_links except from cannot_links)
)
select distinct members.node
from (select unnest([left_id, right_id]) as record_id from pairs) join members using (record_id)
"""
"""Nodes of which another thing is decided than before."""

BLOCKED = """
create or replace temp table blocked as
with own as (select * from blocking_keys semi join changed using (node))
select
    min(own.rule)::varchar as match_key,
    least(own.node, other.node) as join_key_l,
    greatest(own.node, other.node) as join_key_r
from own join blocking_keys other using (rule, key)
where own.node <> other.node
group by all
"""
"""Pairs with a changed node, by the first rule that finds them, as Splink has it."""

REACHED = """
create or replace temp table reached as
with ends as (
    select unnest([left_node, right_node]) as node from scored where weight >= $start
    union
    select unnest([l.node, r.node]) from last_edges e
    join alike l on l.record_id = e.left_id join alike r on r.record_id = e.right_id
    where e.kind = 'probabilistic' and e.weight >= $start
      and (l.node in (select node from disputed) or r.node in (select node from disputed))
), stirred as (
    select record_id from last_nodes anti join versioned using (record_id, version)
    union
    select record_id from versioned
    where node in (select node from ends) or node in (select node from disputed)
), components as (
    select component_id from last_clusters semi join stirred using (record_id)
)
select node from changed union select node from disputed
union
select node from alike join last_clusters using (record_id)
where component_id in (select component_id from components)
"""
"""Nodes to connect again: what changed or is disputed, and all that was in a component with a node
that did, is gone, or has a pair now that joins.
"""

KEPT = """
create or replace temp table kept_edges as
select e.*, l.node as left_node, r.node as right_node,
    l.node in (select node from reached) and r.node in (select node from reached) as inner_pair
from last_edges e
join alike l on l.record_id = e.left_id join alike r on r.record_id = e.right_id
where e.kind = 'probabilistic'
"""
"""Pairs of nodes that both are what they were."""

INNER = f"""
create or replace temp table inner_pairs as
from scored
where left_node in (select node from reached) and right_node in (select node from reached)
union all by name
select left_node, right_node, rule, weight, unadjusted_weight, levels, adjustments,
    case when veto is not null then [veto] end as vetoes
from kept_edges where inner_pair and rule <> '{WITHIN}'
"""

OUTER = """
create or replace temp table outer_edges as
select * exclude (left_node, right_node, inner_pair) from kept_edges where not inner_pair
union all by name
select l.record_id as left_id, r.record_id as right_id, 'probabilistic' as kind, weight,
    unadjusted_weight, levels, adjustments, rule, veto, $model as model_version
from judged
join versioned l on l.node = left_node join versioned r on r.node = right_node
where left_node not in (select node from reached) or right_node not in (select node from reached)
"""

ELSEWHERE = """
create or replace temp table elsewhere as
select last_clusters.* from last_clusters
join members using (record_id)
where node not in (select node from reached)
"""
"""Clusters of records that nothing reached."""

NUMBERING = """
create or replace temp table numbering as
select node, row_number() over (order by node)::int as number from reached
"""
"""The reached nodes as if there were no others, in the same order."""

RENUMBERED = """
create or replace temp table scored as
select inner_pairs.* replace (l.number as left_node, r.number as right_node)
from inner_pairs
join numbering l on l.node = left_node
join numbering r on r.node = right_node
"""

OF_REACHED = """
create or replace temp table {name} as
select {name}.* replace (number as node) from {name} join numbering using (node)
"""


def version_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave `versioned` (node, record_id, version): a hash of each node's records and features.

    Reads what `build_nodes` leaves. The hash leaves out a node's number, which the next night is
    another one.
    """
    names = [row[0] for row in connection.execute("describe nodes").fetchall()]
    features = ", ".join(f'"{name}"' for name in names if name != NODE)
    connection.execute(VERSIONED.format(features=features))


def resolve_touched(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    settings: GuardSettings,
    decided: Constraints,
    before_scoring: Callable[[Forecast], None] = lambda _: None,
) -> None:
    """Leave `edges`, `clusters` and `versioned`, as `resolve` does, but score only pairs with a
    node that changed, and connect only components that something reached.

    Reads `records` and `links`, and of the last publication `last_nodes`, `last_edges`,
    `last_clusters` and `last_cannot_links` (`relations.apart_pairs` of what was decided), all made
    with the same model and settings.
    """
    build_nodes(connection, decided, settings.duplicate_free)
    version_nodes(connection)
    for statement in (CHANGED, ALIKE, DISPUTED):
        connection.execute(statement)
    before_scoring(forecast(connection, "changed"))
    connection.execute(BLOCKED)
    weigh(connection, model, "blocked", KEEP_EDGE_AT)
    connection.execute(REACHED, {"start": settings.start})
    for statement in (KEPT, INNER):
        connection.execute(statement)
    judge(connection, "scored", "judged", settings)
    connection.execute(OUTER, {"model": model.version})
    for statement in (ELSEWHERE, NUMBERING, RENUMBERED):
        connection.execute(statement)
    for name in ("members", "nodes"):
        connection.execute(OF_REACHED.format(name=name))
    connect(connection, model, settings)
    connection.execute("insert into edges by name from outer_edges")
    connection.execute("insert into clusters by name from elsewhere")
