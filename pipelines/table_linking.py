"""Files of persons in, records, edges and clusters out: no warehouse, no JVM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.delta import delta_files
from pipelines.errors import ConfigurationError
from pipelines.views import utc_connection
from resolution.guard import DEFAULT_GUARD
from resolution.linking.link import Linked, LinkSettings, link
from resolution.linking.outcome import CLUSTERS, RECORDS, Figures, edges, figures
from resolution.model.artefact import write_model
from sources.literals import literal
from sources.record import LINKS
from sources.record import RECORDS as RECORD_TABLE
from sources.tables.contract import TablesContract
from sources.tables.drafting import Draft, draft
from sources.tables.reading import read_table
from sources.tables.records import Named, extras_of, records_of


@dataclass(frozen=True)
class TablesLinked:
    """The connection that `resolution.linking.link` leaves, its model, and what it found."""

    connection: duckdb.DuckDBPyConnection
    linked: Linked
    figures: Figures


def read_tables(paths: Sequence[Path]) -> dict[Path, pa.Table]:
    """Rows as texts by file; CSV, Parquet, or the folder of a Delta table."""
    twice = sorted({path.stem for path in paths if [p.stem for p in paths].count(path.stem) > 1})
    if twice:
        raise ConfigurationError(
            f"two files are called {twice}: records are told apart by the file's name without its"
            " suffix; rename one"
        )
    return {path: read_table(path, delta_files(path) if path.is_dir() else ()) for path in paths}


def drafts(tables: Mapping[Path, pa.Table]) -> dict[str, Draft]:
    """A proposal for every file, by its stem."""
    return {path.stem: draft(rows) for path, rows in tables.items()}


@contextmanager
def linked_tables(
    tables: Mapping[Path, pa.Table], contract: TablesContract, seed: int
) -> Iterator[TablesLinked]:
    """The rows of all files as one pool, each file with its own columns."""
    named = [Named(path, rows, contract.of(path)) for path, rows in tables.items()]
    with utc_connection() as connection:
        _load(connection, named)
        free = tuple(one.source for one in named if one.contract.duplicate_free)
        made = link(connection, LinkSettings(DEFAULT_GUARD, free, seed=seed))
        yield TablesLinked(connection, made, figures(connection))


def _load(connection: duckdb.DuckDBPyConnection, named: Sequence[Named]) -> None:
    """The relations that linking reads."""
    records, extras = [], []
    for one in named:
        batch = records_of(one, RECORD_TABLE.arrow)
        records.append(pa.Table.from_batches([batch]))
        extras.append(pa.table({"record_id": batch["record_id"], **extras_of(one)}))
    relations = {
        "records": pa.concat_tables(records),
        "extras": pa.concat_tables(extras, promote_options="default"),
        "links": LINKS.arrow.empty_table(),
    }
    for name, rows in relations.items():
        connection.register("rows_of_files", rows)
        connection.execute(f"create table {name} as from rows_of_files")
        connection.unregister("rows_of_files")


def write_outputs(made: TablesLinked, out: Path) -> None:
    """`records.parquet`, `edges.parquet`, `clusters.parquet` and `model.json`, each whole or not at
    all; clusters come last, so that who sees them sees the others.
    """
    out.mkdir(parents=True, exist_ok=True)
    model = made.linked.model
    write_model(model, out / "model.json")
    for name, rows in (("records", RECORDS), ("edges", edges(model)), ("clusters", CLUSTERS)):
        path = out / f"{name}.parquet"
        partial = path.with_name(f"{path.name}.partial")
        made.connection.execute(f"copy ({rows}) to {literal(partial)} (format parquet)")
        partial.replace(path)
