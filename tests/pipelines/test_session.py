"""What a session of ours does otherwise than Spark by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyspark.sql import SparkSession


def test_tasks_import_the_installed_pyspark_and_no_zip_archive(spark: SparkSession) -> None:
    def look(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import sys
        from zipimport import zipimporter

        import pyspark

        for _ in batches:
            finders = sys.path_importer_cache.values()
            archives = sum(isinstance(finder, zipimporter) for finder in finders)
            row = {"path": pyspark.__file__, "archives": archives}
            yield pa.RecordBatch.from_pylist([row])

    (row,) = spark.range(1).mapInArrow(look, "path string, archives bigint").collect()
    assert ".zip" not in row["path"]
    assert row["archives"] == 0


def test_a_batch_for_a_task_ends_with_its_rows_and_not_with_its_bytes(spark: SparkSession) -> None:
    def count(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_pylist([{"rows": batch.num_rows}])

    wide = spark.range(0, 25_000, 1, 1).selectExpr("repeat('x', 10000) as text")
    rows = wide.mapInArrow(count, "rows bigint").collect()
    assert [row["rows"] for row in rows] == [10_000, 10_000, 5_000]
