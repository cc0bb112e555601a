"""A disk that can't be written is told from other faults, whoever reports it."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake.exceptions import DeltaError
from pyspark.sql import SparkSession

from pipelines.delta import TableStore
from pipelines.manifest import read_manifest
from pipelines.storage import storage_fault
from tests.conftest import Published
from tests.pipelines.test_delta import numbers

ROOT = Path(__file__).parents[2]
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "w/part-0.parquet")


def caused(cause: BaseException) -> BaseException:
    error = RuntimeError("a stage failed")
    error.__cause__ = cause
    return error


def while_handling(context: BaseException) -> BaseException:
    error = RuntimeError("a stage failed")
    error.__context__ = context
    context.__context__ = error
    return error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (FULL, "No space left on device (w/part-0.parquet)"),
        (caused(FULL), "No space left on device (w/part-0.parquet)"),
        (while_handling(FULL), "No space left on device (w/part-0.parquet)"),
        (PermissionError(errno.EACCES, "no"), "Permission denied"),
        (OSError(errno.EROFS, "no"), "Read-only file system"),
        (DeltaError("Generic error: Unable to write: (os error 122)"), "Disk quota exceeded"),
        (RuntimeError("java.io.IOException: No space left on device"), "No space left on device"),
        (
            RuntimeError("java.io.FileNotFoundException: x (Permission denied)"),
            "Permission denied",
        ),
        (FileNotFoundError(errno.ENOENT, "none"), None),
        (ValueError("a bug"), None),
        (while_handling(ValueError("a bug")), None),
    ],
)
def test_who_says_it_does_not_matter(error: BaseException, says: str | None) -> None:
    assert storage_fault(error) == says


def test_a_spark_task_that_can_not_write_is_understood(spark: SparkSession) -> None:
    number, words = errno.ENOSPC, os.strerror(errno.ENOSPC)

    def write(_: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        raise OSError(number, words)

    with pytest.raises(Exception, match="Errno 28") as caught:
        spark.range(1).mapInArrow(write, "id bigint").collect()
    assert storage_fault(caught.value) == words


def limited(size: int, *words: object) -> subprocess.CompletedProcess[str]:
    """`scv` in a process whose files may not grow beyond some bytes; so may root's not."""
    return subprocess.run(
        [sys.executable, "-m", "scv.main", *map(str, words)],
        cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_commit_that_does_not_fit_is_one_sentence_and_no_commit(
    published: Published, tmp_path: Path
) -> None:
    warehouse = published.copy_to(tmp_path)
    words = ("publications", "restore", "p000001", "--warehouse", warehouse)
    for size in (0, 1000):
        refused = limited(size, *words)
        assert refused.returncode == 6, refused.stderr
        assert "stopped by the operating system: File too large" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert len(read_manifest(TableStore(warehouse))) == 1
    assert limited(resource.RLIM_INFINITY, *words).returncode == 0


def test_a_backup_that_does_not_fit_leaves_no_half(published: Published, tmp_path: Path) -> None:
    out = tmp_path / "b.tar.gz"
    refused = limited(1000, "backup", "--out", out, "--warehouse", published.warehouse)
    assert refused.returncode == 6, refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_library_reports_it_in_a_form_that_is_known(tmp_path: Path) -> None:
    code = (
        "import sys; from pipelines.storage import storage_fault\n"
        "from pipelines.delta import TableStore; from tests.pipelines.test_delta import numbers\n"
        "try: TableStore(sys.argv[1]).write_arrow(numbers(1), 'a.b', 'append')\n"
        "except Exception as error: print(type(error).__name__, storage_fault(error))"
    )
    # -B: the limit would cut the compiled modules that Python writes, and the next run reads them.
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(tmp_path)],
        cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().endswith("File too large"), done
    assert not TableStore(tmp_path).exists("a.b")
    assert TableStore(tmp_path).write_arrow(numbers(1), "a.b", "append") == 0
