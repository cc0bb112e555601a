"""Resolution on Spark: for what does not fit into one process. Nothing that grows is collected.

Spark joins, counts and shuffles texts that are the same or not; everything finer is the SQL of the
DuckDB engine, run by the tasks. A node goes by its smallest record_id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import cast

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from resolution.clustering import KEPT, WITHIN
from resolution.engines.components import connected, weakest_links
from resolution.engines.guarded import clusters_of_pieces, pieces_of_components
from resolution.engines.tasks import ROWS, TaskQuery
from resolution.forecast import Forecast, summed
from resolution.guard import GuardSettings, reason
from resolution.judgements.constraints import Constraints
from resolution.judgements.relations import UNDECIDED, apart_pairs, joined_records
from resolution.model.artefact import Model
from resolution.model.blocking import PREDICTION_RULES, BlockingRule
from resolution.nodes import ARRAYS, FEATURES, UNHUBBED, sole_source
from resolution.schema import EDGES
from resolution.scoring import compared, scored_pairs, terms_table
from resolution.thresholds import HUB_FAMILIES, HUB_NODES, KEEP_EDGE_AT, RARE_NAME_NODES
from resolution.vetoes import GENERATION
from sources.batches import colocated

_ONLY = (
    "only_birth_date string, only_birth_year int, only_generation int, sole_sources array<string>,"
    " gender string"
)
_LETTERS = "name_letters array<string>, initial_letters array<string>, login_letters array<string>"
_UNHUBBED = (
    "node string, name struct<name_key string, name_keys array<string>, name_han string,"
    " name_family string, name_given string, name_roots array<string>>, birth_date string,"
    " birth_year int,"
    f" {_ONLY}, address struct<postcode string, address_key string, city string>,"
    f" emails array<string>, phones array<string>, logins array<string>, {_LETTERS}"
)
_NODES = (
    "node string, name_key string, name_keys array<string>, name_han string, name_family string,"
    " name_given string, name_roots array<string>, birth_date string, birth_year int,"
    f" {_ONLY}, emails array<string>, logins array<string>, phones array<string>,"
    f" postcode string, address_key string, city string, {_LETTERS}, rare_letters array<string>"
)
_SCORED = (
    "left_node string, right_node string, rule string, weight int, unadjusted_weight int,"
    " levels map<string, int>, adjustments map<string, int>, vetoes array<string>"
)
_BETWEEN = "\\u001f"
"""Between the columns of a blocking key; normalised values hold no control characters."""


@dataclass(frozen=True)
class Graph:
    """What is compared: `members` (record_id, node), `nodes` with their features, `hubs`, and the
    certain links (left_id, right_id, kind), what decisions hold together (left_id, right_id), and
    the nodes that they hold apart (left, right; the same node twice where they contradict it).
    """

    members: DataFrame
    nodes: DataFrame
    hubs: DataFrame
    certain_links: DataFrame
    must_links: DataFrame
    apart: DataFrame

    def release(self) -> None:
        """Let the kept nodes go."""
        self.nodes.unpersist()


def build_graph(
    records: DataFrame,
    links: DataFrame,
    partitions: int,
    decided: Constraints = UNDECIDED,
    duplicate_free: Iterable[str] = (),
) -> Graph:
    """As `resolution.nodes.build_nodes`; `nodes` are kept on disk, since three steps read them."""
    active = records.where("not deleted")
    spark = records.sparkSession
    cannot = F.broadcast(spark.createDataFrame(apart_pairs(decided)))
    certain = _certain_links(active, links, cannot).checkpoint(eager=True)
    must = _known_must_links(active, F.broadcast(spark.createDataFrame(joined_records(decided))))
    held = certain.select("left_id", "right_id").unionByName(must)
    first = connected(held.selectExpr("left_id as left", "right_id as right"))
    members = (
        active.select("record_id")
        .join(first.withColumnRenamed("node", "record_id"), on="record_id", how="left")
        .selectExpr("record_id", "coalesce(first, record_id) as node")
    )
    own = f"{sole_source(duplicate_free)} as sole_source"
    linked = active.selectExpr(*_LINKED, own).join(members, on="record_id")
    unhubbed = _in_tasks(
        colocated(linked, ["node"], partitions),
        # The statement reads its rows twice, and what a task gets can be read once.
        TaskQuery(
            UNHUBBED,
            _schema(_UNHUBBED),
            before=(f"create temp table linked as from {ROWS}",),
        ),
        _UNHUBBED,
    ).persist(StorageLevel.DISK_ONLY)
    values = _values(unhubbed)
    hubs = (
        values.groupBy("kind", "value")
        .agg(F.expr("count(*) as nodes"), F.expr("count(distinct family) as families"))
        .where(f"families >= {HUB_FAMILIES} or nodes >= {HUB_NODES}")
        .checkpoint(eager=True)
    )
    free = _with_hubs_and_rare_letters(unhubbed, values, hubs)
    features = TaskQuery(FEATURES.replace("from free", f"from {ROWS}"), _schema(_NODES))
    nodes = _in_tasks(free, features, _NODES).persist(StorageLevel.DISK_ONLY)
    return Graph(members, nodes, hubs, certain, must, _apart(members, cannot))


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
    return _weighed(graph, pairs.repartition(partitions), model, keep_at)


def _weighed(graph: Graph, pairs: DataFrame, model: Model, keep_at: int | None) -> DataFrame:
    """Score pairs (left_node, right_node, match_key) as on DuckDB."""
    for end, letter in (("left_node", "l"), ("right_node", "r")):
        side = [f"{name} as {name}_{letter}" for name in compared(model)]
        pairs = pairs.join(graph.nodes.selectExpr(f"node as {end}", *side), on=end)
    select = scored_pairs(model, ROWS, keep_at)
    query = TaskQuery(select, _schema(_SCORED), tables={"terms": terms_table(model)})
    return _in_tasks(pairs, query, _SCORED)


def edges(
    graph: Graph, found: DataFrame, within: DataFrame, model: Model, settings: GuardSettings
) -> DataFrame:
    """The columns of `EDGES`; `found` and `within` as `clustered` takes and gives them."""
    judged = [pairs.selectExpr("*", f"{settings.veto} as veto") for pairs in (found, within)]
    probable = judged[0].unionByName(judged[1].where(KEPT))
    probable = probable.selectExpr(
        "left_node as left_id", "right_node as right_id", "'probabilistic' as kind", "weight",
        "unadjusted_weight", "levels", "adjustments", f"coalesce(rule, '{WITHIN}') as rule",
        "veto", f"'{model.version}' as model_version",
    )  # fmt: skip
    certain = graph.certain_links.selectExpr(
        "least(left_id, right_id) as left_id", "greatest(left_id, right_id) as right_id",
        "'deterministic' as kind", "kind as rule",
    )  # fmt: skip
    decided = graph.must_links.selectExpr(
        "left_id", "right_id", "'judgement' as kind", "'same' as rule"
    )
    others = certain.unionByName(decided)
    return probable.unionByName(others, allowMissingColumns=True).select(*EDGES.columns)


@dataclass(frozen=True)
class Clustered:
    """The columns of `CLUSTERS`, and the scored pairs that the guard asked for (as `scored`)."""

    clusters: DataFrame
    within: DataFrame


def clustered(
    graph: Graph, found: DataFrame, model: Model, settings: GuardSettings, partitions: int
) -> Clustered:
    """As `resolution.clustering.connect`; `found` are all pairs that `scored` kept."""
    strong = _strong(graph, found, settings)
    component = (
        graph.nodes.select("node")
        .join(connected(strong.select("left", "right")), on="node", how="left")
        .selectExpr("node", "coalesce(first, node) as component")
    )
    at_left = component.withColumnRenamed("node", "left")
    piece = pieces_of_components(strong.join(at_left, on="left"), settings, partitions).checkpoint()
    within = _scored_within(graph, piece, found, model, settings).checkpoint()
    apart = F.broadcast(graph.apart.withColumn("apart", F.lit(True)))
    weighed = (
        _in_groups(_ends(found, settings).unionByName(_ends(within, settings)), piece, "piece")
        .join(apart, on=["left", "right"], how="left")
        .withColumn("apart", F.expr("coalesce(apart, false) or vetoed"))
        .drop("vetoed")
    )
    cluster = clusters_of_pieces(weighed, settings, partitions).checkpoint()
    joining = weighed.where(f"known and weight >= {settings.start}").select(*_WEIGHTED)
    links = _in_groups(joining, cluster, "cluster").withColumnRenamed("cluster", "component_id")
    weakest = weakest_links(links, partitions).withColumnRenamed("component_id", "cluster")
    of_record = (
        graph.members.join(component, on="node")
        .join(piece, on="node", how="left")
        .join(cluster, on="node", how="left")
        .join(F.broadcast(_broken(graph)), on="node", how="left")
        .selectExpr(
            "record_id", "component as component_id",
            "coalesce(cluster, piece, node) as cluster", "coalesce(broken, false) as broken",
        )
    )  # fmt: skip
    return Clustered(_held(of_record, weakest, settings), within)


_WEIGHTED = ("left", "right", "weight")


def _ends(pairs: DataFrame, settings: GuardSettings) -> DataFrame:
    """left, right, weight, vetoed, and `known`: whether they have anything to compare."""
    known = "exists(map_values(levels), level -> level <> -1) as known"
    vetoed = f"({settings.veto}) is not null as vetoed"
    return pairs.selectExpr("left_node as left", "right_node as right", "weight", known, vetoed)


def _strong(graph: Graph, found: DataFrame, settings: GuardSettings) -> DataFrame:
    """left, right, weight: the pairs that join, but for what must be apart or is vetoed; nodes that
    contradict themselves join nobody.
    """
    broken = _broken(graph).select("node")
    joining = _ends(found, settings).where(f"weight >= {settings.start} and not vetoed")
    pairs = joining.select(*_WEIGHTED)
    pairs = pairs.join(graph.apart, on=["left", "right"], how="left_anti")
    for end in ("left", "right"):
        pairs = pairs.join(broken.withColumnRenamed("node", end), on=end, how="left_anti")
    return pairs.select(*_WEIGHTED)


def _broken(graph: Graph) -> DataFrame:
    """node, broken: nodes that decisions hold together and apart."""
    return graph.apart.where("left = right").selectExpr("left as node", "true as broken")


def _held(of_record: DataFrame, weakest: DataFrame, settings: GuardSettings) -> DataFrame:
    """The columns of `CLUSTERS`, with what is too large or contradicts itself held."""
    sizes = of_record.groupBy("cluster").agg(F.expr("count(*) as records"))
    return (
        of_record.join(sizes, on="cluster")
        .join(weakest, on="cluster", how="left")
        .selectExpr("*", f"{reason(settings)} as reason")
        .selectExpr(
            "record_id", "component_id",
            "case when reason is null then cluster else record_id end as cluster_id",
            "case when reason is null then 'published' else 'held' end as state",
            "reason", "weakest_link",
        )
    )  # fmt: skip


def _in_groups(pairs: DataFrame, group: DataFrame, name: str) -> DataFrame:
    """The pairs whose ends lie in one group (node, and a column of this name), with it."""
    of_left = group.selectExpr("node as left", name)
    of_right = group.selectExpr("node as right", f"{name} as other")
    both = pairs.join(of_left, on="left").join(of_right, on="right")
    return both.where(f"{name} = other").drop("other")


def _scored_within(
    graph: Graph, piece: DataFrame, found: DataFrame, model: Model, settings: GuardSettings
) -> DataFrame:
    """Pairs of a piece that were not scored, or scored too low to be kept."""
    most = settings.compared_together if settings.enabled else 0
    sizes = piece.groupBy("piece").agg(F.expr("count(*) as nodes"))
    ends = ["left_node", "right_node"]
    looked_at = piece.join(sizes.where(f"nodes between 3 and {most}").select("piece"), on="piece")
    left = looked_at.selectExpr("piece", "node as left_node")
    right = looked_at.selectExpr("piece", "node as right_node")
    unscored = (
        left.join(right, on="piece")
        .where("left_node < right_node")
        .select(*ends)
        .join(found.select(*ends), on=ends, how="left_anti")
        .withColumn("match_key", F.lit(None).cast("string"))
    )
    return _weighed(graph, unscored, model, None)


_LINKED = (
    "record_id", "name_key", "name_keys", "name_han", "name_family", "name_given", "name_roots",
    "birth_date", "birth_year", "gender", f"{GENERATION} as generation",
    "postcode", "address_key", "city", "handle", "last_seen",
    "transform(emails, e -> named_struct('mailbox', e.mailbox)) as emails",
    "transform(phones, p -> named_struct('national', p.national)) as phones",
)  # fmt: skip


def _certain_links(active: DataFrame, links: DataFrame, cannot: DataFrame) -> DataFrame:
    ids = active.select("record_id")
    undone = cannot.unionByName(cannot.selectExpr("right_id as left_id", "left_id as right_id"))
    kept = links.join(undone, on=["left_id", "right_id"], how="left_anti")
    both = kept.join(ids.withColumnRenamed("record_id", "left_id"), on="left_id").join(
        ids.withColumnRenamed("record_id", "right_id"), on="right_id"
    )
    counted = both.groupBy("left_id").agg(
        F.expr("min(right_id) as right_id"),
        F.expr("min(kind) as kind"),
        F.expr("count(distinct right_id) as owners"),
    )
    return counted.where("owners = 1").select("left_id", "right_id", "kind")


def _known_must_links(active: DataFrame, joined: DataFrame) -> DataFrame:
    """As `resolution.nodes.KNOWN_MUST_LINKS`."""
    known = active.select("record_id").join(joined, on="record_id")
    smallest = known.groupBy("person").agg(F.expr("min(record_id) as left_id"))
    return (
        known.join(smallest, on="person")
        .where("record_id <> left_id")
        .selectExpr("left_id", "record_id as right_id")
        .checkpoint(eager=True)
    )


def _apart(members: DataFrame, cannot: DataFrame) -> DataFrame:
    """left, right: nodes, the smaller first, that decisions hold apart."""
    of_left = members.selectExpr("record_id as left_id", "node as l")
    of_right = members.selectExpr("record_id as right_id", "node as r")
    both = cannot.join(of_left, on="left_id").join(of_right, on="right_id")
    named = both.selectExpr("least(l, r) as left", "greatest(l, r) as right")
    return named.distinct().checkpoint(eager=True)


def _values(unhubbed: DataFrame) -> DataFrame:
    """node, kind, value, family: every value that may be a hub."""
    frames = [
        unhubbed.selectExpr(
            "node", f"'{kind}' as kind", f"explode({kind}) as value", "name.name_family as family"
        )
        for kind in ARRAYS
    ]
    return reduce(DataFrame.unionByName, frames)


def _with_hubs_and_rare_letters(
    unhubbed: DataFrame, values: DataFrame, hubs: DataFrame
) -> DataFrame:
    """The relation `free` of `resolution.nodes`: for each node its own hubs and rare letters."""
    own = values.join(hubs.select("kind", "value"), on=["kind", "value"])
    lists = own.groupBy("node").agg(
        *[
            F.expr(f"collect_list(value) filter (where kind = '{kind}') as hub_{kind}")
            for kind in ARRAYS
        ]
    )
    return (
        unhubbed.join(lists, on="node", how="left")
        .join(_rare_letters(unhubbed), on="node", how="left")
        .selectExpr(
            "node", "name", "birth_date", "birth_year", "address", *_schema(_ONLY).names, *ARRAYS,
            *[f"coalesce(hub_{kind}, array()) as hub_{kind}" for kind in ARRAYS],
            *_schema(_LETTERS).names, "rare_letters",
        )
    )  # fmt: skip


def _rare_letters(unhubbed: DataFrame) -> DataFrame:
    """node, rare_letters: as `resolution.nodes.FREE` has them; no row for a node without."""
    present = ", ".join(f"coalesce({column}, array())" for column in _schema(_LETTERS).names)
    spelt = unhubbed.selectExpr("node", f"explode(array_distinct(concat({present}))) as letters")
    rare = spelt.groupBy("letters").agg(F.expr("count(*) as nodes"))
    rare = rare.where(f"nodes between 2 and {RARE_NAME_NODES}").select("letters")
    own = spelt.join(rare, on="letters", how="left_semi")
    return own.groupBy("node").agg(F.expr("collect_list(letters) as rare_letters"))


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
