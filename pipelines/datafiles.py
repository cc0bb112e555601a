"""Parquet files that a task writes into a table's folder; a commit makes them part of the table.

Until then no reader sees them: what a killed or repeated task left is rubbish for the next vacuum.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq


class DataFile(NamedTuple):
    """One written file: its name within the table's folder, its size, its rows."""

    name: str
    bytes: int
    rows: int


class DataFileWriter:
    """Writes batches of one schema to one file; without rows there is no file."""

    def __init__(self, folder: str, schema: pa.Schema) -> None:
        self._path = Path(folder) / f"part-{uuid.uuid4().hex}.parquet"
        self._schema = schema
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        if not batch.num_rows:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        self._writer.write_batch(batch)
        self._rows += batch.num_rows

    def close(self) -> DataFile | None:
        """End the file; None where nothing was written."""
        if self._writer is None:
            return None
        self._writer.close()
        return DataFile(self._path.name, self._path.stat().st_size, self._rows)
