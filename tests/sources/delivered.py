"""Rows as bronze keeps them, and the records that come of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import Row, SparkSession

from sources.assembly import assemble, normalise
from sources.contract import SourceContract
from sources.mapping import record_rows, typed_rows, with_newest_day
from sources.reading import bronze_schema

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
    contract = source.files[0]
    frame = bronze(spark, rows, source)
    if partitions > 1:
        frame = frame.repartition(partitions)
    mapping = contract.records[0]
    spoken = with_newest_day(record_rows(typed_rows(frame, contract), source, mapping), contract)
    assembled = assemble(spoken, sorted(mapping.consents))
    normal = normalise(assembled, list(mapping.birth_date_formats), SECRET)
    return {row["source_key"]: row for row in normal.collect()}
