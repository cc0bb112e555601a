"""Some rows of a table made anew: only files that hold such a row are written again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.datafiles import DataFile
from pipelines.run import Run
from pipelines.views import utc_connection
from sources.literals import literal, literals

SMALL_FILE = 16_000_000
"""Bytes."""

MOST_SMALL_FILES = 16
"""A night leaves a file per task; so many are joined with the next night's."""

BYTES_OF_A_FILE = 256_000_000


def replace_rows(run: Run, name: str, key: str, gone: pa.Array, made: list[DataFile]) -> None:
    """In one commit the rows with these keys leave the table, and the rows of `made`, files in its
    folder, come in. Without either, no commit.

    Delta's own MERGE rewrites the same files, and with deletion vectors readers by file list would
    see both rows.
    """
    with utc_connection() as connection:
        connection.register("gone_keys", pa.table({"gone_key": gone}))
        connection.execute(
            "create temp table gone as"
            " select distinct gone_key from gone_keys where gone_key is not null"
        )
        files = run.store.files(name, run.versions[name])
        stale = _stale(connection, files, key)
        folder = Path(run.store.location(name))
        kept = [_without(connection, group, key, folder) for group in _groups(stale)]
    added = [file for file in (*made, *kept) if file.rows]
    if added or stale:
        removed = [Path(file).name for file in stale]
        run.versions[name] = run.store.replace_files(name, added, removed)


def _stale(connection: duckdb.DuckDBPyConnection, files: list[str], key: str) -> list[str]:
    """The files that hold a row to replace; with them the small ones, where there are many."""
    if not files:
        return []
    rows = connection.execute(
        "select distinct filename from read_parquet($files, filename = true)"
        f' where "{key}" in (select gone_key from gone)',
        {"files": files},
    ).fetchall()
    small = [file for file in files if Path(file).stat().st_size < SMALL_FILE]
    return sorted({file for (file,) in rows} | set(small if len(small) > MOST_SMALL_FILES else ()))


def _groups(files: list[str]) -> Iterator[list[str]]:
    """Files that become one."""
    group: list[str] = []
    size = 0
    for file in files:
        size += Path(file).stat().st_size
        group.append(file)
        if size >= BYTES_OF_A_FILE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _without(
    connection: duckdb.DuckDBPyConnection, files: list[str], key: str, folder: Path
) -> DataFile:
    """A new file with the rows that stay."""
    target = folder / f"part-{uuid.uuid4().hex}.parquet"
    rows = connection.execute(
        f"copy (from read_parquet([{literals(files)}])"
        f' where "{key}" is null or "{key}" not in (select gone_key from gone))'
        f" to {literal(target)} (format parquet, compression zstd)"
    ).fetchall()[0][0]
    file = DataFile(target.name, target.stat().st_size, int(rows))
    if not file.rows:
        target.unlink()
    return file
