"""Bronze -> silver: one row per source identity, per stated link, and per thing that happened."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame

from pipelines.run import Run
from pipelines.tables import bronze_table
from sources.assembly import assemble, normalise
from sources.event import EVENTS
from sources.mapping import event_rows, link_rows, record_rows, typed_rows
from sources.record import LINKS, RECORDS


def standardise_records(run: Run) -> None:
    """`silver.records` and `silver.links` from all of bronze."""
    with run.stage("records") as rows:
        assembled: list[DataFrame] = []
        links: list[DataFrame] = []
        formats: dict[str, None] = {}
        for source, contract in run.catalog.files:
            typed = typed_rows(run.read(bronze_table(contract)), contract)
            for mapping in contract.records:
                spoken = record_rows(typed, source, mapping, run.secret)
                assembled.append(assemble(spoken, contract, mapping))
                formats |= dict.fromkeys(mapping.birth_date_formats)
            links += [link_rows(typed, link, run.secret) for link in contract.links]
        run.overwrite(normalise(_union(assembled), list(formats)), RECORDS.name)
        if links:
            run.overwrite(LINKS.select(_union(links)), LINKS.name)
        else:
            run.overwrite(run.spark.createDataFrame([], LINKS.struct), LINKS.name)
        rows[RECORDS.name] = run.rows(RECORDS.name)
        rows[LINKS.name] = run.rows(LINKS.name)


def standardise_events(run: Run) -> None:
    """`silver.events` from all of bronze."""
    with run.stage("events") as rows:
        events = [
            event_rows(
                typed_rows(run.read(bronze_table(contract)), contract),
                contract,
                mapping,
                run.secret,
            )
            for _, contract in run.catalog.files
            for mapping in contract.events
        ]
        if events:
            run.overwrite(_union(events), EVENTS.name)
        else:
            run.overwrite(run.spark.createDataFrame([], EVENTS.struct), EVENTS.name)
        rows[EVENTS.name] = run.rows(EVENTS.name)


def _union(frames: list[DataFrame]) -> DataFrame:
    return reduce(DataFrame.unionByName, frames)
