"""What goes wrong outside of the code: one sentence, an exit code, and nobody's value."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import typer
from pyspark.errors import PySparkException
from typer.testing import CliRunner, Result

from pipelines.errors import LockedError, PipelineError
from scv.errors import Exit, sentence, sentences
from scv.main import app

SECRET = "Zaphodine"


def scv(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PipelineError("a sentence"), "a sentence"),
        (FileNotFoundError(2, "No such file", "here"), "here: No such file"),
        (OSError("no number"), "no number"),
        (duckdb.ConversionException(f"Could not convert '{SECRET}'"), "ConversionException"),
        (PySparkException(f"[CAST] {SECRET}"), "PySparkException"),
    ],
)
def test_an_error_of_the_outside_is_a_sentence(error: Exception, said: str) -> None:
    told = sentence(error)
    assert told is not None
    assert said in told
    assert SECRET not in told


def test_a_fault_of_ours_keeps_its_stack_trace() -> None:
    assert sentence(KeyError("x")) is None


def raising(error: BaseException) -> int:
    @sentences
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as caught:
        command()
    return caught.value.exit_code


def test_exit_codes() -> None:
    assert raising(PipelineError("x")) == 4
    assert raising(LockedError("x")) == 5
    assert raising(KeyboardInterrupt()) == 130
    assert raising(typer.Exit(Exit.REJECTED)) == 3


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    yield tmp_path
    assert (tmp_path / "file").is_file()


@pytest.mark.parametrize(
    "words",
    [
        ("init", "file"),
        ("generate", "file", "--persons", 20, "--days", 1),
        ("maintain", "--warehouse", "file"),
        ("maintain", "--warehouse", "none"),
        ("publications", "restore", "p000001", "--warehouse", "file"),
        ("publications", "restore", "p000001", "--warehouse", "none"),
        ("publications", "list", "--warehouse", "none"),
        ("sql", "select 1", "--warehouse", "file"),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_a_place_that_is_not_what_it_should_be(here: Path, words: tuple[object, ...]) -> None:
    result = scv(*words)
    assert result.exit_code == 4, result.output
    assert result.stderr.startswith("scv: ")
    assert "Traceback" not in result.stderr
    assert not (here / "none").exists()


START = """
import sys
from pathlib import Path
from pipelines.session import SparkSettings, build_session
build_session("x", Path(sys.argv[1]), SparkSettings(master="nonsense"))
"""


@pytest.mark.parametrize("environment", [{}, {"JAVA_HOME": "/nonexistent"}])
def test_spark_that_does_not_start_is_a_sentence(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "SessionError: Spark can't be started with master nonsense" in ended.stderr


WAITING = """
import time
from pathlib import Path
from scv.interrupts import stopping_at_once
with stopping_at_once(lambda: print("farewell")):
    Path("began").touch()
    try:
        time.sleep(60)
    finally:
        time.sleep(60)
"""


def test_ctrl_c_ends_a_run_there_and_then(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "began").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    told, complaint = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (told, complaint) == ("farewell\n", "scv: stopped, nothing was published\n")
