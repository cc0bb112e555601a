"""Bronze -> silver: one row per source identity, per stated link, and per thing that happened."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from pipelines.run import Run
from pipelines.tablefiles import write_frame
from pipelines.tables import bronze_table
from sources.assembly import assemble, normalise
from sources.event import EVENTS
from sources.mapping import (
    event_rows,
    link_rows,
    newest_events,
    record_rows,
    typed_rows,
    with_newest_day,
)
from sources.record import LINKS, RECORDS
from sources.schema import TableSchema


def standardise_records(run: Run) -> None:
    """`silver.records` and `silver.links` from all of bronze."""
    with run.stage("records") as counts:
        spoken: list[DataFrame] = []
        links: list[DataFrame] = []
        formats: dict[str, None] = {}
        channels: set[str] = set()
        for source, contract in run.catalog.files:
            typed = typed_rows(run.read(bronze_table(contract)), contract)
            for mapping in contract.records:
                rows = record_rows(typed, source, mapping)
                spoken.append(with_newest_day(rows, contract))
                formats |= dict.fromkeys(mapping.birth_date_formats)
                channels |= set(mapping.consents)
            links += [link_rows(typed, link, run.secret) for link in contract.links]
        assembled = assemble(_union(spoken), sorted(channels))
        _write(run, normalise(assembled, list(formats), run.secret), RECORDS)
        if links:
            _write(run, LINKS.select(_union(links)), LINKS)
        else:
            run.overwrite(run.spark.createDataFrame([], LINKS.struct), LINKS.name)
        counts[RECORDS.name] = run.rows(RECORDS.name)
        counts[LINKS.name] = run.rows(LINKS.name)


def standardise_events(run: Run) -> None:
    """`silver.events` from all of bronze."""
    with run.stage("events") as rows:
        events = [
            event_rows(typed_rows(run.read(bronze_table(contract)), contract), contract, mapping)
            for _, contract in run.catalog.files
            for mapping in contract.events
        ]
        if events:
            _write(run, newest_events(_union(events), run.secret), EVENTS)
        else:
            run.overwrite(run.spark.createDataFrame([], EVENTS.struct), EVENTS.name)
        rows[EVENTS.name] = run.rows(EVENTS.name)


def _write(run: Run, frame: DataFrame, table: TableSchema) -> None:
    schema = to_arrow_schema(table.struct)
    # An empty version first: it makes the folder, and its columns may be new ones.
    run.write_arrow(schema.empty_table(), table.name, "overwrite")
    run.add_files(table.name, write_frame(frame, run.store.location(table.name), schema))


def _union(frames: list[DataFrame]) -> DataFrame:
    return reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames)
