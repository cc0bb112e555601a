"""A command is measured with the processes that it starts."""

from __future__ import annotations

import sys

import pytest

from benchmarks.watch import timed

BUSY = """
import time
block = bytearray(200_000_000)
end = time.process_time() + 1
while time.process_time() < end:
    block[::4096] = block[::4096]
"""
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BUSY!r}], check=True)
print("done")
"""


def test_children_count() -> None:
    timing = timed([sys.executable, "-c", PARENT])
    assert timing.output == "done\n"
    assert timing.wall >= 1
    assert 0.5 < timing.cpu < 2 * timing.wall + 1
    assert timing.memory > 200_000_000


def test_a_failure_says_what_the_command_said() -> None:
    with pytest.raises(SystemExit, match="so it goes"):
        timed([sys.executable, "-c", "import sys; sys.exit('so it goes')"])
