"""Runs on small hand-made folders, with the suite's own Spark session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from pipelines.config import Config
from pipelines.run import Run
from tests.sources.landing import write_contract


def configure(folder: Path, *documents: dict[str, Any], shipped: bool = False) -> Config:
    """A configuration of `folder`/landing and `folder`/warehouse with these contracts."""
    for document in documents:
        write_contract(folder / "feeds", document)
    return Config(
        warehouse=folder / "warehouse",
        landing=folder / "landing",
        sources=(folder / "feeds",) if documents else (),
        shipped_sources=shipped,
    )


def begin(spark: SparkSession, config: Config, **options: Any) -> Run:
    """A run that has begun, in the session that all tests share."""
    run = Run(config, **options)
    run.spark = spark
    run.begin()
    # Tests play several runs one after another; who may write is test_lock's matter.
    run.close()
    return run
