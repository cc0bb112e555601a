"""Links between records into clusters, and the one form in which every peer writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

NAME = "clusters.parquet"
Record = tuple[str, str]


def connected(links: Iterable[tuple[int, int]], size: int) -> list[int]:
    """The least member of each record's connected component; records are 0 .. size - 1."""
    parent = list(range(size))

    def root(record: int) -> int:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for left, right in links:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return [root(record) for record in range(size)]


def write_clusters(out: Path, records: Sequence[Record], clusters: Sequence[object]) -> None:
    """Write `clusters.parquet`: source and record_id of each record, and its cluster_id."""
    out.mkdir(parents=True, exist_ok=True)
    table = {
        "source": pa.array([source for source, _ in records], pa.string()),
        "record_id": pa.array([key for _, key in records], pa.string()),
        "cluster_id": pa.array([str(cluster) for cluster in clusters], pa.string()),
    }
    pq.write_table(pa.table(table), out / NAME)
