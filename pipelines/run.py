"""One run: what it starts from, what it has made so far, and who hears of its progress."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.metadata
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from pipelines.config import Config, make_secret, read_secret
from pipelines.datafiles import DataFile
from pipelines.delta import TableStore
from pipelines.errors import ConfigurationError
from pipelines.file_decisions import REPLAY, WITHDRAWN, pending, read_decisions, withdrawn
from pipelines.judgements import Decisions, decisions_now, decisions_of
from pipelines.lock import WriterLock
from pipelines.manifest import (
    ARCHIVED,
    MIGRATED,
    Publication,
    live,
    next_id,
    read_manifest,
    require_current,
    require_unpinned,
)
from pipelines.scope import Scope, scope_of
from pipelines.session import build_session
from pipelines.strays import untaken_files
from pipelines.tables import FILES, RUNS, published_tables
from quality.report import CheckResult
from resolution import thresholds
from resolution.golden.survivorship import RULES_FILE
from resolution.guard import GuardSettings
from resolution.history import Cause
from resolution.model.artefact import Model, read_model
from sources.catalog import Catalog
from sources.contract import FileContract
from sources.delivery import Delivery, Problem, file_hash, find_files, inspect_files
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
class Run:
    """State of one run. Versions start from the last publication, never from tables' heads:
    a failed candidate is a head, too.
    """

    config: Config
    first_day: date | None = None
    last_day: date | None = None
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    listener: Listener = _silent
    versions: dict[str, int] = field(default_factory=dict)
    results: list[StageResult] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    begun: bool = False
    rebuild: bool = False
    """Whether everything is computed anew, though nothing else asks for it."""
    renewed: dict[str, list[str]] = field(default_factory=dict)
    """By table the files with the rows that this run made, where it left the other rows alone."""
    note: str = ""
    """What the stage that runs has to say beside its rows, such as why it took an engine."""
    _owns_session: bool = False

    @cached_property
    def store(self) -> TableStore:
        return TableStore(self.config.warehouse)

    @cached_property
    def catalog(self) -> Catalog:
        return self.config.catalog()

    @cached_property
    def model(self) -> Model:
        return read_model(self.config.model)

    @cached_property
    def manifest(self) -> list[Publication]:
        """All rows; `SchemaError` where another release wrote the warehouse."""
        rows = read_manifest(self.store)
        require_current(rows)
        return rows

    @property
    def base(self) -> Publication | None:
        return live(self.manifest)

    @property
    def publication(self) -> str:
        return next_id(self.manifest)

    @property
    def last_tables(self) -> dict[str, int]:
        """Versions by table that this run follows: those of the last publication, or what a backup
        brought back.
        """
        bound = self.base or next((row for row in self.manifest if row.state == ARCHIVED), None)
        return dict(bound.tables) if bound else {}

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
        bound = self.base or next((row for row in self.manifest if row.state == ARCHIVED), None)
        if bound is None and not path.exists():
            make_secret(path)
        secret = read_secret(path)
        if bound is not None and bound.key_check != key_check(secret):
            raise ConfigurationError(
                f"{path} is not the key that this warehouse's record ids were made with;"
                " restore the right one from your backup"
            )
        return secret

    @cached_property
    def guard(self) -> GuardSettings:
        """The guard of `scv.yml`, and what contracts say of duplicates."""
        return replace(
            self.config.linking.guard, duplicate_free=self.catalog.duplicate_free_sources
        )

    @cached_property
    def rules_version(self) -> str:
        """Hash of all that decides a result beside input, model and code."""
        digest = hashlib.sha256()
        for source, contract in self.catalog.files:
            digest.update(contract.model_dump_json().encode())
            digest.update(repr(source.phone_regions).encode())
        digest.update(RULES_FILE.read_bytes())
        digest.update(Path(thresholds.__file__).read_bytes())
        digest.update(repr(self.guard).encode())
        return digest.hexdigest()[:12]

    @cached_property
    def decided(self) -> Decisions:
        """What stewards decided, by the ledger as it was when the run began; of a run about another
        model or rule, as it was before.
        """
        upgrade = self.cause.kind in ("model", "rule")
        return self.decided_before if upgrade else self.decided_now

    @cached_property
    def decided_now(self) -> Decisions:
        return decisions_now(self.store)

    @cached_property
    def decided_before(self) -> Decisions:
        return decisions_of(self.store, self.last_tables)

    @cached_property
    def code_version(self) -> str:
        return importlib.metadata.version("single-customer-view")

    @cached_property
    def waiting(self) -> list[tuple[FileContract, Path, date]]:
        """Files within the run's days that the last publication does not hold yet."""
        anew = {key for key, action in self.pending.items() if action == REPLAY}
        known = {(row["file"], row["sha256"]) for row in self.account} - anew
        return [
            (contract, path, day)
            for contract, path, day in find_files(self.config.landing, self.catalog)
            if (self.first_day is None or day >= self.first_day)
            and (self.last_day is None or day <= self.last_day)
            and (path.relative_to(self.config.landing).as_posix(), file_hash(path)) not in known
        ]

    @property
    def first_waiting(self) -> date | None:
        """The earliest batch day among the waiting files."""
        return min((day for _, _, day in self.waiting), default=None)

    @cached_property
    def deliveries(self) -> list[Delivery]:
        """The waiting files, inspected. One that was withdrawn is set aside again where the account
        does not hold it: after a restore of a publication before it, or of a backup.
        """
        out = withdrawn(read_decisions(self.store))
        return [
            replace(one, problem=Problem(WITHDRAWN)) if (one.name, one.sha256) in out else one
            for one in inspect_files(self.config.landing, self.waiting if self.takes_input else [])
        ]

    @cached_property
    def untaken(self) -> list[Path]:
        """Files in the landing folder that no contract takes."""
        return untaken_files(self.config.landing, self.catalog)

    def require_input(self) -> None:
        """`ConfigurationError` where a first run has no file: it would publish nobody."""
        if self.base is not None or self.waiting:
            return
        days = "" if self.first_day is None and self.last_day is None else " of these days"
        raise ConfigurationError(
            f"there is nothing to publish: {self.config.landing} has no file{days} that a contract"
            f" takes, and {len(self.untaken):,} that none takes. Where files are expected:"
            " scv sources list; which are not taken: scv sources check"
        )

    @property
    def has_work(self) -> bool:
        """New files or decisions, or another model, release or rule than the last publication's."""
        base = self.base
        if base is None or base.state == MIGRATED or self.waiting or self.pending:
            return True
        return not self.takes_input

    @cached_property
    def cause(self) -> Cause:
        """What makes this run's customers differ from the last publication's. Another model, rule
        or release, and decisions of stewards, are published on unchanged input, so that no change
        of customers has two causes.
        """
        base = self.base
        if base is None:
            return Cause("data")
        if base.model_version != self.model.version:
            return Cause("model", f"{base.model_version} -> {self.model.version}")
        for name, before, now in (
            ("rules", base.rules_version, self.rules_version),
            ("release", base.code_version, self.code_version),
        ):
            if before != now:
                return Cause("rule", f"{name} {before} -> {now}")
        if self.rebuild:
            return Cause("rule", "rebuild")
        return Cause("data" if self.decided_now == self.decided_before else "steward")

    @cached_property
    def scope(self) -> Scope:
        """How much this run computes."""
        return scope_of(self)

    @property
    def takes_input(self) -> bool:
        """Whether this run takes in what is waiting, or leaves it for the next one."""
        return self.cause.kind == "data"

    @property
    def leaves_work(self) -> bool:
        """Whether another run has to follow this one."""
        if self.takes_input:
            return False
        undecided = self.cause.kind != "steward" and self.decided_now != self.decided_before
        return undecided or bool(self.waiting or self.pending)

    def begin(self) -> None:
        """Bring every table back to the last publication: a killed or failed run leaves heads
        that nobody published.
        """
        # A wrong key or a missing model must stop the run before anything is written.
        self.model  # noqa: B018
        self.secret  # noqa: B018
        self._lock.acquire()
        # Another run may have published while this one waited.
        for name in ("manifest", "account", "pending", "waiting", "deliveries", *_DECISIONS):
            self.__dict__.pop(name, None)
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

    @cached_property
    def account(self) -> list[dict[str, Any]]:
        """Rows of `ops.files`: all files that the last publication holds."""
        if self.base is None or FILES.name not in self.base.tables:
            return []
        rows = self.store.read_arrow(FILES.name, self.base.tables[FILES.name])
        return list(rows.to_pylist())

    @property
    def new_account(self) -> list[dict[str, Any]]:
        """Rows of `ops.files` of what this run took in."""
        rows = self.store.read_arrow(FILES.name, self.versions[FILES.name]).to_pylist()
        return [row for row in rows if row["ingested_at"] == self.started_at]

    @property
    def took_in(self) -> bool:
        """Whether this run made rows out of files."""
        return any(row["accepted"] or row["redelivered"] for row in self.new_account)

    @cached_property
    def pending(self) -> dict[tuple[str, str], str]:
        """Decisions about files, by file and hash, that the last publication does not show."""
        return pending(read_decisions(self.store), self.account)


_DECISIONS = ("cause", "scope", "decided", "decided_now", "decided_before")


def key_check(secret: bytes) -> str:
    """A fingerprint that tells keys apart and gives none away."""
    return hashlib.sha256(b"scv key check" + secret).hexdigest()[:16]
