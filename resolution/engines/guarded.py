"""The guard on Spark: a component, and then a piece, is one task's; the arrays are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from resolution.engines.components import numbered, whole
from resolution.guard import GuardSettings, Pairs, clusters, pieces
from resolution.nodes import smallest_member
from sources.batches import colocated

Batches = Iterable[pa.RecordBatch]


def pieces_of_components(edges: DataFrame, settings: GuardSettings, partitions: int) -> DataFrame:
    """node, piece: for every node of `edges` (component, left, right, weight)."""

    def part(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in whole(batches):
            names, left, right = numbered(table)
            weight = table["weight"].to_numpy().astype(np.int32)
            piece = pieces(len(names), left, right, weight, settings)
            yield _named(names, piece, "piece")

    return _by(edges, "component", part, "node string, piece string", partitions)


def clusters_of_pieces(pairs: DataFrame, settings: GuardSettings, partitions: int) -> DataFrame:
    """node, cluster: for every node of `pairs` (piece, left, right, weight, known, apart)."""

    def part(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in whole(batches):
            names, left, right = numbered(table)
            weighed = Pairs(
                left, right, *(table[name].to_numpy() for name in ("weight", "known", "apart"))
            )
            piece = smallest_member(len(names), left, right)
            yield _named(names, clusters(len(names), piece, weighed, settings), "cluster")

    return _by(pairs, "piece", part, "node string, cluster string", partitions)


def _named(names: pa.Array, first: np.ndarray, column: str) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([names, names.take(pa.array(first))], ["node", column])


def _by(
    frame: DataFrame,
    key: str,
    part: Callable[[Batches], Iterator[pa.RecordBatch]],
    ddl: str,
    partitions: int,
) -> DataFrame:
    return colocated(frame, [key], partitions).mapInArrow(part, ddl)
