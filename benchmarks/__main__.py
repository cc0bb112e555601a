"""`make bench`: the full run beside the plain script, on the same folder, in turn."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.watch import Timing, timed

FOLDER = Path("var/bench")
PAGE = Path("docs/benchmarks.md")
LIBRARIES = ("pyspark", "delta-spark", "deltalake", "duckdb", "splink", "great_expectations")
LARGEST_RATIO = 8.0


def main() -> None:
    """Generate feeds once, run both in turn, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    feeds = FOLDER / f"feeds-{chosen.persons}"
    if not (feeds / "truth").is_dir():
        shutil.rmtree(feeds, ignore_errors=True)
        command = ["scv", "generate", str(feeds), "--persons", str(chosen.persons), "--seed", "5"]
        subprocess.run([str(tool(command[0])), *command[1:]], check=True)
    rounds = [one_round(feeds / "landing") for _ in range(chosen.rounds)]
    page = report(chosen.persons, rounds)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def tool(name: str) -> Path:
    """A command of this environment."""
    return Path(sys.executable).with_name(name)


def one_round(landing: Path) -> tuple[Timing, Timing]:
    """The plain script, then the full run into an empty warehouse."""
    naive_folder, warehouse = FOLDER / "naive", FOLDER / "warehouse"
    for folder in (naive_folder, warehouse):
        shutil.rmtree(folder, ignore_errors=True)
    plain = timed([sys.executable, "-m", "benchmarks.naive", str(landing), str(naive_folder)])
    options = ["--landing", str(landing), "--warehouse", str(warehouse), "--json"]
    full = timed([str(tool("scv")), "run", *options])
    return plain, full


def report(persons: int, rounds: list[tuple[Timing, Timing]]) -> str:
    """The page: machine, versions, ratios round by round, and where the time went."""
    ratios = [full.wall / plain.wall for plain, full in rounds]
    last = json.loads(rounds[-1][1].output)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    made = (
        f"Made by `make bench` (`python -m benchmarks --persons {persons} --rounds {len(rounds)}`)"
        f" on {datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {memory:.0f} GB,"
        f" {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
        + "."
    )
    yardstick = (
        "The yardstick is `benchmarks/naive.py`, a plain Python and Splink script on the same"
        " folder. Both are timed as whole cold processes, in turn; the ratio is what counts, the"
        " seconds are this machine's."
    )
    lines = [
        "# Benchmarks",
        "",
        made,
        "",
        yardstick,
        "",
        "| round | plain script, wall s | full run, wall s | ratio | CPU s | peak memory, GB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {place} | {plain.wall:.1f} | {full.wall:.1f} | {full.wall / plain.wall:.1f}"
        f" | {plain.cpu:.0f} and {full.cpu:.0f}"
        f" | {plain.memory / 1e9:.1f} and {full.memory / 1e9:.1f} |"
        for place, (plain, full) in enumerate(rounds, start=1)
    ]
    records = last["publication"]["counts"]["silver.records"]
    median = (
        f"{records:,} source identities of {persons:,} generated persons: median ratio"
        f" {statistics.median(ratios):.1f} (to reach: at most {LARGEST_RATIO:.0f})."
    )
    lines += [
        "",
        median,
        "",
        "| stage of the last round | seconds | rows |",
        "| --- | --- | --- |",
    ]
    lines += [
        f"| {stage['stage']} | {stage['seconds']:.1f} | "
        + ", ".join(f"{name} {count:,}" for name, count in stage["rows"].items() if count)
        + " |"
        for stage in last["stages"]
    ]
    return "\n".join([*lines, "", *tables(FOLDER / "warehouse"), ""])


def tables(warehouse: Path) -> list[str]:
    """What the last round wrote: commits, files and megabytes of each table."""
    lines = ["| table | commits | files | MB |", "| --- | --- | --- | --- |"]
    for log in sorted(warehouse.glob("*/*/_delta_log")):
        files = list(log.parent.rglob("*.parquet"))
        data = [file for file in files if "_delta_log" not in file.parts]
        size = sum(file.stat().st_size for file in data) / 1e6
        name = ".".join(log.parent.relative_to(warehouse).parts)
        lines.append(f"| {name} | {len(list(log.glob('*.json')))} | {len(data)} | {size:.1f} |")
    return lines


if __name__ == "__main__":
    main()
