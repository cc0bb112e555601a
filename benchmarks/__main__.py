"""`make bench`: everything that docs/benchmarks.md says, measured anew beside its yardstick."""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import answers, full_run, resolving, spark_engine

PAGE = Path("docs/benchmarks.md")
LIBRARIES = ("pyspark", "delta-spark", "deltalake", "duckdb", "splink", "great_expectations")
LARGEST_RATIOS = {50_000: 6.0, 236_000: 3.5}
"""Of the full run to the plain script, by persons; a million source identities are 236,000."""

YARDSTICK = (
    "The yardstick is `benchmarks/naive.py`, a plain Python and Splink script on the same folder."
    " Both are timed as whole cold processes, in turn; the ratio is what counts, the seconds are"
    " this machine's."
)


def main() -> None:
    """Generate feeds once, measure, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    lines = ["# Benchmarks", "", _made(chosen.rounds), "", YARDSTICK, ""]
    measured = []
    for persons, largest_ratio in sorted(LARGEST_RATIOS.items()):
        landing = full_run.feeds(persons)
        rounds = [full_run.one_round(landing) for _ in range(chosen.rounds)]
        lines += full_run.section(persons, rounds, largest_ratio)
        measured.append(resolving.measure(full_run.WAREHOUSE))
    lines += answers.section(full_run.WAREHOUSE, rounds[-1].records)
    lines += spark_engine.section(full_run.feeds(spark_engine.PERSONS))
    lines += ["## The forecast of linking, and what it took on DuckDB", ""]
    page = "\n".join([*lines, *resolving.table(measured), ""])
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def _made(rounds: int) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"Made by `make bench` (`python -m benchmarks --rounds {rounds}`)"
        f" on {datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {memory:.0f} GB,"
        f" {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
        + "."
    )


if __name__ == "__main__":
    main()
