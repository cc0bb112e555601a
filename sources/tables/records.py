"""Rows of a table of persons as records: the pipeline's own normalisers, without Spark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sources.assembly import Assembled
from sources.canonical import Canon
from sources.contract import ATTRIBUTES
from sources.errors import ReadError
from sources.mapping import PHONE_REGIONS
from sources.normalise.placeholders import is_empty
from sources.normalise.seen import SeenRows
from sources.normalise.text import fold, fold_accents, simplify
from sources.tables.birth_formats import EARLIEST_BIRTH
from sources.tables.contract import TableContract
from sources.tables.reading import FIRST_DATA_ROW

IDENTIFIER, OTHER = "identifier_", "other_"
"""Prefixes of the columns that a contract names itself."""

_SECRET = b"a table of persons"
"""Ids of records never leave the command, so nobody has to be kept from guessing them."""

_BETWEEN = re.compile("[;|]")
"""Between several addresses or numbers in one field."""

_SEEN_AT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Named:
    """A file's rows: `rows` of texts, its contract, and the name of its source."""

    path: Path
    rows: pa.Table
    contract: TableContract

    @property
    def source(self) -> str:
        return self.contract.source or self.path.stem


def records_of(table: Named, schema: pa.Schema) -> pa.RecordBatch:
    """A record per row, with the columns of `schema` (those of silver.records)."""
    _check_columns(table)
    canon = Canon((), table.contract.birth_date_formats, _SECRET, schema, EARLIEST_BIRTH)
    return canon.of(_assembled(table, schema))


def extras_of(table: Named) -> dict[str, pa.Array]:
    """What the contract names beside the canonical attributes: normalised texts by column."""
    columns = table.contract.columns
    found = {}
    for prefix, kinds in ((IDENTIFIER, columns.identifiers), (OTHER, columns.others)):
        for kind, names in kinds.items():
            texts = _joined(table.rows, names, " ").to_pylist()
            plain = [_plain(text, spaces=prefix == OTHER) for text in texts]
            found[f"{prefix}{kind}"] = pa.array(plain, pa.string())
    return found


def _check_columns(table: Named) -> None:
    own = table.contract.columns.used() + ([table.contract.key] if table.contract.key else [])
    missing = sorted(set(own) - set(table.rows.column_names))
    if missing:
        raise ReadError(
            f"{table.path}: has no columns {missing}, which the contract names; it has"
            f" {sorted(table.rows.column_names)}. Correct 'columns' or 'key' of"
            f" '{table.path.stem}' in the contract"
        )


def _assembled(table: Named, schema: pa.Schema) -> Assembled:
    rows, columns = table.rows, table.contract.columns
    count = rows.num_rows
    told: dict[str, pa.Array] = {name: pa.nulls(count, pa.string()) for name in ATTRIBUTES}
    for name in ATTRIBUTES:
        names = getattr(columns, name, ())
        if names:
            told[name] = _joined(rows, names, "-" if name == "birth_date" else " ")
    if columns.birth_year:
        told["birth_date"] = pc.coalesce(told["birth_date"], _joined(rows, columns.birth_year, ""))
    seen_at = pa.repeat(pa.scalar(_SEEN_AT, pa.timestamp("us", tz="UTC")), count)
    told |= {
        "source": pa.repeat(table.source, count),
        "source_key": _keys(table),
        PHONE_REGIONS: pa.repeat(",".join(table.contract.phone_regions), count),
        "first_seen": seen_at,
        "last_seen": seen_at,
        "deleted": pa.repeat(False, count),
        "consents": pa.nulls(count, schema.field("consents").type),
        "origins": pa.nulls(count, schema.field("origins").type),
    }
    return Assembled(told, _seen(table, columns.emails), _seen(table, columns.phones))


def _keys(table: Named) -> pa.Array:
    """The key of every row; `ReadError` where one is missing or there twice."""
    count = table.rows.num_rows
    if table.contract.key is None:
        return pa.array(np.arange(1, count + 1)).cast(pa.string())
    keys = table.rows[table.contract.key].combine_chunks()
    remedy = "take a column that names every row, or leave 'key' out to have rows numbered"
    if keys.null_count:
        row = pc.index(pc.is_null(keys), True).as_py() + FIRST_DATA_ROW
        raise ReadError(
            f"{table.path}: row {row}, column {table.contract.key}: the key is empty; {remedy}"
        )
    codes = keys.dictionary_encode().indices.to_numpy()
    _, first = np.unique(codes, return_index=True)
    if len(first) < count:
        again = int(np.setdiff1d(np.arange(count), first)[0]) + FIRST_DATA_ROW
        raise ReadError(
            f"{table.path}: row {again}, column {table.contract.key}: the key was there before, in"
            f" {count - len(first)} rows; {remedy}"
        )
    return keys


def _seen(table: Named, names: Sequence[str]) -> SeenRows:
    columns = [table.rows[name].to_pylist() for name in names]
    values = [
        [one for text in row if text for one in _BETWEEN.split(text)]
        for row in zip(*columns, strict=True)
    ]
    counts = [len(row) for row in values] or [0] * table.rows.num_rows
    texts = [text for row in values for text in row]
    at = pa.repeat(pa.scalar(_SEEN_AT, pa.timestamp("us", tz="UTC")), len(texts))
    lines = np.repeat(np.arange(len(counts)) + FIRST_DATA_ROW, counts)
    return SeenRows(counts, texts, at, pa.repeat(table.path.name, len(texts)), pa.array(lines))


def _joined(rows: pa.Table, names: Sequence[str], between: str) -> pa.Array:
    """The values of a row's columns, those that are there."""
    columns = [rows[name].combine_chunks() for name in names]
    if len(columns) == 1:
        return columns[0]
    # Arrow's own join with nulls skipped lost rows in which all are null (pyarrow 26).
    rows_of_texts = zip(*(column.to_pylist() for column in columns), strict=True)
    return pa.array([between.join(filter(None, row)) or None for row in rows_of_texts], pa.string())


def _plain(text: str | None, *, spaces: bool) -> str | None:
    """Lower-case letters and digits; null for what says nothing, such as 000-00-0000."""
    if is_empty(text) or text is None:
        return None
    folded = fold_accents(simplify(fold(text))).lower()
    kept = "".join(each if each.isalnum() else " " for each in folded)
    plain = " ".join(kept.split()) if spaces else "".join(kept.split())
    return plain if spaces or len(set(plain)) > 1 else None
