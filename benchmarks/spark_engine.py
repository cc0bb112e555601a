"""Linking on Spark: the resolve stage with `linking.engine: spark`, beside Splink's own script."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from benchmarks.full_run import FOLDER, tool
from benchmarks.watch import timed

PERSONS = 24_000
"""About 100 thousand source identities."""

LARGEST_SHARE = 1 / 3
CONFIG = "linking:\n  engine: spark\n"


def section(landing: Path) -> list[str]:
    """Markdown: seconds of scoring and clustering of both, sessions and training left out."""
    plain = json.loads(timed([sys.executable, "-m", "benchmarks.naive_spark", str(landing)]).output)
    warehouse, config = FOLDER / "warehouse-spark", FOLDER / "spark.yml"
    shutil.rmtree(warehouse, ignore_errors=True)
    config.write_text(CONFIG, encoding="utf-8")
    options = ["--config", str(config), "--landing", str(landing), "--warehouse", str(warehouse)]
    outcome = json.loads(timed([tool("scv"), "run", *options, "--json"]).output)
    (stage,) = [stage for stage in outcome["stages"] if stage["stage"] == "resolve"]
    share = stage["seconds"] / plain["seconds"]
    return [
        f"## Linking on Spark, {plain['identities']:,} source identities",
        "",
        _verdict(share),
        "",
        "| what | seconds |",
        "| --- | --- |",
        f"| Splink's predict and cluster on Spark | {plain['seconds']:.1f} |",
        f"| stage `resolve`, `linking.engine: spark` | {stage['seconds']:.1f} |",
        "",
    ]


def _verdict(share: float) -> str:
    return (
        f"The whole stage, nodes, forecast and tables too, takes {share:.2f} of what Splink's own"
        f" scoring and clustering on Spark takes (to reach: at most {LARGEST_SHARE:.2f})."
    )
