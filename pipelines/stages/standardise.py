"""Bronze -> silver: one row per source identity, per stated link, and per thing that happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame

from pipelines.run import Run
from pipelines.tablefiles import arrow_schema, write_columns, write_tables
from pipelines.tables import bronze_table
from sources.assembly import KEY
from sources.batches import together
from sources.canonical import Canon
from sources.event import EVENT_KEY, EVENTS, Happenings
from sources.mapping import (
    ORDER,
    event_rows,
    link_rows,
    record_rows,
    typed_rows,
    with_newest_day,
)
from sources.record import LINKS, RECORDS
from sources.trial import try_contract


def standardise_records(run: Run) -> None:
    """`silver.records` and `silver.links` from all of bronze."""
    with run.stage("records") as counts, _contracts_named(run):
        spoken: list[DataFrame] = []
        formats: dict[str, None] = {}
        channels: set[str] = set()
        for source, contract in run.catalog.files:
            typed = typed_rows(run.read(bronze_table(contract)), contract)
            for mapping in contract.records:
                rows = record_rows(typed, source, mapping)
                spoken.append(with_newest_day(rows, contract))
                formats |= dict.fromkeys(mapping.birth_date_formats)
                channels |= set(mapping.consents)
        frame = together(_union(spoken), KEY, ORDER, _partitions(run))
        canon = Canon(tuple(sorted(channels)), tuple(formats), run.secret, arrow_schema(RECORDS))
        write_tables(run, frame, KEY, lambda batch: {RECORDS.name: canon.records(batch)}, [RECORDS])
        _write_links(run)
        counts[RECORDS.name] = run.rows(RECORDS.name)
        counts[LINKS.name] = run.rows(LINKS.name)


def _write_links(run: Run) -> None:
    links = [
        link_rows(typed_rows(run.read(bronze_table(contract)), contract), link, run.secret)
        for _, contract in run.catalog.files
        for link in contract.links
    ]
    if links:
        write_columns(run, _union(links), LINKS)
    else:
        run.write_arrow(arrow_schema(LINKS).empty_table(), LINKS.name, "overwrite")


def standardise_events(run: Run) -> None:
    """`silver.events` from all of bronze."""
    with run.stage("events") as rows, _contracts_named(run):
        stated = [
            event_rows(typed_rows(run.read(bronze_table(contract)), contract), contract, mapping)
            for _, contract in run.catalog.files
            for mapping in contract.events
        ]
        if stated:
            frame = together(_union(stated), EVENT_KEY, ORDER, _partitions(run))
            made = Happenings(run.secret, arrow_schema(EVENTS))
            write_tables(
                run, frame, EVENT_KEY, lambda batch: {EVENTS.name: made.events(batch)}, [EVENTS]
            )
        else:
            run.write_arrow(arrow_schema(EVENTS).empty_table(), EVENTS.name, "overwrite")
        rows[EVENTS.name] = run.rows(EVENTS.name)


@contextmanager
def _contracts_named(run: Run) -> Iterator[None]:
    """Spark says what it could not resolve, not in which contract; a trial of each finds it."""
    try:
        yield
    except (AnalysisException, ParseException):
        for source, contract in run.catalog.files:
            try_contract(run.spark, source, contract)
        raise


def _partitions(run: Run) -> int:
    delivered = sum(run.rows(bronze_table(contract)) for _, contract in run.catalog.files)
    return run.partitions(delivered)


def _union(frames: list[DataFrame]) -> DataFrame:
    return reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames)
