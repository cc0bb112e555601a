"""Why a run runs, and on what: by the last publication, the rules, the ledger of decisions and the
landing folder. To ask writes nothing and starts no JVM.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.config import Config
from pipelines.delta import TableStore
from pipelines.errors import ConfigurationError
from pipelines.file_decisions import REPLAY, WITHDRAWN, pending, read_decisions, withdrawn
from pipelines.judgements import Decisions, decisions_now, decisions_of
from pipelines.manifest import (
    ARCHIVED,
    MIGRATED,
    Publication,
    live,
    next_id,
    read_manifest,
    require_current,
)
from pipelines.scope import Scope, scope_of
from pipelines.strays import untaken_files
from pipelines.tables import FILES
from resolution import thresholds
from resolution.golden.survivorship import RULES_FILE
from resolution.guard import GuardSettings
from resolution.history import Cause
from resolution.model.artefact import Model, read_model
from sources.catalog import Catalog
from sources.contract import FileContract
from sources.delivery import Delivery, Problem, file_hash, find_files, inspect_files

_CHANGING = (
    "manifest", "account", "pending", "waiting", "deliveries", "cause", "scope", "decided",
    "decided_now", "decided_before",
)  # fmt: skip
"""What other runs and persons change."""


@dataclass
class Plan:
    """What a run would do, if it began now."""

    config: Config
    first_day: date | None = None
    last_day: date | None = None
    rebuild: bool = False
    """Whether everything is computed anew, though nothing else asks for it."""

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
    def followed(self) -> Publication | None:
        """What this run follows: the last publication, or what a backup brought back."""
        return self.base or next((row for row in self.manifest if row.state == ARCHIVED), None)

    @property
    def last_tables(self) -> dict[str, int]:
        """Versions by table of what this run follows."""
        return dict(self.followed.tables) if self.followed else {}

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
    def code_version(self) -> str:
        return importlib.metadata.version("single-customer-view")

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
    def account(self) -> list[dict[str, Any]]:
        """Rows of `ops.files`: all files that the last publication holds."""
        if self.base is None or FILES.name not in self.base.tables:
            return []
        rows = self.store.read_arrow(FILES.name, self.base.tables[FILES.name])
        return list(rows.to_pylist())

    @cached_property
    def pending(self) -> dict[tuple[str, str], str]:
        """Decisions about files, by file and hash, that the last publication does not show."""
        return pending(read_decisions(self.store), self.account)

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

    @property
    def has_work(self) -> bool:
        """New files or decisions, or another model, release or rule than the last publication's."""
        base = self.base
        if base is None or base.state == MIGRATED or self.waiting or self.pending:
            return True
        return not self.takes_input

    def look_again(self) -> None:
        """Forget what may have changed while a run waited for another one."""
        for name in _CHANGING:
            self.__dict__.pop(name, None)
