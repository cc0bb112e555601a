"""Connected components of a graph that fits into no single process, on Spark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from resolution.clustering import components
from resolution.nodes import smallest_member
from sources.batches import colocated

EDGES_OF_A_TASK = 2_000_000
"""Edges that one task contracts; about 1 GB in SciPy with their texts."""

_STAR = "node string, first string"
_WEAKEST = "component_id string, weakest_link int"


def connected(edges: DataFrame, edges_of_a_task: int = EDGES_OF_A_TASK) -> DataFrame:
    """node, first: for every node of `edges` (left, right: strings) that is not the smallest of its
    component, that smallest one.

    Each task contracts its own edges first; what is left goes through the large-star and
    small-star steps of Kiveris and others (2014), which need a number of rounds that grows with
    the logarithm of the nodes, not with the length of chains. Every round is checkpointed, because
    a plan that holds all rounds before it would be computed anew each time.
    """
    tasks = -(-edges.count() // edges_of_a_task)
    star = _kept(edges.repartition(max(tasks, 1)).mapInArrow(_contract, _STAR))
    if tasks <= 1:
        return star
    before = None
    while (now := _fingerprint(star)) != before:
        before = now
        star = _kept(_small_star(_large_star(star)))
    return star


def weakest_links(edges: DataFrame, partitions: int) -> DataFrame:
    """component_id, weakest_link: per component the smallest weight in its strongest spanning tree.

    `edges` has component_id, left, right and weight. A component is one task's; one of 2 million
    edges takes seconds.
    """
    return colocated(edges, ["component_id"], partitions).mapInArrow(_weakest, _WEAKEST)


def _kept(frame: DataFrame) -> DataFrame:
    return frame.checkpoint(eager=True)


def _fingerprint(star: DataFrame) -> tuple[int, int | None]:
    """Of the set of edges; one row comes back."""
    summed = star.agg(F.count("*"), F.expr("sum(cast(xxhash64(node, first) as decimal(38,0)))"))
    rows, digest = summed.collect()[0]
    return rows, None if digest is None else int(digest)


def _large_star(star: DataFrame) -> DataFrame:
    """A node's larger neighbours go to the smallest of its neighbours and itself."""
    both = star.unionByName(star.selectExpr("first as node", "node as first"))
    smallest = both.groupBy("node").agg(F.expr("least(node, min(first)) as root"))
    larger = both.where("first > node").join(smallest, on="node")
    return larger.selectExpr("first as node", "root as first").distinct()


def _small_star(star: DataFrame) -> DataFrame:
    """Every smaller neighbour of a node, and the node itself, go to the smallest of them."""
    smallest = star.groupBy("node").agg(F.expr("min(first) as root"))
    smaller = star.join(smallest, on="node").where("first <> root")
    moved = smaller.selectExpr("first as node", "root as first")
    return moved.unionByName(smallest.selectExpr("node", "root as first")).distinct()


def _contract(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for table in whole(batches):
        names, left, right = numbered(table)
        yield _star_of(names, left, right)


def _star_of(names: pa.Array, left: np.ndarray, right: np.ndarray) -> pa.RecordBatch:
    first = smallest_member(len(names), left, right)
    nodes = np.flatnonzero(first != np.arange(len(names)))
    columns = [names.take(pa.array(nodes)), names.take(pa.array(first[nodes]))]
    return pa.RecordBatch.from_arrays(columns, ["node", "first"])


def _weakest(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for table in whole(batches):
        names, left, right = numbered(table)
        weights = table["weight"].to_numpy().astype(np.int32)
        _, weakest = components(len(names), left, right, weights)
        links = {"component_id": table["component_id"], "weakest_link": pa.array(weakest[left])}
        grouped = pa.table(links).group_by("component_id").aggregate([("weakest_link", "min")])
        yield from grouped.rename_columns(["component_id", "weakest_link"]).to_batches()


def whole(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """All rows of a task as one table, where there are any."""
    kept = [batch for batch in batches if batch.num_rows]
    if kept:
        yield pa.Table.from_batches(kept)


def numbered(table: pa.Table) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    """The names of the nodes in order, and both ends of the edges as places among them."""
    ends = [table[name].combine_chunks() for name in ("left", "right")]
    names = pc.unique(pa.concat_arrays(ends))
    names = names.take(pc.sort_indices(names))
    left, right = (pc.index_in(end, value_set=names).to_numpy().astype(np.int32) for end in ends)
    return names, left, right
