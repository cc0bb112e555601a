"""The run behind a Dagster run: one configuration, one Spark session, one candidate."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import PrivateAttr

if TYPE_CHECKING:
    from pipelines.config import Config
    from pipelines.run import Listener, Run


@dataclass
class Observer:
    """Who watches a run from within the same process: the command line, a test."""

    listener: Listener
    config: Config
    rebuild: bool = False
    runs: list[Run] = field(default_factory=list)


OBSERVER: ContextVar[Observer | None] = ContextVar("observer", default=None)
"""Dagster makes its own copy of a resource, so what watches a run can't travel inside it."""


class PipelineResource(dg.ConfigurableResource[Any]):
    """Configuration of the pipeline; empty fields fall back on `scv.yml` and the environment."""

    config_file: str | None = None
    warehouse: str | None = None
    landing: str | None = None
    model: str | None = None
    writer_wait: int | None = None

    _run: Any = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """One run for all of a Dagster run's steps: they share this process."""
        from pipelines.run import Run

        observer = OBSERVER.get()
        self._run = Run(self.config())
        if context.run is not None:
            self._run.run_id = context.run.run_id
        if observer is not None:
            self._run.listener = observer.listener
            self._run.rebuild = observer.rebuild
            observer.runs.append(self._run)

    def config(self) -> Config:
        """What the command line was given, or `scv.yml` and the environment with this resource's
        fields over them.
        """
        from pipelines.config import load_config

        observer = OBSERVER.get()
        if observer is not None:
            return observer.config
        return load_config(
            Path(self.config_file) if self.config_file else None,
            warehouse=self.warehouse,
            landing=self.landing,
            model=self.model,
            writer_wait=self.writer_wait,
        )

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        """End the JVM with the run."""
        self._run.close()

    def start(self, days: tuple[date, date] | None) -> Run:
        """The run, brought back to the last publication, for these days or for all."""
        run = self.run
        if days is not None:
            run.first_day, run.last_day = days
        run.begin()
        return run

    @property
    def candidate(self) -> Run:
        """The run as bronze left it. Without bronze there is no candidate to go on with: several
        days chosen on the page become two runs, and the second one would publish nothing new.
        """
        run: Run = self._run
        if not run.begun:
            raise dg.Failure(
                "This launch leaves bronze out, so it has no rows to go on with. Launch all assets"
                " with one partition, or the job without one; several days: scv run --from --to",
                allow_retries=False,
            )
        return run

    @property
    def run(self) -> Run:
        """The run as its stages share it; of the live publication where a check runs alone."""
        run: Run = self._run
        if not run.begun:
            run.begin()
        return run
