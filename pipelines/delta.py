"""The only module that knows Delta: tables under one warehouse, by name and version.

Spark reads what is large and its tasks write Parquet; delta-rs makes every commit, without a JVM (a
small append takes 0.02 s, through Spark about 1 s).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from pipelines.datafiles import DataFile
from pipelines.errors import TableError
from pipelines.failpoints import reach

RETENTION = {
    # Files and log of a table must live at least as long as the publications that name them.
    "delta.deletedFileRetentionDuration": "interval 400 days",
    "delta.logRetentionDuration": "interval 400 days",
    # Readers that take a table's file list don't see deletion vectors.
    "delta.enableDeletionVectors": "false",
    # Statistics would keep values in the log after their rows are gone; ids are enough.
    "delta.dataSkippingNumIndexedCols": "1",
    "delta.checkpointInterval": "100",
}


class TableStore:
    """The tables of one warehouse. A name like `silver.records` is the folder `silver/records`."""

    def __init__(self, warehouse: Path | str) -> None:
        self.warehouse = str(warehouse).rstrip("/")

    def location(self, name: str) -> str:
        return f"{self.warehouse}/{name.replace('.', '/')}"

    def exists(self, name: str) -> bool:
        return bool(DeltaTable.is_deltatable(self.location(name)))

    def version(self, name: str) -> int | None:
        """The newest version; None where there is no table."""
        table = self._open(name)
        return None if table is None else int(table.version())

    def rows(self, name: str, version: int | None = None) -> int:
        """Row count from the log, without reading data; 0 where there is no table."""
        table = self._open(name, version)
        if table is None:
            return 0
        actions = pa.table(table.get_add_actions(flatten=True))
        if actions.num_rows == 0:
            return 0
        return int(sum(count or 0 for count in actions["num_records"].to_pylist()))

    def files(self, name: str, version: int | None = None) -> list[str]:
        """The Parquet files of a version, for engines that read Parquet."""
        table = self._open(name, version)
        return [] if table is None else _paths(table)

    def read(self, spark: SparkSession, name: str, version: int | None = None) -> DataFrame:
        """By the list of files that delta-rs gives: Delta's own reader cost a cold JVM 5 s."""
        with _faults(name):
            table = DeltaTable(self.location(name), version=version)
        schema = StructType.fromJson(json.loads(table.schema().to_json()))
        files = _paths(table)
        if not files:
            return spark.createDataFrame([], schema)
        return spark.read.schema(schema).parquet(*files)

    def read_arrow(self, name: str, version: int | None = None) -> pa.Table:
        """A small table as Arrow; raises where it does not exist."""
        with _faults(name):
            try:
                return DeltaTable(self.location(name), version=version).to_pyarrow_table()
            except pa.ArrowInvalid as error:
                raise TableError(name, error) from error

    def write_arrow(self, rows: Any, name: str, mode: str) -> int:
        """Append or overwrite through delta-rs in one commit; the new version.

        `rows` is anything that offers an Arrow stream, so that a large result needs no copy.
        """
        fresh = not self.exists(name)
        with _commit("write", name):
            write_deltalake(
                self.location(name),
                rows,
                mode="append" if mode == "append" else "overwrite",
                schema_mode="overwrite" if mode == "overwrite" and not fresh else None,
                configuration=RETENTION if fresh else None,
            )
        return int(DeltaTable(self.location(name)).version())

    def add_files(self, name: str, files: list[DataFile]) -> int:
        """Append Parquet files that lie in the table's folder in one commit; the new version.

        Through Spark's writer the same commit cost 2 to 3 CPU seconds, here 0.02.
        """
        return self._commit_files("add", name, _additions(files))

    def replace_files(self, name: str, files: list[DataFile], gone: list[str]) -> int:
        """Append files as `add_files` does and, in the same commit, let others go, by their names
        within the folder; the new version.
        """
        now = int(time.time() * 1000)
        removals = [
            RemoveAction(
                path=each,
                size=Path(self.location(name), each).stat().st_size,
                partition_values={},
                deletion_timestamp=now,
                data_change=True,
            )
            for each in gone
        ]
        return self._commit_files("replace", name, [*_additions(files), *removals])

    def _commit_files(
        self, kind: str, name: str, actions: Sequence[AddAction | RemoveAction]
    ) -> int:
        table = DeltaTable(self.location(name))
        with _commit(kind, name):
            table.create_write_transaction(list(actions), mode="append", schema=table.schema())
        return int(DeltaTable(self.location(name)).version())

    def delete(self, name: str, predicate: str) -> int:
        """Delete the rows that fit, in one commit; the new version."""
        with _commit("delete", name):
            DeltaTable(self.location(name)).delete(predicate)
        return int(DeltaTable(self.location(name)).version())

    def add_columns(self, name: str, schema: pa.Schema) -> int:
        """Add the columns that a table lacks, empty in all its rows; the version that has them."""
        table = DeltaTable(self.location(name))
        present = {field.name for field in table.schema().fields}
        if set(schema.names) <= present:
            return int(table.version())
        with _commit("widen", name):
            write_deltalake(table, schema.empty_table(), mode="append", schema_mode="merge")
        return int(DeltaTable(self.location(name)).version())

    def compact(self, name: str) -> int:
        """Rewrite small files as few large ones, in one commit; the new version."""
        with _commit("compact", name):
            DeltaTable(self.location(name)).optimize.compact()
        return int(DeltaTable(self.location(name)).version())

    def vacuum(self, name: str, versions: list[int], hours: float, *, dry_run: bool) -> int:
        """Delete files that none of these versions names and that are older; how many there are.

        `full` also finds what a killed task left. Spark's VACUUM deleted a wanted version.
        """
        with _commit("vacuum", name):
            gone = DeltaTable(self.location(name)).vacuum(
                retention_hours=int(hours),
                keep_versions=versions,
                dry_run=dry_run,
                enforce_retention_duration=False,
                full=True,
            )
        return len(gone)

    def is_complete(self, name: str, version: int) -> bool:
        """Whether all files of a version are still there."""
        try:
            return all(Path(file).exists() for file in self.files(name, version))
        except TableError:
            return False

    def reset(self, name: str, version: int | None) -> None:
        """Bring a table's head back to a version (None = empty); a commit only where it differs.

        What a failed candidate wrote stays readable by its version.
        """
        table = self._open(name)
        if table is None or table.version() == version:
            return
        # A vacuum commits, too, without changing a file.
        if version is not None and self.files(name) == self.files(name, version):
            return
        if version is None and not self.rows(name):
            return
        with _commit("reset", name):
            if version is None:
                table.delete(commit_properties=CommitProperties(custom_metadata={"reset": "empty"}))
            else:
                table.restore(version, protocol_downgrade_allowed=True)

    def _open(self, name: str, version: int | None = None) -> DeltaTable | None:
        with _faults(name):
            try:
                return DeltaTable(self.location(name), version=version)
            except TableNotFoundError:
                return None


def delta_files(folder: Path) -> list[str]:
    """The Parquet files of a Delta table that is nobody's warehouse; none where it is no table."""
    if not DeltaTable.is_deltatable(str(folder)):
        return []
    with _faults(folder.name):
        return _paths(DeltaTable(str(folder)))


def _paths(table: DeltaTable) -> list[str]:
    """Its files; delta-rs writes a blank in a local path as an address does, `%20`."""
    return sorted(uri if "://" in uri else unquote(uri) for uri in table.file_uris())


def _additions(files: list[DataFile]) -> list[AddAction | RemoveAction]:
    now = int(time.time() * 1000)
    return [
        AddAction(
            path=file.name,
            size=file.bytes,
            partition_values={},
            modification_time=now,
            data_change=True,
            stats=json.dumps({"numRecords": file.rows}),
        )
        for file in files
    ]


@contextmanager
def _commit(kind: str, name: str) -> Iterator[None]:
    """Around whatever may add a version to a table."""
    reach(f"before {kind} {name}")
    with _faults(name):
        yield
    reach(f"after {kind} {name}")


@contextmanager
def _faults(name: str) -> Iterator[None]:
    """Errors that only this module can name, as one of ours."""
    try:
        yield
    except (DeltaError, FileNotFoundError) as error:
        raise TableError(name, error) from error
