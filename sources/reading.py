"""From one delivered file to its rows: every row as it came, with where it came from, or why not.

Plain Python and Arrow, no session: a task of the run calls it for one file, and its rows never
pass through the JVM, whose row-by-row cast, cache and Parquet writer took 90 CPU seconds for
411 thousand rows where this takes about ten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import pyarrow as pa

from sources.content import same_bytes
from sources.contract import FileContract
from sources.delivery import Delivery
from sources.framing import FramedRow, Opener, frame_csv, frame_json_lines
from sources.json_rows import JsonReader
from sources.problems import REMEDIES
from sources.readable import later_than, reader

BATCH_ROWS = 20_000
BATCH_CHARACTERS = 16_000_000
"""A row may have a million; twenty thousand of those would take 20 GB."""

FILE, LINE, LINES, BATCH_DAY = "_file", "_line", "_lines", "_batch_day"
ROW_HASH, UNMAPPED, INGESTED_AT = "_row_hash", "_unmapped", "_ingested_at"

_PROVENANCE = [
    (FILE, pa.string()),
    (LINE, pa.int64()),
    (LINES, pa.int32()),
    (BATCH_DAY, pa.date32()),
    (ROW_HASH, pa.string()),
    (UNMAPPED, pa.map_(pa.string(), pa.string())),
    (INGESTED_AT, pa.timestamp("us", tz="UTC")),
]

QUARANTINE = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("lines", pa.int64()),
        ("batch_day", pa.date32()),
        ("reason", pa.string()),
        ("column", pa.string()),
        ("raw", pa.string()),
        ("remedy", pa.string()),
        ("ingested_at", pa.timestamp("us", tz="UTC")),
    ]
)
"""Where a rejected row or file came from, why, its text, and the remedy."""


class Row(NamedTuple):
    """One row: contract columns as delivered text (None where it is no row), what the contract
    does not know, and the first thing that is wrong with it.
    """

    line: int
    lines: int
    raw: str
    values: Sequence[str | None] | None
    unmapped: dict[str, str | None] | None = None
    problem: str | None = None
    column: str | None = None


class Batch(NamedTuple):
    """Some rows of a file: those for bronze, those for quarantine, and columns that are new."""

    good: pa.RecordBatch
    bad: pa.RecordBatch
    new_columns: frozenset[str]


def bronze_schema(contract: FileContract) -> pa.Schema:
    """Provenance, then every contract column as delivered text."""
    return pa.schema([*_PROVENANCE, *[(name, pa.string()) for name in contract.columns]])


def read_batches(
    delivery: Delivery, contract: FileContract, ingested_at: datetime
) -> Iterator[Batch]:
    """All rows of a file in its order, so many at a time that memory stays bounded.

    Raises `FileChangedError` where the file no longer holds the bytes that were inspected.
    """
    rows = _checked(_rows(delivery, contract), contract, ingested_at)
    schema = bronze_schema(contract)
    for chunk in _chunks(rows):
        good = [row for row in chunk if row.problem is None]
        bad = [row for row in chunk if row.problem is not None]
        yield Batch(
            _bronze_batch(good, delivery, schema, ingested_at),
            _quarantine_batch(bad, delivery, ingested_at),
            frozenset(name for row in good if row.unmapped for name in row.unmapped),
        )


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += len(row.raw)
        if len(chunk) == BATCH_ROWS or characters > BATCH_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _rows(delivery: Delivery, contract: FileContract) -> Iterator[Row]:
    return (
        _csv_rows(delivery, contract)
        if contract.format == "csv"
        else _json_rows(delivery, contract)
    )


def _opener(delivery: Delivery) -> Opener:
    """Opens the bytes that were hashed and counted, and no others."""
    return partial(same_bytes, size=delivery.size, sha256=delivery.sha256)


def _csv_rows(delivery: Delivery, contract: FileContract) -> Iterator[Row]:
    """Columns are found by name in the file's own header, never by place."""
    header = list(delivery.header)
    wanted = [contract.header_name(name) for name in contract.columns]
    layout = [header.index(name) if name in header else -1 for name in wanted]
    surplus = [(place, name) for place, name in enumerate(header) if name not in wanted]
    in_order = layout == list(range(len(header)))
    framed = frame_csv(delivery.path, len(header), _opener(delivery))
    for line, lines, raw, fields, problem in framed:
        if fields is None:
            yield Row(line, lines, raw or "", None, None, problem)
            continue
        # Joined fields are the row only where no quotation marks were.
        text = ",".join(fields) if raw is None else raw
        if in_order:
            yield Row(line, lines, text, fields)
        else:
            values = [fields[place] if place >= 0 else None for place in layout]
            unmapped: dict[str, str | None] = {name: fields[place] for place, name in surplus}
            yield Row(line, lines, text, values, unmapped or None)


def _json_rows(delivery: Delivery, contract: FileContract) -> Iterator[Row]:
    read = JsonReader(contract).read
    framed: FramedRow
    for framed in frame_json_lines(delivery.path, _opener(delivery)):
        raw = framed.raw or ""
        if framed.problem:
            yield Row(framed.line, 1, raw, None, None, framed.problem)
        else:
            yield Row(framed.line, 1, raw, *read(raw))


def _checked(rows: Iterator[Row], contract: FileContract, now: datetime) -> Iterator[Row]:
    """The rows, with a problem where a value is not what the contract asks for."""
    fault = _fault_finder(contract, now)
    for row in rows:
        found = None if row.values is None else fault(row.values)
        yield row if found is None else row._replace(problem=found[0], column=found[1])


def _fault_finder(
    contract: FileContract, now: datetime
) -> Callable[[Sequence[str | None]], tuple[str, str] | None]:
    """A function that gives reason code and column of the first value that is wrong: a required
    one that is missing or can't be read, or an event time ahead, whose row would be the newest
    for ever.
    """
    # Clocks and time zones differ by up to a day.
    tomorrow = (now + timedelta(days=1)).date()
    checks = [
        (name, place, column.required, reader(column), later_than(column, tomorrow))
        for place, (name, column) in enumerate(contract.columns.items())
        if column.required or name == contract.event_time
    ]

    def fault(values: Sequence[str | None]) -> tuple[str, str] | None:
        for name, place, required, readable, later in checks:
            text = (values[place] or "").strip(" ")
            if required and not (text and readable(text)):
                return "unreadable_value" if text else "missing_value", name
            if name == contract.event_time and later(text):
                return "future_value", name
        return None

    return fault


def _bronze_batch(
    rows: list[Row], delivery: Delivery, schema: pa.Schema, ingested_at: datetime
) -> pa.RecordBatch:
    count = len(rows)
    hashes = [hashlib.md5(row.raw.encode(), usedforsecurity=False).hexdigest() for row in rows]
    provenance: list[list[Any]] = [
        [delivery.name] * count,
        [row.line for row in rows],
        [row.lines for row in rows],
        [delivery.day] * count,
        hashes,
        [row.unmapped and list(row.unmapped.items()) for row in rows],
        [ingested_at] * count,
    ]
    width = len(schema) - len(provenance)
    columns = zip(*[row.values or () for row in rows], strict=True) if rows else [()] * width
    arrays = [
        pa.array(values, field.type)
        for values, field in zip([*provenance, *columns], schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _quarantine_batch(rows: list[Row], delivery: Delivery, ingested_at: datetime) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(
        [
            {
                "file": delivery.name,
                "line": row.line,
                "lines": row.lines,
                "batch_day": delivery.day,
                "reason": row.problem,
                "column": row.column,
                "raw": row.raw,
                "remedy": REMEDIES[row.problem or ""],
                "ingested_at": ingested_at,
            }
            for row in rows
        ],
        QUARANTINE,
    )


def quarantined_file(delivery: Delivery, ingested_at: datetime) -> pa.Table:
    """The one quarantine row of a file that breaks its contract as a whole."""
    problem = delivery.problem
    if problem is None:
        raise ValueError("only a file with a problem is set aside whole")
    row = {
        "file": delivery.name,
        "lines": delivery.lines,
        "batch_day": delivery.day,
        "reason": problem.code,
        "column": problem.column,
        "remedy": REMEDIES[problem.code],
        "ingested_at": ingested_at,
    }
    return pa.Table.from_pylist([row], QUARANTINE)
