"""A frame as Parquet files of a table, written by the tasks that compute it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame

from pipelines.datafiles import DataFile, DataFileWriter

_REPORT = pa.schema([("name", pa.string()), ("bytes", pa.int64()), ("rows", pa.int64())])
_REPORT_DDL = "name string, bytes bigint, rows bigint"


def write_frame(frame: DataFrame, folder: str, schema: pa.Schema) -> list[DataFile]:
    """The files of a frame with this schema's columns; nothing is committed yet."""
    rows = frame.mapInArrow(_writer(folder, schema), _REPORT_DDL).collect()
    return [DataFile(row["name"], row["bytes"], row["rows"]) for row in rows]


def _writer(
    folder: str, schema: pa.Schema
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """A function for `mapInArrow`; it carries names, no row."""

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        writer = DataFileWriter(folder, schema)
        for batch in batches:
            writer.write(batch.cast(schema))
        file = writer.close()
        if file is not None:
            yield pa.RecordBatch.from_pylist([file._asdict()], _REPORT)

    return write
