"""Live progress of a run: a spinner on a terminal, plain lines otherwise."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.status import Status

if TYPE_CHECKING:
    from pipelines.run import StageResult


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
        total = time.monotonic() - self._began
        self._console.print(
            f"{total:7.1f} s  {result.stage:<18} {result.seconds:6.1f} s  {rows}", markup=False
        )
