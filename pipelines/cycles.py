"""Python's cycle collector, put off while a task makes rows."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycle_collection() -> Iterator[None]:
    """Rows make no cycles, and walking over a batch of them again and again took 27 % of ingest's
    processor time (212 thousand identities: 11.9 s with the collector, 8.6 s without).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
