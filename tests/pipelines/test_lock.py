"""One writer at a time; what a dead one held is free again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipelines import lock
from pipelines.errors import LockedError
from pipelines.lock import WriterLock
from pipelines.run import Run
from tests.pipelines.runs import configure
from tests.sources.landing import CLUB

HOLDER = """
import sys, time
from pathlib import Path
from pipelines.lock import WriterLock
held = WriterLock(Path(sys.argv[1]), "theirs")
held.acquire()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the lock of `tmp_path`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_writer_is_refused_and_told_who_has_it(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(LockedError, match=f"run theirs, process {holder.pid} on .*, since 20"):
        WriterLock(tmp_path, "mine").acquire()


def test_a_killed_writer_leaves_no_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with WriterLock(tmp_path, "mine"):
        pass


def test_a_writer_that_waits_gets_it_when_the_other_ends(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(LockedError):
        WriterLock(tmp_path, "mine", wait=0.3).acquire()
    began = time.monotonic()
    subprocess.Popen(
        [sys.executable, "-c", f"import os,time;time.sleep(1);os.kill({holder.pid},9)"]
    )
    with WriterLock(tmp_path, "mine", wait=30):
        assert time.monotonic() - began < 25


def test_a_released_lock_is_free_and_taking_it_twice_is_taking_it_once(tmp_path: Path) -> None:
    first = WriterLock(tmp_path, "first")
    first.acquire()
    first.acquire()
    with pytest.raises(LockedError, match="run first"):
        WriterLock(tmp_path, "second").acquire()
    first.release()
    first.release()
    WriterLock(tmp_path, "second").acquire()


def test_a_jvm_that_outlives_its_run_keeps_the_next_one_out(
    tmp_path: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "ORPHAN_SECONDS", 0.3)
    first = WriterLock(tmp_path, "first")
    first.acquire()
    first.hold_in(spark)
    # The Python process is gone, its JVM is not.
    assert first._stream is not None
    first._stream.close()
    with pytest.raises(LockedError, match="JVM of a run that died"):
        WriterLock(tmp_path, "second").acquire()
    first.release()
    WriterLock(tmp_path, "second").acquire()


def test_a_run_holds_the_lock_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    config = configure(tmp_path, CLUB)
    first, second = Run(config), Run(config)
    first.begin()
    with pytest.raises(LockedError, match=first.run_id):
        second.begin()
    first.close()
    second.begin()
    second.close()
