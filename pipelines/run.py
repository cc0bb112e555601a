"""One run: what it has made so far, where it writes, and who hears of its progress."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from pipelines.config import make_secret, read_secret
from pipelines.datafiles import DataFile
from pipelines.errors import ConfigurationError
from pipelines.lock import WriterLock
from pipelines.manifest import require_unpinned
from pipelines.plan import Plan
from pipelines.session import build_session
from pipelines.tables import FILES, RUNS, published_tables
from quality.report import CheckResult
from sources.record import RECORDS

SMALL_INPUT = 1_000_000_000
"""Bytes as delivered. A million source identities with their events are about 300 million, and two
stages of theirs took 95 s of the JVM's processor time with the first compiler alone, 120 with both.
"""

SMALL_RECORDS = 3_000_000
"""Records of the last publication."""

ROWS_OF_A_PARTITION = 250_000
"""About 150 MB of delivered rows in a sort, so that two at a time fit into a heap of 2 GB."""


@dataclass(frozen=True)
class StageResult:
    """What a stage did: rows by table or count, and how long it took."""

    stage: str
    seconds: float
    rows: dict[str, int]
    run_id: str = ""
    note: str = ""


Listener = Callable[[str, StageResult | None], None]
"""Called with a stage's name when it starts (None) and when it ends."""


def _import_ahead() -> None:
    """Import what later stages need; an import that fails here fails there with its message."""
    with contextlib.suppress(ImportError):
        importlib.import_module("quality.validation")


def _silent(_: str, __: StageResult | None) -> None:
    """Nobody listens."""


@dataclass
class Run(Plan):
    """A plan carried out. Versions start from the last publication, never from tables' heads: a
    failed candidate is a head, too.
    """

    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    listener: Listener = _silent
    versions: dict[str, int] = field(default_factory=dict)
    results: list[StageResult] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    begun: bool = False
    renewed: dict[str, list[str]] = field(default_factory=dict)
    """By table the files with the rows that this run made, where it left the other rows alone."""
    note: str = ""
    """What the stage that runs has to say beside its rows, such as why it took an engine."""
    _owns_session: bool = False

    @cached_property
    def spark(self) -> SparkSession:
        self._owns_session = SparkSession.getActiveSession() is None
        local = self.config.warehouse / ".spark"
        local.mkdir(parents=True, exist_ok=True)
        session = build_session(
            "scv", local, self.config.spark.settings(quick_compiler=self._is_small)
        )
        self._lock.hold_in(session)
        return session

    @cached_property
    def _lock(self) -> WriterLock:
        return WriterLock(self.config.warehouse, self.run_id, self.config.writer_wait)

    def close(self) -> None:
        """Let the next writer in. Stop the session where this run started it; a test or a
        notebook keeps its own.
        """
        if self._owns_session:
            self.spark.stop()
            self._owns_session = False
        shutil.rmtree(self.scratch, ignore_errors=True)
        self._lock.release()

    @property
    def scratch(self) -> Path:
        """A folder of this run alone, for what stages hand to each other beside tables."""
        return self.config.warehouse / ".spark" / "scratch" / self.run_id

    def scratch_folder(self, name: str) -> Path:
        """A new folder in it, for nobody else to read: it holds rows of persons."""
        self.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self.scratch / name
        folder.mkdir()
        return folder

    @property
    def _is_small(self) -> bool:
        """Whether the JVM's second compiler would cost more than it brings."""
        arriving = sum(path.stat().st_size for _, path, _ in self.waiting)
        held = self.base.counts.get(RECORDS.name, 0) if self.base else 0
        return arriving < SMALL_INPUT and held < SMALL_RECORDS

    @cached_property
    def secret(self) -> bytes:
        """The key of the record ids; a new warehouse gets one, an old one must have its own."""
        path = self.config.secret_path
        bound = self.followed
        if bound is None and not path.exists():
            make_secret(path)
        secret = read_secret(path)
        if bound is not None and bound.key_check != key_check(secret):
            raise ConfigurationError(
                f"{path} is not the key that this warehouse's record ids were made with;"
                " restore the right one from your backup"
            )
        return secret

    def begin(self) -> None:
        """Bring every table back to the last publication: a killed or failed run leaves heads
        that nobody published.
        """
        # A wrong key or a missing model must stop the run before anything is written.
        self.model  # noqa: B018
        self.secret  # noqa: B018
        self._lock.acquire()
        # Another run may have published while this one waited.
        self.look_again()
        require_unpinned(self.manifest)
        # What a killed run left: nobody else writes now.
        shutil.rmtree(self.scratch.parent, ignore_errors=True)
        self.versions = self.last_tables
        for name in published_tables(self.catalog):
            self.store.reset(name, self.versions.get(name))
            version = self.store.version(name)
            if version is not None:
                self.versions[name] = version
        self.begun = True
        # Great Expectations takes 3 to 6 s to import; the JVM's start leaves the time for it.
        threading.Thread(target=_import_ahead).start()

    def read(self, name: str) -> DataFrame:
        """A table as this run sees it."""
        return self.store.read(self.spark, name, self.versions[name])

    def create(self, name: str, schema: pa.Schema) -> None:
        """An empty table where there is none yet; through Spark that would cost a second. One that
        is there gets the columns that it lacks, since its contract has more; without any, no
        commit.
        """
        if name in self.versions:
            self.versions[name] = self.store.add_columns(name, schema)
        else:
            self.write_arrow(schema.empty_table(), name, "append")

    def add_files(self, name: str, files: list[DataFile]) -> None:
        """Commit Parquet files that tasks wrote into the table's folder; none, no commit."""
        if files:
            self.versions[name] = self.store.add_files(name, files)

    def write_arrow(self, rows: object, name: str, mode: str) -> None:
        self.versions[name] = self.store.write_arrow(rows, name, mode)

    def delete(self, name: str, predicate: str) -> None:
        self.versions[name] = self.store.delete(name, predicate)

    def partitions(self, rows: int) -> int:
        """In how many tasks so many rows are sorted or joined."""
        return max(self.config.spark.shuffle_partitions, -(-rows // ROWS_OF_A_PARTITION))

    def rows(self, name: str) -> int:
        return self.store.rows(name, self.versions[name])

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, int]]:
        """Times a stage; the stage fills the dictionary with its rows."""
        self.listener(name, None)
        started, began = datetime.now(UTC), time.monotonic()
        rows: dict[str, int] = {}
        self.note = ""
        yield rows
        result = StageResult(name, time.monotonic() - began, rows, self.run_id, self.note)
        self.results.append(result)
        self._log(result, started)
        self.listener(name, result)

    def _log(self, result: StageResult, started: datetime) -> None:
        schema = pa.schema(
            [
                ("run_id", pa.string()),
                ("publication", pa.string()),
                ("stage", pa.string()),
                ("started_at", pa.timestamp("us", tz="UTC")),
                ("seconds", pa.float64()),
                ("rows", pa.map_(pa.string(), pa.int64())),
                ("note", pa.string()),
            ]
        )
        if self.store.exists(RUNS.name):
            # A warehouse, or a backup, from before there were notes.
            self.store.add_columns(RUNS.name, schema)
        row = {
            "run_id": self.run_id,
            "publication": self.publication,
            "stage": result.stage,
            "started_at": started,
            "seconds": round(result.seconds, 3),
            "rows": sorted(result.rows.items()),
            "note": result.note or None,
        }
        self.store.write_arrow(pa.Table.from_pylist([row], schema), RUNS.name, "append")

    @property
    def new_account(self) -> list[dict[str, Any]]:
        """Rows of `ops.files` of what this run took in."""
        rows = self.store.read_arrow(FILES.name, self.versions[FILES.name]).to_pylist()
        return [row for row in rows if row["ingested_at"] == self.started_at]

    @property
    def took_in(self) -> bool:
        """Whether this run made rows out of files."""
        return any(row["accepted"] or row["redelivered"] for row in self.new_account)


def key_check(secret: bytes) -> str:
    """A fingerprint that tells keys apart and gives none away."""
    return hashlib.sha256(b"scv key check" + secret).hexdigest()[:16]
