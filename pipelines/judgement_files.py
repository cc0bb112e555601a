"""Judgements in a file, CSV or Parquet: what `scv judgements import` and `export` read and write.

A file is taken whole or not at all. Lists of record_ids are separated by blanks in CSV.
"""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.delta import TableStore
from pipelines.judgements import ARROW, Appended, append_judgements
from resolution.errors import JudgementError
from resolution.judgements.judgement import Judgement, as_row

NEEDED = ("kind", "verdict", "reason", "decided_by", "decided_at")
"""Columns that a file must have; the others stand for nothing where they are missing."""

_LISTS, _TIMES = ("records", "others"), ("decided_at", "approved_at")
_NO_ID = uuid.UUID("b1b1f5e0-7d0c-4f5e-9f3e-0d8a2f6c4a11")
"""Namespace of the ids of decisions that come without one."""

_LONGEST_CELL = 2**31 - 1
"""Characters of a CSV cell; the limit of other readers would end at some 40,000 record_ids."""

Numbered = tuple[int, Judgement]


def import_judgements(store: TableStore, path: Path, *, allow_unknown: bool = False) -> Appended:
    """Put the decisions of a file on record in one commit.

    Raises `JudgementError` that names file, row, column and remedy; then nothing is kept.
    """
    rows = list(read_file(path))
    try:
        return append_judgements(store, [row for _, row in rows], allow_unknown=allow_unknown)
    except JudgementError as error:
        place = {row.judgement_id: number for number, row in rows}
        if error.judgement_id not in place:
            raise
        raise _at(path, place[error.judgement_id], error) from error


def read_file(path: Path) -> Iterator[Numbered]:
    """The decisions of a file with their row: 1 is the header of a CSV, as an editor counts, and
    the first decision of a Parquet file.
    """
    cells = _csv_rows(path) if _suffix(path) == ".csv" else _parquet_rows(path)
    for number, row in cells:
        try:
            yield number, _judgement(row)
        except JudgementError as error:
            raise _at(path, number, error) from error


def write_file(path: Path, judgements: Iterable[Judgement]) -> int:
    """Write decisions, complete or not at all; how many there are."""
    suffix = _suffix(path)
    rows = [as_row(row) for row in judgements]
    partial = path.with_name(path.name + ".partial")
    try:
        if suffix == ".csv":
            _write_csv(partial, rows)
        else:
            pq.write_table(pa.Table.from_pylist(rows, ARROW), partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return len(rows)


def _suffix(path: Path) -> str:
    if path.suffix not in (".csv", ".parquet"):
        raise JudgementError(f"{path} is neither .csv nor .parquet; give it one of these endings")
    return path.suffix


def _at(path: Path, number: int, error: JudgementError) -> JudgementError:
    place = f"{path}: row {number}" + (f", column {error.column}" if error.column else "")
    return JudgementError(f"{place}: {error.said}")


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 1
    # One number for the whole process, by which the reader of deliveries stops at a stray quote.
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, [])
            _check_header(path, header)
            for number, cells in enumerate(reader, start=2):
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise JudgementError(
                        f"{path}: row {number}: {len(cells)} fields, and the header has"
                        f" {len(header)}; give every row as many, and close every quote"
                    )
                yield number, dict(zip(header, cells, strict=True))
    except UnicodeDecodeError as error:
        raise JudgementError(f"{path}: not UTF-8 text; save the file as UTF-8 CSV") from error
    except csv.Error as error:
        remedy = "quote every field that holds a comma, a quote or a line end"
        raise JudgementError(f"{path}: after row {number}: no CSV; {remedy}") from error
    finally:
        csv.field_size_limit(limit)


def _parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open("rb") as stream:
            table = pq.read_table(stream)
    except pa.ArrowException as error:
        raise JudgementError(f"{path}: no Parquet file, or not a whole one; write it anew") from (
            error
        )
    _check_header(path, table.column_names)
    for place, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            # Nanoseconds, as pandas writes them, are no times of Python.
            coarse = pa.timestamp("us", tz=column.type.tz)
            cast = pc.cast(table.column(place), coarse, safe=False)
            table = table.set_column(place, column.name, cast)
    yield from enumerate(table.to_pylist(), start=1)


def _check_header(path: Path, header: list[str]) -> None:
    """Names that we don't know may be values of a file without a header; they are only counted."""
    for name in NEEDED:
        if name not in header:
            raise JudgementError(
                f"{path}: row 1: no column {name}; the header is {','.join(ARROW.names)}"
            )
    unknown = [name for name in header if name not in ARROW.names]
    if unknown or len(set(header)) < len(header):
        raise JudgementError(
            f"{path}: row 1: {len(unknown)} unknown columns, or one that comes twice; the header is"
            f" {','.join(ARROW.names)}"
        )


def _judgement(cells: dict[str, Any]) -> Judgement:
    """A row of text (CSV) or of typed values (Parquet) as a decision, with an id of its own content
    where it has none: a file that is imported twice is imported once.
    """
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in _LISTS:
            values[name] = _listed(name, cell)
        elif name in _TIMES:
            values[name] = _time(name, cell)
        elif name == "weight":
            values[name] = _whole(name, cell)
        else:
            values[name] = _text(name, cell)
    for name in ("verdict", "reason", "decided_by", "decided_at"):
        if values[name] is None:
            raise JudgementError("is empty; fill it in", name)
    given = values.pop("judgement_id", None)
    if given is not None:
        return Judgement(judgement_id=given, **values)
    row = Judgement(judgement_id=str(_NO_ID), **values)
    content = json.dumps(as_row(row), sort_keys=True, default=str)
    return replace(row, judgement_id=str(uuid.uuid5(_NO_ID, content)))


def _text(name: str, cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell or None
    raise JudgementError("is no text; write it as text", name)


def _listed(name: str, cell: object) -> tuple[str, ...]:
    if cell is None or isinstance(cell, str):
        return tuple((cell or "").split())
    if isinstance(cell, list) and all(isinstance(one, str) for one in cell):
        return tuple(cell)
    raise JudgementError("is no list of record_ids; write them as text", name)


def _time(name: str, cell: object) -> datetime | None:
    if not cell:
        return None
    if isinstance(cell, datetime):
        return cell
    try:
        return datetime.fromisoformat(str(cell))
    except ValueError:
        raise JudgementError("is no time such as 2026-11-23T10:00:00Z; write it so", name) from None


def _whole(name: str, cell: object) -> int | None:
    if cell is None or cell == "":
        return None
    try:
        return int(str(cell))
    except ValueError:
        raise JudgementError("is no whole number of milli-bits; mend it", name) from None


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """With the line ends of RFC 4180, so that a line end within a text is always quoted."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ARROW.names)
        writer.writeheader()
        for row in rows:
            lists = {name: " ".join(row[name]) for name in _LISTS}
            times = {name: row[name].isoformat() for name in _TIMES if row[name] is not None}
            writer.writerow(row | lists | times)
