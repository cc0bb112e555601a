"""One Spark job over all delivered files: each task frames one and writes its rows as Parquet.

What comes back to the driver is a line of figures per file. A task that is repeated writes files
of other names, and only those of the attempt that counted are committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from pyspark.sql import SparkSession

from pipelines.cycles import no_cycle_collection
from pipelines.datafiles import DataFile, DataFileWriter
from sources.contract import FileContract
from sources.delivery import Delivery
from sources.reading import LINES, QUARANTINE, bronze_schema, read_batches

_REPORT = pa.schema(
    [
        ("place", pa.int64()),
        ("good_name", pa.string()),
        ("good_bytes", pa.int64()),
        ("good_rows", pa.int64()),
        ("good_lines", pa.int64()),
        ("bad_name", pa.string()),
        ("bad_bytes", pa.int64()),
        ("bad_rows", pa.int64()),
        ("bad_lines", pa.int64()),
        ("new_columns", pa.list_(pa.string())),
    ]
)
_REPORT_DDL = (
    "place bigint, good_name string, good_bytes bigint, good_rows bigint, good_lines bigint, "
    "bad_name string, bad_bytes bigint, bad_rows bigint, bad_lines bigint, "
    "new_columns array<string>"
)


@dataclass(frozen=True)
class Landing:
    """A file to land: whose it is, and the folders of its bronze and its quarantine table."""

    delivery: Delivery
    contract: FileContract
    bronze: str
    quarantine: str


@dataclass(frozen=True)
class Landed:
    """What a task made of a file; lines are those of `Delivery.lines`, rows those of the tables."""

    delivery: Delivery
    good: DataFile | None
    bad: DataFile | None
    good_lines: int
    bad_lines: int
    new_columns: tuple[str, ...]


def land(spark: SparkSession, files: list[Landing], ingested_at: datetime) -> list[Landed]:
    """Write the rows of all files; nothing is committed yet."""
    if not files:
        return []
    count = len(files)
    places = spark.range(0, count, 1, count)
    rows = places.mapInArrow(_lander(files, ingested_at), _REPORT_DDL).collect()
    return [
        Landed(
            delivery=files[row["place"]].delivery,
            good=_data_file(row["good_name"], row["good_bytes"], row["good_rows"]),
            bad=_data_file(row["bad_name"], row["bad_bytes"], row["bad_rows"]),
            good_lines=row["good_lines"],
            bad_lines=row["bad_lines"],
            new_columns=tuple(row["new_columns"]),
        )
        for row in sorted(rows, key=lambda row: row["place"])
    ]


def _data_file(name: str | None, size: int, rows: int) -> DataFile | None:
    return None if name is None else DataFile(name, size, rows)


def _lander(
    files: list[Landing], ingested_at: datetime
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """A function for `mapInArrow`; it carries names and contracts, no row."""

    def lands(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for place in batch.column(0).to_pylist():
                report = {"place": place, **_land_file(files[place], ingested_at)}
                yield pa.RecordBatch.from_pylist([report], _REPORT)

    return lands


def _land_file(file: Landing, ingested_at: datetime) -> dict[str, object]:
    good = DataFileWriter(file.bronze, bronze_schema(file.contract))
    bad = DataFileWriter(file.quarantine, QUARANTINE)
    good_lines = bad_lines = 0
    new_columns: set[str] = set()
    with no_cycle_collection():
        for batch in read_batches(file.delivery, file.contract, ingested_at):
            good.write(batch.good)
            bad.write(batch.bad)
            good_lines += sum(batch.good.column(LINES).to_pylist())
            bad_lines += sum(batch.bad.column("lines").to_pylist())
            new_columns |= batch.new_columns
    report: dict[str, object] = {
        "good_lines": good_lines,
        "bad_lines": bad_lines,
        "new_columns": sorted(new_columns),
    }
    for kind, writer in (("good", good), ("bad", bad)):
        written = writer.close()
        if written is not None:
            report |= {f"{kind}_{name}": value for name, value in written._asdict().items()}
    return report
