"""Live progress of a run: a spinner on a terminal, plain lines otherwise, or lines of JSON."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.status import Status

if TYPE_CHECKING:
    from pipelines.run import Listener, StageResult


class LogFormat(StrEnum):
    """How a run tells its progress on stderr."""

    PLAIN = "plain"
    JSON = "json"


def progress(log_format: LogFormat, *, quiet: bool) -> Listener:
    """The listener for a format; lines of JSON are written even where a summary is asked for."""
    return log_stage if log_format is LogFormat.JSON else Progress(quiet=quiet)


def log_stage(_: str, result: StageResult | None) -> None:
    """One line of JSON per finished stage: time, run, stage, seconds, rows by table or count."""
    if result is not None:
        log("stage", run=result.run_id, stage=result.stage, seconds=round(result.seconds, 3),
            rows=result.rows, note=result.note)  # fmt: skip


def log(event: str, **values: object) -> None:
    """A line of JSON on stderr; names and numbers only, nothing of a person."""
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **values}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()


def tell_new_key(listener: Listener, key_file: Path) -> None:
    """Say that a key was made, in the form that the listener has."""
    advice = "keep it secret and back it up, record ids depend on it"
    if listener is log_stage:
        log("new key", file=str(key_file), advice=advice)
    else:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"made the key {key_file}: {advice}", markup=False
        )


class Progress:
    """Says each stage as it starts and ends, with seconds and rows; silent with `quiet`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, highlight=False, quiet=quiet)
        self._status: Status | None = None
        self._began = time.monotonic()

    def __call__(self, stage: str, result: StageResult | None) -> None:
        if result is None:
            self._start(stage)
        else:
            self._end(result)

    def _start(self, stage: str) -> None:
        if self._console.is_terminal:
            self._status = self._console.status(stage)
            self._status.start()

    def _end(self, result: StageResult) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
        rows = ", ".join(f"{name} {count:,}" for name, count in result.rows.items() if count)
        if result.note:
            rows = f"{rows}; {result.note}"
        total = time.monotonic() - self._began
        self._console.print(
            f"{total:7.1f} s  {result.stage:<18} {result.seconds:6.1f} s  {rows}",
            markup=False,
            # A line of a log is found by its words only if it is one line.
            soft_wrap=True,
        )
