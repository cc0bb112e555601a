"""Every kind of reader shows the rows of one publication, whatever the tables' heads are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from pipelines.delta import TableStore
from pipelines.errors import PublicationError
from pipelines.publication_decisions import restore
from pipelines.snapshot import Snapshot
from tests.pipelines.publications import put

SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("emails", pa.list_(pa.string())),
        ("first_seen", pa.timestamp("us", tz="UTC")),
    ]
)
TABLE, EMPTY = "golden.customers", "golden.crosswalk"


def customers(*names: str) -> pa.Table:
    rows = [
        {"customer_id": name, "emails": [name], "first_seen": datetime(2026, 1, 5, tzinfo=UTC)}
        for name in names
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two publications; the heads are those of a candidate that was rejected."""
    path = tmp_path_factory.mktemp("ware'house")
    store = TableStore(path)
    empty = store.write_arrow(customers(), EMPTY, "append")
    for state, names in (("published", "a"), ("published", "abc"), ("rejected", "xyz")):
        version = store.write_arrow(customers(*names), TABLE, "overwrite")
        put(store, state, tables={TABLE: version, EMPTY: empty})
    store.write_arrow(customers("late"), EMPTY, "append")
    return path


Reader = Callable[[Snapshot, SparkSession, str], list[str]]


def by_duckdb(snapshot: Snapshot, _: SparkSession, table: str) -> list[str]:
    rows = snapshot.duckdb().execute(f"select customer_id from {table} order by 1").fetchall()
    return [row[0] for row in rows]


def by_arrow(snapshot: Snapshot, _: SparkSession, table: str) -> list[str]:
    return sorted(snapshot.arrow(table)["customer_id"].to_pylist())


def by_pandas(snapshot: Snapshot, _: SparkSession, table: str) -> list[str]:
    return sorted(snapshot.pandas(table)["customer_id"])


def by_polars(snapshot: Snapshot, _: SparkSession, table: str) -> list[str]:
    return sorted(snapshot.polars(table).collect()["customer_id"].to_list())


def by_spark(snapshot: Snapshot, spark: SparkSession, table: str) -> list[str]:
    return sorted(row["customer_id"] for row in snapshot.spark(spark, table).collect())


def by_spark_sql(snapshot: Snapshot, spark: SparkSession, table: str) -> list[str]:
    snapshot.spark_views(spark)
    rows = spark.sql(f"select customer_id from {table.replace('.', '_')} order by 1").collect()
    return [row["customer_id"] for row in rows]


READERS: list[Reader] = [by_duckdb, by_arrow, by_pandas, by_polars, by_spark, by_spark_sql]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_all_readers_show_the_same_publication(
    warehouse: Path, spark: SparkSession, reader: Reader
) -> None:
    live, first = Snapshot(warehouse), Snapshot(warehouse, "p000001")
    assert reader(live, spark, TABLE) == ["a", "b", "c"]
    assert reader(live, spark, EMPTY) == []
    assert reader(first, spark, TABLE) == ["a"]


def test_what_a_snapshot_knows(warehouse: Path) -> None:
    snapshot = Snapshot(warehouse)
    assert snapshot.publication.publication == "p000002"
    assert snapshot.tables == [EMPTY, TABLE]
    assert snapshot.version(TABLE) == 1
    assert Path(snapshot.location(TABLE)) == warehouse / "golden" / "customers"
    with pytest.raises(PublicationError, match=r"has no table 'golden\.moods'; it has golden"):
        snapshot.location("golden.moods")


def test_duckdb_shows_times_in_utc_and_the_manifest_beside(warehouse: Path) -> None:
    connection = Snapshot(warehouse).duckdb()
    query = f"select first_seen::varchar, emails from {TABLE} where customer_id = 'a'"
    assert connection.execute(query).fetchall() == [("2026-01-05 00:00:00+00", ["a"])]
    states: list[Any] = connection.execute(
        "select state from ops.publications order by publication"
    ).fetchall()
    assert [row[0] for row in states] == ["published", "published", "rejected"]


def test_without_a_publication_there_is_nothing_to_see(tmp_path: Path, warehouse: Path) -> None:
    with pytest.raises(PublicationError, match="has no publication yet; type 'scv run' first"):
        Snapshot(tmp_path)
    with pytest.raises(PublicationError, match="'p000077'"):
        Snapshot(warehouse, "p000077")


def test_a_restore_is_what_the_next_reader_sees(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    for name in "ab":
        version = store.write_arrow(customers(name), TABLE, "overwrite")
        put(store, "published", tables={TABLE: version})
    open_reader = Snapshot(tmp_path)
    restore(store, "p000001", "by-hand")
    assert Snapshot(tmp_path).arrow(TABLE)["customer_id"].to_pylist() == ["a"]
    assert open_reader.arrow(TABLE)["customer_id"].to_pylist() == ["b"]
