"""Nights on a loaded warehouse of a million source identities, as cold processes, beside the plain
script. `python -m benchmarks.nights` made the first table of docs/nights.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.full_run import FOLDER, feeds, tool
from benchmarks.watch import Timing, timed

QUIET = 0.0065
"""Of a later drop beside the first one: about 1 % of the records get a new row."""

WAREHOUSE = FOLDER / "nights"


@dataclass(frozen=True)
class Night:
    """A drop taken in by a cold process, and what its publication counts."""

    day: str
    timing: Timing

    @property
    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = _document(self.timing)["publication"]["counts"]
        return counts

    @property
    def stages(self) -> list[dict[str, Any]]:
        stages: list[dict[str, Any]] = _document(self.timing)["stages"]
        return stages


def main() -> None:
    """The first drop in full, then night after night."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=236_000)
    parser.add_argument("--days", type=int, default=3)
    chosen = parser.parse_args()
    landing = feeds(chosen.persons, chosen.days, QUIET)
    days = sorted({path.name.removeprefix("dt=") for path in landing.glob("*/dt=*")})
    shutil.rmtree(WAREHOUSE, ignore_errors=True)
    WAREHOUSE.with_name(f"{WAREHOUSE.name}.key").unlink(missing_ok=True)
    nights = []
    for day in days:
        nights.append(Night(day, _run(landing, "--to", day)))
        print(_line(nights[-1]), flush=True)
    idle = _run(landing)
    said = _document(idle)["state"]
    print(f"a night without change: {idle.wall:.1f} s, {said}")
    plain = _plain(landing)
    ratios = ", ".join(f"{one.wall / plain.wall:.2f}" for one in (nights[-1].timing, idle))
    print(f"plain script on all of it: {plain.wall:.1f} s; last night and idle night: {ratios}")
    print("\n".join(f"{one['stage']}: {one['seconds']:.1f} s" for one in nights[-1].stages))


def _run(landing: Path, *words: str) -> Timing:
    places = ["--landing", str(landing), "--warehouse", str(WAREHOUSE), "--json"]
    return timed([tool("scv"), "run", *places, *words])


def _plain(landing: Path) -> Timing:
    out = FOLDER / "naive"
    shutil.rmtree(out, ignore_errors=True)
    return timed([tool("python"), "-m", "benchmarks.naive", str(landing), str(out)])


def _document(timing: Timing) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(timing.output)
    return document


def _line(night: Night) -> str:
    """A row of the table: day, seconds, records, nodes that changed, records that kept their id."""
    counts = night.counts
    before, kept = counts.get("records_before", 0), counts.get("records_kept", 0)
    share = f"{kept / before:.2%}" if before else "-"
    changed = counts.get("nodes changed", counts["resolution.node_versions"])
    return (
        f"| {night.day} | {night.timing.wall:.1f} | {counts['silver.records']:,} | {changed:,}"
        f" | {counts.get('customers touched', counts['golden.customers']):,} | {share} |"
    )


if __name__ == "__main__":
    main()
