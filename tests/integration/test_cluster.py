"""The whole job on a standalone Spark cluster: master and two workers of the installed package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyspark
import pytest

from tests.conftest import Published
from tests.integration.contents import differences

HOME = Path(pyspark.__file__).parent
DEPLOY = "org.apache.spark.deploy"
START_SECONDS = 60
SPARK_YML = """
linking:
  engine: spark
spark:
  master: {master}
  options:
    spark.executor.memory: 1g
"""


def start(stack: ExitStack, log: Path, *arguments: str) -> None:
    """A process of the cluster, ended with the stack."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SPARK_", "PYTHON"))
    }
    environment |= {"SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1"}
    output = stack.enter_context(log.open("w"))
    process = subprocess.Popen(
        [str(HOME / "bin" / "spark-class"), *arguments],
        env=environment,
        cwd=log.parent,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)


def said(log: Path, words: str) -> str:
    """The line of a log that holds these words, once it is there."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        for line in log.read_text("utf-8").splitlines():
            if words in line:
                return line
        time.sleep(0.2)
    raise TimeoutError(f"nobody said '{words}' in {log}")


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    """The URL of a master with two workers of one core each."""
    with ExitStack() as stack:
        log = tmp_path / "master.log"
        local = ["--host", "127.0.0.1", "--webui-port", "0"]
        start(stack, log, f"{DEPLOY}.master.Master", *local, "--port", "0")
        url = said(log, "Starting Spark master at").split()[-1]
        for number in (1, 2):
            worker = tmp_path / f"worker{number}.log"
            size = ["--cores", "1", "--memory", "1200m", "--work-dir", str(tmp_path / "work")]
            start(stack, worker, f"{DEPLOY}.worker.Worker", *local, *size, url)
            said(worker, "Successfully registered with master")
        yield url


@pytest.mark.nightly
def test_the_job_on_a_cluster_publishes_what_one_process_does(
    master: str, published: Published, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse"
    shutil.copy(published.key, tmp_path / "warehouse.key")
    (tmp_path / "scv.yml").write_text(SPARK_YML.format(master=master), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("scv")), "run"]
    places = ["--landing", str(published.landing), "--warehouse", str(warehouse)]
    run = subprocess.run(
        [*command, *places], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert "on spark: scv.yml says so" in run.stderr
    assert (tmp_path / "master.log").read_text("utf-8").count("Launching executor") == 2
    assert differences(warehouse, published.warehouse) == {}
