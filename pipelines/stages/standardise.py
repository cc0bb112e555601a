"""Bronze -> silver: one row per source identity, per stated link, and per thing that happened.

Of a night's new rows only the keys count: whatever they speak of is made anew from all of its rows,
and takes the place of what the last publication has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame

from pipelines.delivered import Delivered, delivered_rows, union
from pipelines.run import Run
from pipelines.tablefiles import (
    Making,
    Replaced,
    columns_of,
    renew_tables,
    write_tables,
)
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
    stated_links,
    typed_rows,
    with_newest_day,
)
from sources.record import LINKS, RECORDS
from sources.schema import TableSchema
from sources.trial import try_contract


def standardise_records(run: Run) -> None:
    """`silver.records` and `silver.links`."""
    with run.stage("records") as counts, _contracts_named(run):
        run.note = run.scope.why
        if run.scope.records or run.took_in:
            _write_records(run, delivered_rows(run))
            _write_links(run, delivered_rows(run))
        counts[RECORDS.name] = run.rows(RECORDS.name)
        counts[LINKS.name] = run.rows(LINKS.name)


def standardise_events(run: Run) -> None:
    """`silver.events`."""
    with run.stage("events") as rows, _contracts_named(run):
        run.note = run.scope.why
        if run.scope.records or run.took_in:
            _write_events(run, delivered_rows(run))
        rows[EVENTS.name] = run.rows(EVENTS.name)


def _write_records(run: Run, delivered: Delivered) -> None:
    spoken: list[DataFrame] = []
    formats: dict[str, None] = {}
    channels: set[str] = set()
    for source, contract in run.catalog.files:
        typed = typed_rows(delivered.rows(contract), contract)
        everything = typed_rows(delivered.all_rows(contract), contract)
        for mapping in contract.records:
            rows = record_rows(typed, source, mapping)
            among = record_rows(everything, source, mapping)
            spoken.append(with_newest_day(rows, among, contract))
            formats |= dict.fromkeys(mapping.birth_date_formats)
            channels |= set(mapping.consents)
    touched = delivered.touched(union(spoken), "record")
    canon = Canon(tuple(sorted(channels)), tuple(formats), run.secret, RECORDS.arrow)
    making = Making(
        together(touched, KEY, ORDER, _partitions(run)),
        lambda batch: {RECORDS.name: canon.records(batch)},
        KEY,
    )
    _write(run, making, RECORDS, "record_id")


def _write_links(run: Run, delivered: Delivered) -> None:
    links = []
    for _, contract in run.catalog.files:
        typed = typed_rows(delivered.rows(contract), contract)
        for link in contract.links:
            stated = delivered.touched(stated_links(typed, link), "link")
            links.append(link_rows(stated, link, run.secret))
    if links:
        _write(run, Making(union(links), columns_of(LINKS)), LINKS, "left_id")
    elif run.scope.records:
        run.write_arrow(LINKS.arrow.empty_table(), LINKS.name, "overwrite")


def _write_events(run: Run, delivered: Delivered) -> None:
    stated = [
        event_rows(typed_rows(delivered.rows(contract), contract), contract, mapping)
        for _, contract in run.catalog.files
        for mapping in contract.events
    ]
    if stated:
        touched = delivered.touched(union(stated), "event")
        made = Happenings(run.secret, EVENTS.arrow)
        making = Making(
            together(touched, EVENT_KEY, ORDER, _partitions(run)),
            lambda batch: {EVENTS.name: made.events(batch)},
            EVENT_KEY,
        )
        _write(run, making, EVENTS, "event_id")
    elif run.scope.records:
        run.write_arrow(EVENTS.arrow.empty_table(), EVENTS.name, "overwrite")


def _write(run: Run, making: Making, table: TableSchema, key: str) -> None:
    """All rows of the table, or those in place of which new ones come."""
    if run.scope.records:
        write_tables(run, making, [table])
    else:
        renew_tables(run, making, [table], Replaced(key))


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
