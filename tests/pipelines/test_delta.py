"""Tables under one warehouse: versions, counts from the log, and heads brought back."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from pipelines.datafiles import DataFileWriter
from pipelines.delta import RETENTION, TableStore


def numbers(*values: int) -> pa.Table:
    return pa.table({"id": pa.array(values, pa.int64())})


def ids(store: TableStore, name: str, version: int | None = None) -> list[int]:
    return sorted(store.read_arrow(name, version)["id"].to_pylist())


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path / "warehouse")


def test_a_table_that_is_not_there(store: TableStore) -> None:
    assert not store.exists("silver.records")
    assert store.version("silver.records") is None
    assert store.rows("silver.records") == 0
    assert store.files("silver.records") == []
    store.reset("silver.records", None)
    assert not store.exists("silver.records")


def test_every_write_is_one_version_and_old_ones_stay(store: TableStore) -> None:
    versions = [
        store.write_arrow(numbers(1, 2), "a.b", "append"),
        store.write_arrow(numbers(3), "a.b", "append"),
        store.write_arrow(numbers(9), "a.b", "overwrite"),
    ]
    assert versions == [0, 1, 2]
    assert [ids(store, "a.b", version) for version in versions] == [[1, 2], [1, 2, 3], [9]]
    assert [store.rows("a.b", version) for version in versions] == [2, 3, 1]
    assert [len(store.files("a.b", version)) for version in versions] == [1, 2, 1]
    assert store.rows("a.b") == 1


def test_an_overwrite_may_change_the_columns_and_an_append_may_not(store: TableStore) -> None:
    store.write_arrow(numbers(1), "a.b", "append")
    other = pa.table({"id": ["x"], "more": [1.5]})
    store.write_arrow(other, "a.b", "overwrite")
    assert store.read_arrow("a.b").column_names == ["id", "more"]
    with pytest.raises(Exception, match=r"(?i)schema|cast|field"):
        store.write_arrow(numbers(1), "a.b", "append")
    assert store.version("a.b") == 1


def test_reset_brings_the_head_back_and_keeps_what_was_written(store: TableStore) -> None:
    for value in (1, 2, 3):
        store.write_arrow(numbers(value), "a.b", "append")
    store.reset("a.b", 0)
    assert ids(store, "a.b") == [1]
    assert ids(store, "a.b", 2) == [1, 2, 3]
    head = store.version("a.b")
    store.reset("a.b", head)
    assert store.version("a.b") == head
    store.reset("a.b", None)
    assert store.rows("a.b") == 0
    emptied = store.version("a.b")
    store.reset("a.b", None)
    assert store.version("a.b") == emptied


def test_spark_reads_every_version_and_may_write(store: TableStore, spark: SparkSession) -> None:
    assert store.write_arrow(numbers(1), "a.b", "append") == 0
    more = spark.createDataFrame([(2,)], "id bigint")
    more.write.format("delta").mode("append").save(store.location("a.b"))
    assert store.version("a.b") == 1
    assert ids(store, "a.b") == [1, 2]
    assert store.write_arrow(pa.table({"word": ["x"]}), "a.b", "overwrite") == 2
    assert store.read(spark, "a.b").collect() == [("x",)]
    assert {row["id"] for row in store.read(spark, "a.b", 0).collect()} == {1}
    configuration = DeltaTable(store.location("a.b")).metadata().configuration
    assert {key: configuration.get(key) for key in RETENTION} == RETENTION


def test_files_of_a_task_become_rows_with_the_commit_and_not_before(
    store: TableStore, spark: SparkSession
) -> None:
    store.write_arrow(numbers(1), "a.b", "append")
    writer = DataFileWriter(store.location("a.b"), numbers().schema)
    for value in (2, 3):
        writer.write(numbers(value).to_batches()[0])
    file = writer.close()
    assert file is not None
    assert (file.rows, ids(store, "a.b")) == (2, [1])
    version = store.add_files("a.b", [file])
    assert ids(store, "a.b", version) == [1, 2, 3]
    assert store.rows("a.b", version) == 3
    assert sorted(row["id"] for row in store.read(spark, "a.b", version).collect()) == [1, 2, 3]


def test_a_task_without_rows_writes_no_file(store: TableStore) -> None:
    store.write_arrow(numbers(1), "a.b", "append")
    before = set(Path(store.location("a.b")).iterdir())
    writer = DataFileWriter(store.location("a.b"), numbers().schema)
    writer.write(pa.RecordBatch.from_pylist([], numbers().schema))
    assert writer.close() is None
    assert set(Path(store.location("a.b")).iterdir()) == before
