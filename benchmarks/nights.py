"""Nights on a loaded warehouse: how long a quiet one takes, and many in a row beside rebuilds.

`python -m benchmarks.nights --persons 2000 --days 30` and, on a million source identities,
`python -m benchmarks.nights --persons 236000 --days 3 --without-rebuild` made docs/nights.md.
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

NOISE = 0.3
"""Of the usual: two broken rows of fifteen would hold up a small night."""

WAREHOUSE = FOLDER / "nights"
REBUILT_EVERY = 10


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
    parser.add_argument("--persons", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--without-rebuild", action="store_true")
    chosen = parser.parse_args()
    landing = feeds(chosen.persons, chosen.days, QUIET, NOISE)
    days = sorted({path.name.removeprefix("dt=") for path in landing.glob("*/dt=*")})
    shutil.rmtree(WAREHOUSE, ignore_errors=True)
    WAREHOUSE.with_name(f"{WAREHOUSE.name}.key").unlink(missing_ok=True)
    nights = []
    for number, day in enumerate(days, start=1):
        nights.append(_night(landing, day))
        print(_line(nights[-1]), flush=True)
        if number % REBUILT_EVERY == 0 and not chosen.without_rebuild:
            print(f"rebuilt after {number} days: {_rebuilt(landing)}", flush=True)
    idle = _run(landing)
    said = _document(idle)["state"]
    print(f"a night without change: {idle.wall:.1f} s, {said}; uncaused: {_uncaused()}")
    plain = _plain(landing)
    ratios = ", ".join(f"{one.wall / plain.wall:.2f}" for one in (nights[-1].timing, idle))
    print(f"plain script on all of it: {plain.wall:.1f} s; last night and idle night: {ratios}")
    print("\n".join(f"{one['stage']}: {one['seconds']:.1f} s" for one in nights[-1].stages))


def _night(landing: Path, day: str) -> Night:
    return Night(day, _run(landing, "--to", day))


def _run(landing: Path, *words: str) -> Timing:
    places = ["--landing", str(landing), "--warehouse", str(WAREHOUSE), "--json"]
    return timed([tool("scv"), "run", *places, *words])


def _rebuilt(landing: Path) -> dict[str, Any]:
    """What differs once everything was computed anew: customers and records by what became of them,
    values by attribute; empty where nothing does.
    """
    before = _live()
    places = ["--landing", str(landing), "--warehouse", str(WAREHOUSE), "--json"]
    after = _document(timed([tool("scv"), "rebuild", *places]))["publication"]["publication"]
    diff = _document(
        timed([tool("scv"), "diff", before, after, "--warehouse", str(WAREHOUSE), "--json"])
    )
    same = {"before", "after"}
    return {
        part: {name: count for name, count in diff[part].items() if count and name not in same}
        for part in ("customers", "records", "attributes")
    }


def _live() -> str:
    listed = timed([tool("scv"), "publications", "list", "--warehouse", str(WAREHOUSE), "--json"])
    rows: list[dict[str, Any]] = json.loads(listed.output)
    return str(next(row["publication"] for row in rows if row["live"]))


def _uncaused() -> int:
    rows = _ask("select count(*) as rows from golden.identity_history where cause is null")
    return int(rows[0]["rows"])


def _ask(query: str) -> list[dict[str, Any]]:
    found = timed([tool("scv"), "sql", query, "--warehouse", str(WAREHOUSE), "--json"])
    rows: list[dict[str, Any]] = json.loads(found.output)
    return rows


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
    changed = counts.get("nodes changed", counts["resolution.nodes"])
    return (
        f"| {night.day} | {night.timing.wall:.1f} | {counts['silver.records']:,} | {changed:,}"
        f" | {counts.get('customers touched', counts['golden.customers']):,} | {share} |"
    )


if __name__ == "__main__":
    main()
