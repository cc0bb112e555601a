"""Records and identities -> the golden tables, in one Spark job.

Each task writes the rows of its customers as Parquet; what comes back to the driver is a line per
file. Through Spark's own writer every table was a job and a commit of seconds, and the frame that
they share had to be cached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
from pyspark.sql.pandas.types import to_arrow_schema

from pipelines.datafiles import DataFile, DataFileWriter
from pipelines.run import Run
from resolution.golden.assembly import GoldenInputs, members, whole_customers
from resolution.golden.consolidation import Consolidation
from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.golden.survivorship import read_rules
from resolution.schema import CLUSTERS, IDENTITIES
from sources.event import EVENTS
from sources.record import RECORDS

GOLDEN = (CUSTOMERS, ATTRIBUTES, CROSSWALK)
_REPORT = pa.schema(
    [("table", pa.string()), ("name", pa.string()), ("bytes", pa.int64()), ("rows", pa.int64())]
)
_REPORT_DDL = "table string, name string, bytes bigint, rows bigint"


def consolidate_customers(run: Run) -> None:
    """Write candidate versions of customers, attributes and crosswalk."""
    with run.stage("consolidate") as rows:
        consolidation = Consolidation(
            rules=read_rules(),
            trust={name: mapping.trust for name, mapping in run.catalog.record_mappings.items()},
            publication=run.publication,
            schemas={schema.name: to_arrow_schema(schema.struct) for schema in GOLDEN},
        )
        # An empty version first: it makes the folder, and its columns may be new ones.
        for name, schema in consolidation.schemas.items():
            run.write_arrow(schema.empty_table(), name, "overwrite")
        files = _write(run, consolidation)
        for name in consolidation.schemas:
            run.add_files(name, files.get(name, []))
            rows[name] = run.rows(name)


def _write(run: Run, consolidation: Consolidation) -> dict[str, list[DataFile]]:
    """The files of each table; nothing is committed yet."""
    inputs = GoldenInputs(
        records=run.read(RECORDS.name),
        events=run.read(EVENTS.name),
        identities=run.read(IDENTITIES.name),
        clusters=run.read(CLUSTERS.name),
    )
    folders = {name: run.store.location(name) for name in consolidation.schemas}
    written = members(inputs).mapInArrow(_writer(consolidation, folders), _REPORT_DDL).collect()
    files: dict[str, list[DataFile]] = {}
    for row in written:
        files.setdefault(row["table"], []).append(DataFile(row["name"], row["bytes"], row["rows"]))
    return files


def _writer(
    consolidation: Consolidation, folders: dict[str, str]
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """A function for `mapInArrow`; it carries rules and names, no row."""

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        writers = {
            name: DataFileWriter(folders[name], schema)
            for name, schema in consolidation.schemas.items()
        }
        for batch in whole_customers(batches):
            for name, rows in consolidation.rows(batch).items():
                writers[name].write(rows)
        for name, writer in writers.items():
            file = writer.close()
            if file is not None:
                report = {"table": name, **file._asdict()}
                yield pa.RecordBatch.from_pylist([report], _REPORT)

    return write
