"""A backup of what no run can compute again: the key, decisions, and the records about runs.

Of persons it holds what stewards wrote: pinned values and reasons. The other tables of persons are
not in it; a run makes them anew from the landing folder, with the same ids because the key is the
same.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.config import read_secret
from pipelines.delta import TableStore
from pipelines.errors import BackupError
from pipelines.failpoints import reach
from pipelines.manifest import ARCHIVED, live, read_manifest
from pipelines.tables import CHECK_RESULTS, FILE_DECISIONS, PUBLICATIONS, RUNS
from resolution.golden.schema import IDENTITY_HISTORY
from resolution.judgements.judgement import JUDGEMENTS

SYSTEMS_OF_RECORD = (
    PUBLICATIONS.name, FILE_DECISIONS.name, JUDGEMENTS.name, CHECK_RESULTS.name, RUNS.name,
)  # fmt: skip
"""Read at their heads, and beside them the history of customers as the live publication has it.
A run may append meanwhile; the manifest is read first, so it names nothing that the others lack.
"""

_CONTENTS, _KEY, _FORMAT = "backup.json", "warehouse.key", 1
_LAST = PUBLICATIONS.name.split(".")[0]
"""The folder that a restore moves into place last."""

_BROKEN = (
    tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, KeyError, TypeError, ValueError,
)  # fmt: skip


def back_up(store: TableStore, key: Path, out: Path) -> dict[str, int]:
    """Write the archive, readable by its owner alone; rows by table.

    Raises `BackupError` where the file exists or the warehouse has no publication.
    """
    if out.exists():
        raise BackupError(f"{out} exists already; a backup is never overwritten, choose another")
    if not store.exists(PUBLICATIONS.name):
        raise BackupError(f"{store.warehouse} has no publication yet, so there is nothing to save")
    read_secret(key)
    tables = {name: store.read_arrow(name) for name in SYSTEMS_OF_RECORD if store.exists(name)}
    shown = live(read_manifest(store))
    if shown is not None and IDENTITY_HISTORY.name in shown.tables:
        # Its head may be a candidate's.
        version = shown.tables[IDENTITY_HISTORY.name]
        tables[IDENTITY_HISTORY.name] = store.read_arrow(IDENTITY_HISTORY.name, version)
    parts = {f"{name}.parquet": _parquet(table) for name, table in tables.items()}
    parts[_KEY] = key.read_bytes()
    contents = {
        "format": _FORMAT,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()},
    }
    _write(out, {_CONTENTS: json.dumps(contents, indent=1).encode(), **parts})
    return {name: table.num_rows for name, table in tables.items()}


def restore_backup(archive: Path, store: TableStore, key: Path) -> dict[str, int]:
    """Put a backup into an empty warehouse; rows by table. One that was killed begins again.

    The publications come back as records of what was: their tables are gone, so none is live.
    Raises `BackupError` for what is no backup, a warehouse with tables, or another key in place.
    """
    parts = _read(archive)
    warehouse = Path(store.warehouse)
    beside = warehouse / ".restoring"
    killed = _is_halfway(warehouse, beside)
    if not killed and _visible(warehouse):
        raise BackupError(f"{warehouse} is not empty; name a new folder, or move this one away")
    if key.exists() and key.read_bytes() != parts[_KEY]:
        raise BackupError(f"{key} is another key than the backup's; move it away first")
    if killed:
        for folder in _visible(warehouse):
            shutil.rmtree(folder)
    shutil.rmtree(beside, ignore_errors=True)
    made = TableStore(beside)
    rows = {}
    kept: dict[str, int] = {}
    # The manifest last: it names the version of the history.
    for name in (IDENTITY_HISTORY.name, *reversed(SYSTEMS_OF_RECORD)):
        if f"{name}.parquet" in parts:
            table = pq.read_table(io.BytesIO(parts[f"{name}.parquet"]))
            rows[name] = table.num_rows
            archived = _archived(table, kept) if name == PUBLICATIONS.name else table
            version = made.write_arrow(archived, name, "append")
            if name == IDENTITY_HISTORY.name:
                kept[name] = version
    if not key.exists():
        _write_private(key, parts[_KEY])
    # The manifest comes last: a warehouse without it is not restored yet.
    for folder in sorted(_visible(beside), key=lambda path: (path.name == _LAST, path.name)):
        folder.rename(warehouse / folder.name)
        reach(f"after restoring {folder.name}")
    beside.rmdir()
    return rows


def _visible(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.name[0] != "."]


def _is_halfway(warehouse: Path, beside: Path) -> bool:
    """Whether a restore was killed between two folders: some systems of record are there, nothing
    else is, and the manifest still waits.
    """
    if not (beside / _LAST).exists() or not all(path.is_dir() for path in _visible(warehouse)):
        return False
    tables = {f"{table.parent.name}.{table.name}" for table in warehouse.glob("[!.]*/*")}
    return tables <= {*SYSTEMS_OF_RECORD, IDENTITY_HISTORY.name}


def _archived(publications: pa.Table, kept: dict[str, int]) -> pa.Table:
    """The manifest as history: no row is live, or names tables but those that were `kept`."""
    changed = {"state": ARCHIVED, "tables": sorted(kept.items())}
    rows = [row | changed for row in publications.to_pylist()]
    return pa.Table.from_pylist(rows, publications.schema)


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _write(out: Path, parts: dict[str, bytes]) -> None:
    """The archive under its name only when it is complete."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, part in parts.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(part), 0o600
            archive.addfile(member, io.BytesIO(part))
    _write_private(out, stream.getvalue())


def _write_private(path: Path, content: bytes) -> None:
    """For the owner alone from the first byte on, and never over another file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A link fails where the name is taken; a rename would write over it.
        path.hardlink_to(partial)
    finally:
        partial.unlink(missing_ok=True)


def _read(archive: Path) -> dict[str, bytes]:
    """The parts of a backup, each with the content that was written."""
    if not archive.is_file():
        raise BackupError(f"there is no file {archive}")
    try:
        with tarfile.open(archive) as opened:
            parts = {one.name: _content(opened, one) for one in opened.getmembers() if one.isfile()}
        contents: dict[str, Any] = json.loads(parts.pop(_CONTENTS))
        complete = contents["format"] == _FORMAT and contents["sha256"] == {
            name: hashlib.sha256(part).hexdigest() for name, part in parts.items()
        }
    except _BROKEN as error:
        raise BackupError(f"{archive} is no backup, or not a whole one") from error
    if not complete:
        raise BackupError(f"{archive} is no backup of this kind, or was changed")
    return parts


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    return b"" if stream is None else stream.read()
