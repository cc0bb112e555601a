"""The full run beside the plain script, in turn, on the same feeds."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.watch import Timing, timed

FOLDER = Path("var/bench")
WAREHOUSE = FOLDER / "warehouse"


@dataclass(frozen=True)
class Round:
    """Both, one after the other, as whole cold processes."""

    plain: Timing
    full: Timing

    @property
    def ratio(self) -> float:
        return self.full.wall / self.plain.wall

    @property
    def outcome(self) -> dict[str, Any]:
        """What the full run said at its end."""
        outcome: dict[str, Any] = json.loads(self.full.output)
        return outcome

    @property
    def records(self) -> int:
        return int(self.outcome["publication"]["counts"]["silver.records"])


def tool(name: str) -> str:
    """A command of this environment."""
    return str(Path(sys.executable).with_name(name))


def feeds(persons: int, days: int = 4, later_share: float = 0.065, noise: float = 1.0) -> Path:
    """The landing folder of so many generated persons, made once."""
    folder = FOLDER / f"feeds-{persons}-{days}-{later_share}-{noise}"
    if not (folder / "truth").is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        options = [str(folder), "--persons", str(persons), "--seed", "5"]
        options += ["--days", str(days), "--later-share", str(later_share)]
        options += ["--noise", str(noise)]
        subprocess.run([tool("scv"), "generate", *options], check=True)
    return folder / "landing"


def one_round(landing: Path) -> Round:
    """The plain script, then the full run into an empty warehouse."""
    naive = FOLDER / "naive"
    for folder in (naive, WAREHOUSE):
        shutil.rmtree(folder, ignore_errors=True)
    plain = timed([sys.executable, "-m", "benchmarks.naive", str(landing), str(naive)])
    options = ["--landing", str(landing), "--warehouse", str(WAREHOUSE), "--json"]
    return Round(plain, timed([tool("scv"), "run", *options]))


def section(persons: int, rounds: list[Round], largest_ratio: float) -> list[str]:
    """Markdown: ratios round by round, where the time of the last round went, what it wrote."""
    records = rounds[-1].records
    median = statistics.median(one.ratio for one in rounds)
    lines = [
        f"## {records:,} source identities of {persons:,} persons",
        "",
        f"Median ratio {median:.1f} (to reach: at most {largest_ratio:.1f}).",
        "",
        "| round | plain script, wall s | full run, wall s | ratio | CPU s | peak memory, GB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {place} | {one.plain.wall:.1f} | {one.full.wall:.1f} | {one.ratio:.1f}"
        f" | {one.plain.cpu:.0f} and {one.full.cpu:.0f}"
        f" | {one.plain.memory / 1e9:.1f} and {one.full.memory / 1e9:.1f} |"
        for place, one in enumerate(rounds, start=1)
    ]
    lines += ["", "| stage of the last round | seconds | rows |", "| --- | --- | --- |"]
    lines += [
        f"| {stage['stage']} | {stage['seconds']:.1f} | "
        + ", ".join(f"{name} {count:,}" for name, count in stage["rows"].items() if count)
        + (f"; {stage['note']}" if stage["note"] else "")
        + " |"
        for stage in rounds[-1].outcome["stages"]
    ]
    return [*lines, "", *_tables(WAREHOUSE), ""]


def _tables(warehouse: Path) -> list[str]:
    """What the last round wrote: commits, files and megabytes of each table."""
    lines = ["| table | commits | files | MB |", "| --- | --- | --- | --- |"]
    for log in sorted(warehouse.glob("*/*/_delta_log")):
        files = list(log.parent.rglob("*.parquet"))
        data = [file for file in files if "_delta_log" not in file.parts]
        size = sum(file.stat().st_size for file in data) / 1e6
        name = ".".join(log.parent.relative_to(warehouse).parts)
        lines.append(f"| {name} | {len(list(log.glob('*.json')))} | {len(data)} | {size:.1f} |")
    return lines
