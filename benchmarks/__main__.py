"""`make bench`: the full run beside the plain script, on the same folder, in turn."""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

FOLDER = Path("var/bench")
PAGE = Path("docs/benchmarks.md")
LIBRARIES = ("pyspark", "delta-spark", "deltalake", "duckdb", "splink", "great_expectations")
LARGEST_RATIO = 8.0


@dataclass(frozen=True)
class Timing:
    """Wall and processor seconds of one process with its children."""

    wall: float
    cpu: float
    output: str


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


def timed(command: list[str]) -> Timing:
    """Run a command; its failure ends the benchmark with what it said."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[:3]} failed:\n{done.stderr[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timing(wall, cpu, done.stdout)


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
        "| round | plain script, wall s | full run, wall s | ratio | plain, CPU s | full, CPU s |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {place} | {plain.wall:.1f} | {full.wall:.1f} | {full.wall / plain.wall:.1f}"
        f" | {plain.cpu:.1f} | {full.cpu:.1f} |"
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
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
