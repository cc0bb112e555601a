"""What the driver takes to look at deliveries before any task starts.

`python -m benchmarks.inspecting LANDING` prints seconds of hashing and of reading all files once,
and which share of the lines lies in the largest file: one task's, however many executors there are.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pipelines.config import Config
from sources.delivery import file_hash, find_files, inspect_files


@dataclass(frozen=True)
class Inspecting:
    """Files, their bytes and lines, the lines of the largest one, and seconds."""

    files: int
    size: int
    lines: int
    largest: int
    seconds: float


def main() -> None:
    """Print one line."""
    found = inspecting(Path(sys.argv[1]))
    print(
        f"{found.files} files of {found.size / 1e6:,.0f} MB and {found.lines:,} lines in"
        f" {found.seconds:.1f} s; the largest has {found.largest / max(found.lines, 1):.0%}"
    )


def inspecting(landing: Path) -> Inspecting:
    """As a run begins, with the shipped contracts."""
    began = time.monotonic()
    files = find_files(landing, Config().catalog())
    for _, path, _ in files:
        file_hash(path)
    deliveries = inspect_files(landing, files)
    lines = [delivery.lines for delivery in deliveries]
    return Inspecting(
        files=len(deliveries),
        size=sum(delivery.size for delivery in deliveries),
        lines=sum(lines),
        largest=max(lines, default=0),
        seconds=time.monotonic() - began,
    )


if __name__ == "__main__":
    main()
