"""A file of persons as a table of texts: CSV or Parquet, every row of it or a clear error."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from sources.errors import ReadError

DELIMITERS = ",;\t|"
FIRST_DATA_ROW = 2
"""Row 1 is the header, as an editor counts."""

_BLOCK = 16 << 20


def read_table(path: Path, files: Sequence[str] = ()) -> pa.Table:
    """All columns as texts, null where empty.

    Parquet by its suffix, anything else as CSV in UTF-8 whose delimiter the header tells; `files`
    are the Parquet files of a Delta table at `path`. `ReadError` names file, row and remedy.
    """
    if files:
        return as_texts(pa.concat_tables([_parquet(Path(each)) for each in files]))
    if not path.exists():
        raise ReadError(f"{path}: there is no such file; check the path")
    if path.suffix.lower() in (".parquet", ".pq"):
        return as_texts(_parquet(path))
    if path.is_dir():
        raise ReadError(f"{path}: is a folder and no Delta table; name a file")
    return _empty_as_null(_csv(path))


def _parquet(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise ReadError(f"{path}: cannot be read as Parquet; write it again") from error


def _csv(path: Path) -> pa.Table:
    delimiter, names = _header(path)
    broken: list[pacsv.InvalidRow] = []

    def refuse(row: pacsv.InvalidRow) -> str:
        broken.append(row)
        return "error"

    try:
        return pacsv.read_csv(
            path,
            # In one thread, because only then rows have numbers.
            read_options=pacsv.ReadOptions(use_threads=False, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError, OSError) as error:
        if broken:
            row = broken[0]
            raise ReadError(
                f"{path}: row {row.number}: {row.actual_columns} columns where the header has"
                f" {row.expected_columns}; quote values that hold '{delimiter}', or mend the row"
            ) from error
        raise ReadError(
            f"{path}: cannot be read as CSV in UTF-8; save it as UTF-8 with one header row"
        ) from error


def _header(path: Path) -> tuple[str, list[str]]:
    """The delimiter and the columns' names; `ReadError` where a name is missing or twice there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            first = lines.readline()
    except (UnicodeDecodeError, OSError) as error:
        raise ReadError(f"{path}: cannot be read as text in UTF-8; save it as UTF-8") from error
    if not first.strip():
        raise ReadError(f"{path}: row 1: there is no header; its first row must name the columns")
    delimiter = max(DELIMITERS, key=first.count)
    names = next(csv.reader([first], delimiter=delimiter))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not all(name.strip() for name in names):
        what = f"the columns {twice} are there twice" if twice else "a column has no name"
        raise ReadError(f"{path}: row 1: {what}; give each column a name of its own")
    return delimiter, names


def as_texts(table: pa.Table) -> pa.Table:
    """Numbers, dates and lists as people write them; a whole number has no '.0'."""
    return _empty_as_null(pa.table({name: _texts(table[name]) for name in table.column_names}))


def _texts(values: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = values.type
    if pa.types.is_floating(kind):
        whole = pc.all(pc.equal(pc.floor(values), values)).as_py()
        return (values.cast(pa.int64()) if whole else values).cast(pa.string())
    if pa.types.is_timestamp(kind):
        return pc.strftime(values, "%Y-%m-%d")
    if pa.types.is_dictionary(kind):
        return _texts(values.cast(kind.value_type))
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return pa.chunked_array([pa.nulls(len(values), pa.string())])
    return values.cast(pa.string())


def _empty_as_null(table: pa.Table) -> pa.Table:
    columns = {}
    for name in table.column_names:
        trimmed = pc.utf8_trim_whitespace(table[name])
        columns[name] = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    return pa.table(columns)
