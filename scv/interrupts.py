"""Ctrl-C during a run."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

from scv.errors import STOPPED_SENTENCE, Exit


@contextmanager
def stopping_at_once(farewell: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C end the process there and then, with a sentence and exit code 130.

    A run may be killed at any moment, its JVM with it. Handlers of Spark and Dagster would
    instead ask the JVM in the middle of another question, and end in a stack trace.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    read, write = os.pipe()
    os.set_blocking(write, False)
    before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(read, farewell), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(write)


def _watch(read: int, farewell: Callable[[], None]) -> None:
    with os.fdopen(read, "rb", buffering=0) as numbers:
        while number := numbers.read(1):
            if number[0] == signal.SIGINT:
                # A spinner hides the cursor.
                shown = "\x1b[?25h\r" if sys.stderr.isatty() else ""
                sys.stderr.write(f"{shown}scv: {STOPPED_SENTENCE}\n")
                farewell()
                sys.stderr.flush()
                # A JVM that is just starting does not see that we are gone.
                for child in psutil.Process().children(recursive=True):
                    child.kill()
                os._exit(Exit.STOPPED)
