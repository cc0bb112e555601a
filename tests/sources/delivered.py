"""Rows as bronze keeps them, and the records that come of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame, Row, SparkSession

from sources.assembly import KEY
from sources.batches import together, whole_groups
from sources.canonical import Canon
from sources.contract import SourceContract
from sources.event import EVENT_KEY, EVENTS, Happenings
from sources.mapping import ORDER, record_rows, typed_rows, with_newest_day
from sources.reading import bronze_schema
from sources.record import RECORDS

SECRET = bytes(range(32))


class Delivered(NamedTuple):
    """A delivered row: its columns as text, and where it lay."""

    day: int
    line: int
    values: dict[str, str | None]

    @property
    def file(self) -> str:
        return f"club/dt=2026-01-{self.day:02d}/members.csv"

    @property
    def hash(self) -> str:
        return hashlib.md5(repr(sorted(self.values.items())).encode()).hexdigest()  # noqa: S324


def bronze(spark: SparkSession, rows: Sequence[Delivered], source: SourceContract) -> Any:
    """A frame of the feed's only file kind, one partition, rows in this order."""
    contract = source.files[0]
    schema = bronze_schema(contract)
    made = [
        (
            row.file,
            row.line,
            1,
            date(2026, 1, row.day),
            row.hash,
            None,
            datetime(2026, 2, 1, tzinfo=UTC),
            *[row.values.get(name) for name in contract.columns],
        )
        for row in rows
    ]
    table = pa.Table.from_pylist(
        [dict(zip(schema.names, row, strict=True)) for row in made], schema
    )
    return spark.createDataFrame(table).coalesce(1)


def records(
    spark: SparkSession, rows: Sequence[Delivered], source: SourceContract, partitions: int = 1
) -> dict[str, Row]:
    """Records by source key: all that a run does between bronze and `silver.records`."""
    frame = bronze(spark, rows, source)
    if partitions > 1:
        frame = frame.repartition(partitions)
    return {row["source_key"]: row for row in standardised(frame, source, partitions)}


def standardised(bronze: DataFrame, source: SourceContract, partitions: int = 1) -> list[Row]:
    """`silver.records` of a feed with one file kind."""
    contract = source.files[0]
    mapping = contract.records[0]
    typed = typed_rows(bronze, contract)
    rows = record_rows(typed, source, mapping)
    spoken = with_newest_day(rows, rows, contract)
    canon = Canon(
        tuple(sorted(mapping.consents)),
        mapping.birth_date_formats,
        SECRET,
        RECORDS.arrow,
    )
    return made(together(spoken, KEY, ORDER, partitions), KEY, canon.records)


def happened(stated: DataFrame) -> list[Row]:
    """`silver.events` of rows that state them, in order of file and line."""
    happenings = Happenings(SECRET, EVENTS.arrow)
    rows = made(together(stated, EVENT_KEY, ORDER, 1), EVENT_KEY, happenings.events)
    return sorted(rows, key=lambda row: (row["file"], row["line"]))


def made(
    frame: DataFrame, keys: Sequence[str], make: Callable[[pa.RecordBatch], pa.RecordBatch]
) -> list[Row]:
    """What a task makes of its rows, in batches so small that groups lie across their borders."""
    batches = frame.toArrow().to_batches(max_chunksize=3)
    results = [make(batch) for batch in whole_groups(batches, keys)]
    return frame.sparkSession.createDataFrame(pa.Table.from_batches(results)).collect()
