"""Where a run can be stopped to see what a kill leaves: before and after every commit.

Nothing happens here but for a test. With the environment variable SCV_FAILPOINT=<boundary>:<file>
a process that comes to this boundary writes the file and waits for ever, so that a harness can kill
it exactly there.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

VARIABLE = "SCV_FAILPOINT"


def reach(boundary: str) -> None:
    """Called at every commit boundary, by a name such as `before add golden.customers`."""
    wanted, _, file = os.environ.get(VARIABLE, "").partition(":")
    if wanted == boundary:
        Path(file).touch()
        threading.Event().wait()
