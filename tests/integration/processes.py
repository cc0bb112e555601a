"""`scv run` in a process of its own, that can be killed with all it has started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from pipelines.failpoints import VARIABLE

MOST_SECONDS = 300
_ROOT = Path(__file__).parents[2]


def start(landing: Path, warehouse: Path, failpoint: str | None = None) -> subprocess.Popen[str]:
    """Begin a run; with a failpoint, `<boundary>:<file>`, it stops there."""
    command = [sys.executable, "-m", "scv.main", "run"]
    return subprocess.Popen(
        [*command, "--landing", str(landing), "--warehouse", str(warehouse)],
        cwd=_ROOT,
        env=os.environ | {VARIABLE: failpoint or ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_tree(process: subprocess.Popen[str]) -> None:
    """kill -9 for Python, its JVM and that one's Python workers, and wait until they are gone."""
    tree = [psutil.Process(process.pid)] if process.poll() is None else []
    tree += [child for one in tree for child in one.children(recursive=True)]
    for one in tree:
        one.suspend()
    for one in tree:
        one.kill()
    process.communicate()
    psutil.wait_procs(tree)


def kill_at(boundary: str, landing: Path, warehouse: Path) -> None:
    """Run up to a commit boundary and kill the whole tree there."""
    reached = warehouse.with_name("reached")
    reached.unlink(missing_ok=True)
    process = start(landing, warehouse, f"{boundary}:{reached}")
    end = time.monotonic() + MOST_SECONDS
    while not reached.exists():
        assert process.poll() is None, f"never came to {boundary}: {process.communicate()[1]}"
        assert time.monotonic() < end, f"did not come to {boundary}"
        time.sleep(0.05)
    kill_tree(process)


def finish(landing: Path, warehouse: Path) -> float:
    """A plain run to its end; its seconds."""
    began = time.monotonic()
    process = start(landing, warehouse)
    _, said = process.communicate(timeout=MOST_SECONDS)
    assert process.returncode == 0, said
    return time.monotonic() - began
