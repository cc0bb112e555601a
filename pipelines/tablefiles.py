"""From a frame to the files of tables, made and written by the tasks that compute it.

What comes back to the driver is a line per file. Through Spark's own writer every table was a job
and a commit of seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from pipelines.cycles import no_cycle_collection
from pipelines.datafiles import DataFile, DataFileWriter
from pipelines.run import Run
from sources.batches import in_schema, whole_groups
from sources.schema import TableSchema

_REPORT = pa.schema(
    [("table", pa.string()), ("name", pa.string()), ("bytes", pa.int64()), ("rows", pa.int64())]
)
_REPORT_DDL = "table string, name string, bytes bigint, rows bigint"

Make = Callable[[pa.RecordBatch], dict[str, pa.RecordBatch]]
"""From a batch of a frame's rows to rows of tables, by the tables' names."""


def arrow_schema(table: TableSchema) -> pa.Schema:
    """The columns of a table's files."""
    return to_arrow_schema(table.struct)


def write_tables(
    run: Run, frame: DataFrame, keys: Sequence[str], make: Make, tables: Sequence[TableSchema]
) -> None:
    """Write candidate versions of these tables, each in one commit.

    `frame` is one of `batches.together`, and `make` sees batches that part no group of its keys;
    without keys, any frame and any batches. `make` goes to other processes, so it may carry rules
    and names, and no row.
    """
    schemas = {table.name: arrow_schema(table) for table in tables}
    # An empty version first: it makes the folder, and its columns may be new ones.
    for name, schema in schemas.items():
        run.write_arrow(schema.empty_table(), name, "overwrite")
    folders = {name: run.store.location(name) for name in schemas}
    written = frame.mapInArrow(_writer(keys, make, folders, schemas), _REPORT_DDL).collect()
    for name in schemas:
        files = [row for row in written if row["table"] == name]
        run.add_files(name, [DataFile(row["name"], row["bytes"], row["rows"]) for row in files])


def write_columns(run: Run, frame: DataFrame, *tables: TableSchema) -> None:
    """Write candidate versions of tables whose columns the frame has as they are."""
    schemas = {table.name: arrow_schema(table) for table in tables}

    def make(batch: pa.RecordBatch) -> dict[str, pa.RecordBatch]:
        return {name: in_schema(batch, schema) for name, schema in schemas.items()}

    write_tables(run, frame, (), make, tables)


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
