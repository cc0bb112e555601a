"""A command's wall seconds, processor seconds and peak memory, with all processes it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAUSE = 0.2


@dataclass(frozen=True)
class Timing:
    """Seconds by the clock and of processors, and the peak of memory in bytes (proportional set
    size: pages that processes share count once), of one process with its descendants.
    """

    wall: float
    cpu: float
    memory: int
    output: str


def timed(command: list[str]) -> Timing:
    """Run a command; its failure ends the benchmark with what it said.

    Processes are sampled, because the system adds up the seconds of those alone that were waited
    for, and nobody waits for the JVM.
    """
    began = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        sampler = _Sampler(run.pid)
        sampler.start()
        output, errors = run.communicate()
        wall = time.monotonic() - began
        sampler.stop()
    if run.returncode:
        sys.exit(f"{command[:3]} failed:\n{errors[-2000:]}")
    return Timing(wall, sum(sampler.seconds.values()), sampler.peak, output)


class _Sampler(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.seconds: dict[int, float] = {}
        self.peak = 0

    def run(self) -> None:
        while not self._ended.wait(_PAUSE):
            memory = 0
            for pid in _tree(self._pid):
                try:
                    self.seconds[pid] = _cpu_seconds(pid)
                    memory += _memory(pid)
                except (OSError, ValueError):
                    # It ended between being listed and being read.
                    continue
            self.peak = max(self.peak, memory)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for listing in _PROC.glob(f"{pid}/task/*/children"):
        try:
            children = listing.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _cpu_seconds(pid: int) -> float:
    # The command's name comes second, in brackets, and may hold spaces.
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(pid: int) -> int:
    for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
