"""Resolution on Spark: for what does not fit into one process. Nothing that grows is collected.

Spark joins, counts and shuffles texts that are the same or not; everything finer is the SQL of the
DuckDB engine, run by the tasks. A node goes by its smallest record_id.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import cast

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from resolution.engines.components import connected, weakest_links
from resolution.engines.tasks import ROWS, TaskQuery
from resolution.forecast import Forecast, summed
from resolution.guard import HELD_CLUSTERS
from resolution.model.artefact import Model
from resolution.model.blocking import PREDICTION_RULES, BlockingRule
from resolution.nodes import ARRAYS, FEATURES, UNHUBBED
from resolution.schema import EDGES
from resolution.scoring import scored_pairs, terms_table
from resolution.thresholds import HUB_FAMILIES, HUB_NODES, JOIN_AT, KEEP_EDGE_AT
from sources.batches import colocated

_UNHUBBED = (
    "node string, name struct<name_key string, name_keys array<string>, name_han string,"
    " name_family string, name_given string, name_roots array<string>>, birth_date string,"
    " address struct<postcode string, address_key string, city string>, emails array<string>,"
    " phones array<string>, logins array<string>"
)
_NODES = (
    "node string, name_key string, name_keys array<string>, name_han string, name_family string,"
    " name_given string, name_roots array<string>, birth_date string, emails array<string>,"
    " logins array<string>, phones array<string>, postcode string, address_key string, city string,"
    " first_email string, first_phone string, rare_name string"
)
_SCORED = (
    "left_node string, right_node string, rule string, weight int, unadjusted_weight int,"
    " levels map<string, int>, adjustments map<string, int>"
)
_RESOLVED = (
    "record_id string, component_id string, cluster_id string, state string, reason string,"
    " weakest_link int"
)
_BETWEEN = "\\u001f"
"""Between the columns of a blocking key; normalised values hold no control characters."""


@dataclass(frozen=True)
class Graph:
    """What is compared: `members` (record_id, node), `nodes` with their features, `hubs`, and the
    certain links (left_id, right_id, kind).
    """

    members: DataFrame
    nodes: DataFrame
    hubs: DataFrame
    certain_links: DataFrame

    def release(self) -> None:
        """Let the kept nodes go."""
        self.nodes.unpersist()


def build_graph(records: DataFrame, links: DataFrame, partitions: int) -> Graph:
    """As `resolution.nodes.build_nodes`; `nodes` are kept on disk, since three steps read them."""
    active = records.where("not deleted")
    certain = _certain_links(active, links).checkpoint(eager=True)
    first = connected(certain.selectExpr("left_id as left", "right_id as right"))
    members = (
        active.select("record_id")
        .join(first.withColumnRenamed("node", "record_id"), on="record_id", how="left")
        .selectExpr("record_id", "coalesce(first, record_id) as node")
    )
    linked = active.selectExpr(*_LINKED).join(members, on="record_id")
    unhubbed = _in_tasks(
        colocated(linked, ["node"], partitions),
        TaskQuery(UNHUBBED.replace("from linked", f"from {ROWS}"), _schema(_UNHUBBED)),
        _UNHUBBED,
    ).persist(StorageLevel.DISK_ONLY)
    values = _values(unhubbed)
    hubs = (
        values.groupBy("kind", "value")
        .agg(F.expr("count(*) as nodes"), F.expr("count(distinct family) as families"))
        .where(f"families >= {HUB_FAMILIES} or nodes >= {HUB_NODES}")
        .checkpoint(eager=True)
    )
    free = _with_hubs_and_namesakes(unhubbed, values, hubs)
    features = TaskQuery(FEATURES.replace("from free", f"from {ROWS}"), _schema(_NODES))
    nodes = _in_tasks(free, features, _NODES).persist(StorageLevel.DISK_ONLY)
    return Graph(members, nodes, hubs, certain)


def blocking_keys(nodes: DataFrame) -> DataFrame:
    """Rule (its place), key, node: what nodes must share to be compared."""
    arrays = ", ".join(_keys(place, rule) for place, rule in enumerate(PREDICTION_RULES))
    return nodes.selectExpr("node", f"inline(concat({arrays}))").select("rule", "key", "node")


def forecast_of(graph: Graph, keys: DataFrame) -> Forecast:
    """As `resolution.forecast.forecast`; a row per rule comes back."""
    blocks = keys.groupBy("rule", "key").agg(F.expr("count(*) as nodes"))
    rules = (
        blocks.where("nodes > 1")
        .groupBy("rule")
        .agg(
            F.expr("sum(nodes * (nodes - 1) div 2) as pairs"),
            F.expr("max(nodes) as largest"),
            F.expr("substr(sha2(max_by(key, struct(nodes, key)), 256), 1, 12) as largest_hash"),
        )
        .orderBy("rule")
    )
    return summed(graph.nodes.count(), [tuple(row) for row in rules.collect()])


def scored(
    graph: Graph,
    keys: DataFrame,
    model: Model,
    partitions: int,
    keep_at: int | None = KEEP_EDGE_AT,
) -> DataFrame:
    """The pairs that share a key, once each, scored as on DuckDB; those at or above `keep_at`."""
    left, right = keys.alias("l"), keys.alias("r")
    met = left.join(right, on=["rule", "key"]).where("l.node < r.node")
    pairs = met.groupBy(F.expr("l.node as left_node"), F.expr("r.node as right_node")).agg(
        F.expr("cast(min(rule) as string) as match_key")
    )
    for end, letter in (("left_node", "l"), ("right_node", "r")):
        side = [f"{name} as {name}_{letter}" for name in model.features]
        pairs = pairs.join(graph.nodes.selectExpr(f"node as {end}", *side), on=end)
    select = scored_pairs(model, ROWS, keep_at)
    query = TaskQuery(select, _schema(_SCORED), tables={"terms": terms_table(model)})
    return _in_tasks(pairs.repartition(partitions), query, _SCORED)


def edges(graph: Graph, scored_rows: DataFrame, model: Model) -> DataFrame:
    """The columns of `EDGES`."""
    probable = scored_rows.selectExpr(
        "left_node as left_id", "right_node as right_id", "'probabilistic' as kind", "weight",
        "unadjusted_weight", "levels", "adjustments", "rule",
        f"'{model.version}' as model_version",
    )  # fmt: skip
    certain = graph.certain_links.selectExpr(
        "least(left_id, right_id) as left_id", "greatest(left_id, right_id) as right_id",
        "'deterministic' as kind", "kind as rule",
    )  # fmt: skip
    return probable.unionByName(certain, allowMissingColumns=True).select(*EDGES.columns)


def resolved(graph: Graph, kept_edges: DataFrame, partitions: int) -> DataFrame:
    """The columns of `CLUSTERS`; `kept_edges` are `EDGES`."""
    strong = kept_edges.where(f"kind = 'probabilistic' and weight >= {JOIN_AT}").selectExpr(
        "left_id as left", "right_id as right", "weight"
    )
    first = connected(strong.select("left", "right"))
    component = (
        graph.nodes.select("node")
        .join(first, on="node", how="left")
        .selectExpr("node", "coalesce(first, node) as component_id")
    )
    of_left = component.withColumnRenamed("node", "left")
    weakest = weakest_links(strong.join(of_left, on="left"), partitions)
    grouped = (
        graph.members.join(component, on="node")
        .join(weakest, on="component_id", how="left")
        .select("record_id", "component_id", "weakest_link")
    )
    query = TaskQuery(
        "from clusters", _schema(_RESOLVED), before=(*_MEMBERS_OF_COMPONENTS, HELD_CLUSTERS)
    )
    return _in_tasks(colocated(grouped, ["component_id"], partitions), query, _RESOLVED)


_LINKED = (
    "record_id", "name_key", "name_keys", "name_han", "name_family", "name_given", "name_roots",
    "birth_date", "postcode", "address_key", "city", "handle", "last_seen",
    "transform(emails, e -> named_struct('mailbox', e.mailbox)) as emails",
    "transform(phones, p -> named_struct('national', p.national)) as phones",
)  # fmt: skip

_MEMBERS_OF_COMPONENTS = (
    f"create temp table records as from {ROWS}",
    "create temp view members as select record_id, component_id as node from records",
    (
        "create temp view components as select component_id as node, component_id,"
        " count(*)::int as records, any_value(weakest_link) as weakest_link"
        " from records group by component_id"
    ),
)


def _certain_links(active: DataFrame, links: DataFrame) -> DataFrame:
    ids = active.select("record_id")
    both = links.join(ids.withColumnRenamed("record_id", "left_id"), on="left_id").join(
        ids.withColumnRenamed("record_id", "right_id"), on="right_id"
    )
    counted = both.groupBy("left_id").agg(
        F.expr("min(right_id) as right_id"),
        F.expr("min(kind) as kind"),
        F.expr("count(distinct right_id) as owners"),
    )
    return counted.where("owners = 1").select("left_id", "right_id", "kind")


def _values(unhubbed: DataFrame) -> DataFrame:
    """node, kind, value, family: every value that may be a hub."""
    frames = [
        unhubbed.selectExpr(
            "node", f"'{kind}' as kind", f"explode({kind}) as value", "name.name_family as family"
        )
        for kind in ARRAYS
    ]
    return reduce(DataFrame.unionByName, frames)


def _with_hubs_and_namesakes(unhubbed: DataFrame, values: DataFrame, hubs: DataFrame) -> DataFrame:
    """The relation `free` of `resolution.nodes.FEATURES`: for each node its own hubs."""
    own = values.join(hubs.select("kind", "value"), on=["kind", "value"])
    lists = own.groupBy("node").agg(
        *[
            F.expr(f"collect_list(value) filter (where kind = '{kind}') as hub_{kind}")
            for kind in ARRAYS
        ]
    )
    namesakes = unhubbed.groupBy(F.expr("name.name_key as name_key")).agg(
        F.expr("count(*) as namesakes")
    )
    named = unhubbed.withColumn("name_key", F.expr("name.name_key"))
    return (
        named.join(lists, on="node", how="left")
        .join(namesakes, on="name_key", how="left")
        .selectExpr(
            "node", "name", "birth_date", "address", *ARRAYS,
            *[f"coalesce(hub_{kind}, array()) as hub_{kind}" for kind in ARRAYS],
            "coalesce(namesakes, 0) as namesakes",
        )
    )  # fmt: skip


def _keys(place: int, rule: BlockingRule) -> str:
    """array<struct<rule, key>> of a node's keys by one rule; empty where a column is null."""
    plain = [column for column in rule.columns if column not in rule.exploded]
    values = [*rule.exploded, *plain]
    filled = " and ".join(f"{column} is not null" for column in values)
    if rule.exploded:
        (exploded,) = rule.exploded
        key = f"concat_ws('{_BETWEEN}', {', '.join(['value', *plain])})"
        keys = f"transform({exploded}, value -> named_struct('rule', {place}, 'key', {key}))"
    else:
        key = f"concat_ws('{_BETWEEN}', {', '.join(plain)})"
        keys = f"array(named_struct('rule', {place}, 'key', {key}))"
    return f"case when {filled} then {keys} else array() end"


def _in_tasks(frame: DataFrame, query: TaskQuery, ddl: str) -> DataFrame:
    return frame.mapInArrow(query, ddl)


def _schema(ddl: str) -> pa.Schema:
    return to_arrow_schema(cast(StructType, StructType.fromDDL(ddl)))
