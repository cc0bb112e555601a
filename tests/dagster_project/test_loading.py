"""Loading the code location: quick, and without a JVM."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LOADING = """
import json
import psutil
from dagster_project.definitions import definitions
from dagster_project.jobs import JOB_NAME
from pyspark.sql import SparkSession

loaded = definitions()
loaded.resolve_job_def(JOB_NAME)
children = [child.name() for child in psutil.Process().children(recursive=True)]
print(json.dumps({
    "assets": len(loaded.resolve_all_asset_specs()),
    "java": [name for name in children if "java" in name],
    "session": SparkSession._instantiatedSession is not None,
    "executor": loaded.resolve_job_def(JOB_NAME).executor_def.name,
    "page executor": loaded.resolve_implicit_global_asset_job_def().executor_def.name,
}))
"""

MOST_PROCESSOR_SECONDS = 9.0
"""Three times the three seconds that are promised on an idle machine, where it takes one."""


def load() -> dict[str, object]:
    found = subprocess.run(
        [sys.executable, "-c", LOADING], cwd=ROOT, capture_output=True, text=True, check=True
    )
    document: dict[str, object] = json.loads(found.stdout.splitlines()[-1])
    return document


def test_loading_starts_no_jvm_and_no_session() -> None:
    loaded = load()
    assert loaded["java"] == []
    assert loaded["session"] is False
    assert int(str(loaded["assets"])) > 10


def test_whatever_is_launched_stays_in_one_process() -> None:
    loaded = load()
    assert loaded["executor"] == "in_process"
    assert loaded["page executor"] == "in_process"


def test_loading_is_quick() -> None:
    """Processor time, since the clock on a busy machine says nothing about the code."""
    code = "import dagster_project.definitions as d; d.definitions(); import time;"
    found = subprocess.run(
        [sys.executable, "-c", code + "print(time.process_time())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(found.stdout.splitlines()[-1]) < MOST_PROCESSOR_SECONDS
