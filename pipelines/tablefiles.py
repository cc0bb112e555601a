"""From a frame to the files of tables, made and written by the tasks that compute it.

What comes back to the driver is a line per file. Through Spark's own writer every table was a job
and a commit of seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame

from pipelines.cycles import no_cycle_collection
from pipelines.datafiles import DataFile, DataFileWriter
from pipelines.replacing import replace_rows
from pipelines.run import Run
from sources.batches import in_schema, whole_groups
from sources.schema import TableSchema

_REPORT = pa.schema(
    [("table", pa.string()), ("name", pa.string()), ("bytes", pa.int64()), ("rows", pa.int64())]
)
_REPORT_DDL = "table string, name string, bytes bigint, rows bigint"

Make = Callable[[pa.RecordBatch], dict[str, pa.RecordBatch]]
"""From a batch of a frame's rows to rows of tables, by the tables' names."""


@dataclass(frozen=True)
class Replaced:
    """Rows that new ones come for: those with the same value in this column, and those with one of
    these values.
    """

    column: str
    values: pa.ChunkedArray | None = None


@dataclass(frozen=True)
class Making:
    """From the rows of a frame to those of tables.

    `frame` is one of `batches.together`, and `make` sees batches that part no group of its keys;
    without keys, any frame and any batches. `make` goes to other processes, so it may carry rules
    and names, and no row.
    """

    frame: DataFrame
    make: Make
    keys: Sequence[str] = ()


def write_tables(run: Run, making: Making, tables: Sequence[TableSchema]) -> None:
    """Write candidate versions of these tables, each in one commit."""
    # An empty version first: it makes the folder, and its columns may be new ones.
    for table in tables:
        run.write_arrow(table.arrow.empty_table(), table.name, "overwrite")
    for name, files in _written(run, making, tables).items():
        run.add_files(name, files)


def renew_tables(
    run: Run, making: Making, tables: Sequence[TableSchema], replaced: Replaced
) -> None:
    """As `write_tables`, but the rows come in the place of some that the tables have."""
    for name, files in _written(run, making, tables).items():
        folder = run.store.location(name)
        run.renewed[name] = [f"{folder}/{file.name}" for file in files]
        gone = [
            chunk
            for path in run.renewed[name]
            for chunk in pq.read_table(path, columns=[replaced.column])[replaced.column].chunks
        ]
        others = [] if replaced.values is None else replaced.values.chunks
        values = pa.chunked_array([*gone, *others], pa.string())
        replace_rows(run, name, replaced.column, values, files)


def _written(run: Run, making: Making, tables: Sequence[TableSchema]) -> dict[str, list[DataFile]]:
    """Files by table, in its folder and in no version of it yet."""
    schemas = {table.name: table.arrow for table in tables}
    folders = {name: run.store.location(name) for name in schemas}
    write = _writer(making.keys, making.make, folders, schemas)
    written = making.frame.mapInArrow(write, _REPORT_DDL).collect()
    files: dict[str, list[DataFile]] = {name: [] for name in schemas}
    for row in written:
        files[row["table"]].append(DataFile(row["name"], row["bytes"], row["rows"]))
    return files


def write_columns(run: Run, frame: DataFrame, table: TableSchema) -> None:
    """Write a candidate version of a table whose columns the frame has as they are."""
    write_tables(run, Making(frame, columns_of(table)), [table])


def columns_of(table: TableSchema) -> Make:
    """For a frame that has a table's columns as they are."""
    name, schema = table.name, table.arrow
    return lambda batch: {name: in_schema(batch, schema)}


def _writer(
    keys: Sequence[str], make: Make, folders: dict[str, str], schemas: dict[str, pa.Schema]
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        writers = {name: DataFileWriter(folders[name], schema) for name, schema in schemas.items()}
        with no_cycle_collection():
            for batch in whole_groups(batches, keys) if keys else batches:
                for name, rows in make(batch).items():
                    writers[name].write(rows)
        for name, writer in writers.items():
            file = writer.close()
            if file is not None:
                yield pa.RecordBatch.from_pylist([{"table": name, **file._asdict()}], _REPORT)

    return write
