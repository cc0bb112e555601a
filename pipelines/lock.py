"""One writer at a time per warehouse.

The operating system holds the lock for the process, so a dead run never leaves a stale one. The
run's JVM holds a second one: where the Python process was killed and its JVM still lives, the
next run waits until that one is gone, too, and no orphan can commit after the next run began.
Readers need no lock; they go by the manifest.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from pyspark.sql import SparkSession

from pipelines.errors import LockedError
from pipelines.session import FileHold, hold_file

ORPHAN_SECONDS = 60.0
"""A JVM ends by itself when its Python process is gone; seen: within 2 s, in a task within 5."""

_PAUSE = 0.2


class WriterLock:
    """The right to write to a warehouse; `wait` is how many seconds to wait for another run."""

    def __init__(self, warehouse: Path, owner: str, wait: float = 0) -> None:
        self._own = warehouse / ".writer.lock"
        self._jvm = warehouse / ".writer-jvm.lock"
        self._owner = owner
        self._wait = wait
        self._stream: IO[str] | None = None
        self._hold: FileHold | None = None

    def acquire(self) -> None:
        """Take the lock; `LockedError` says who has it."""
        if self._stream is not None:
            return
        self._own.parent.mkdir(parents=True, exist_ok=True)
        stream = self._own.open("a+", encoding="utf-8")
        try:
            if not _within(self._wait, lambda: _try_flock(stream)):
                raise LockedError(f"another run is writing to {self._own.parent}: {_read(stream)}")
            if not _within(ORPHAN_SECONDS, self._no_orphan):
                raise LockedError(
                    f"the JVM of a run that died still holds {self._own.parent};"
                    " end that java process, then try again"
                )
        except BaseException:
            stream.close()
            raise
        self._stream = stream
        _write(stream, self._owner)

    def hold_in(self, session: SparkSession) -> None:
        """Let the session's JVM hold its own lock for as long as it lives, or until `release`."""
        if self._hold is None:
            self._hold = hold_file(session, self._jvm)

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._hold is not None:
            self._hold.release()
            self._hold = None
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> WriterLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _no_orphan(self) -> bool:
        """Whether no JVM holds its lock. Java locks are POSIX locks, of another kind than ours."""
        with self._jvm.open("a") as stream:
            try:
                fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            return True


def _within(seconds: float, attempt: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not attempt():
        if time.monotonic() >= end:
            return False
        time.sleep(_PAUSE)
    return True


def _try_flock(stream: IO[str]) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write(stream: IO[str], owner: str) -> None:
    stream.truncate(0)
    who = {
        "run": owner,
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    stream.write(json.dumps(who))
    stream.flush()


def _read(stream: IO[str]) -> str:
    """Who has it, as far as they have written it down."""
    stream.seek(0)
    try:
        who = json.loads(stream.read())
    except ValueError:
        return "it has just begun"
    return f"run {who['run']}, process {who['process']} on {who['host']}, since {who['since']}"
