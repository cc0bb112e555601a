"""SQL for DuckDB that Spark's tasks run on their rows.

Spark brings rows together; the very statements of the DuckDB engine say what becomes of them, so
the two cannot differ in a function's finer points (case of letters, order of texts, distances).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import duckdb
import pyarrow as pa

from sources.batches import in_schema

ROWS = "task_rows"
"""The relation of the task's rows in the statements; it can be read once."""


@dataclass(frozen=True)
class TaskQuery:
    """A function for `mapInArrow`: `select` on the rows of a whole partition, as a stream.

    `before` are statements that run first; `tables` are small relations that every task gets. The
    result is cast to `schema`.
    """

    select: str
    schema: pa.Schema
    before: tuple[str, ...] = ()
    tables: dict[str, pa.Table] = field(default_factory=dict)

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        waiting = iter(batches)
        first = next(waiting, None)
        if first is None:
            return
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("set TimeZone = 'UTC'")
            rows = pa.RecordBatchReader.from_batches(first.schema, chain([first], waiting))
            for name, relation in {**self.tables, ROWS: rows}.items():
                connection.register(name, relation)
            for statement in self.before:
                connection.execute(statement)
            for batch in connection.sql(self.select).to_arrow_reader():
                yield in_schema(batch, self.schema)
