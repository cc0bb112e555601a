"""Thirty nights in one process, compared with everything computed anew on the way.

`python -m benchmarks.many_nights` made the second table of docs/nights.md. Seconds say nothing,
since the session is warm.
"""

from __future__ import annotations

import argparse
import shutil
from datetime import date
from pathlib import Path

from benchmarks.full_run import FOLDER, feeds
from benchmarks.nights import QUIET
from dagster_project.execution import Outcome, execute_job
from pipelines.config import Config, load_config
from pipelines.delta import TableStore
from pipelines.differences import open_two, two_publications
from pipelines.manifest import read_manifest
from pipelines.session import build_session
from pipelines.snapshot import Snapshot
from pipelines.views import utc_connection
from resolution.difference import compare, summarise

NOISE = 0.3
"""Of the usual: two broken rows of fifteen would hold up a small night."""

WAREHOUSE = FOLDER / "many-nights"


def main() -> None:
    """A line for each night; what differs from a rebuild after every tenth day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rebuilt-every", type=int, default=10)
    chosen = parser.parse_args()
    landing = feeds(chosen.persons, chosen.days, QUIET, NOISE)
    days = sorted({path.name.removeprefix("dt=") for path in landing.glob("*/dt=*")})
    shutil.rmtree(WAREHOUSE, ignore_errors=True)
    WAREHOUSE.with_name(f"{WAREHOUSE.name}.key").unlink(missing_ok=True)
    config = load_config(landing=landing, warehouse=WAREHOUSE)
    session = build_session("nights", FOLDER, config.spark.settings(quick_compiler=True))
    for number, day in enumerate(days, start=1):
        print(_line(day, _run(config, date.fromisoformat(day))), flush=True)
        if number % chosen.rebuilt_every == 0:
            print(f"rebuilt after {number} days: {_rebuilt(config)}", flush=True)
    with Snapshot(WAREHOUSE).duckdb() as connection:
        flows = connection.execute(
            "select count(*), count(*) filter (cause is null) from golden.identity_history"
        ).fetchall()
    print(f"flows of records and those without a cause: {flows[0]}")
    session.stop()


def _run(config: Config, day: date) -> Outcome:
    outcome = execute_job(config, (None, day), lambda *_: None)
    if outcome.state != "published":
        raise SystemExit(f"{day}: {outcome.state}")
    return outcome


def _line(day: str, outcome: Outcome) -> str:
    """Day, records, nodes that changed, customers touched, records that kept their id."""
    counts = outcome.publication.counts if outcome.publication else {}
    before, kept = counts.get("records_before", 0), counts.get("records_kept", 0)
    share = f"{kept / before:.2%}" if before else "-"
    changed = counts.get("nodes changed", counts["resolution.node_versions"])
    touched = counts.get("customers touched", counts["golden.customers"])
    return f"| {day} | {counts['silver.records']:,} | {changed:,} | {touched:,} | {share} |"


def _rebuilt(config: Config) -> dict[str, dict[str, int]]:
    """What differs once everything was computed anew; empty where nothing does."""
    outcome = execute_job(config, (None, None), lambda *_: None, rebuild=True)
    if outcome.state != "published":
        raise SystemExit(f"rebuild: {outcome.state}")
    return _differing(WAREHOUSE)


def _differing(warehouse: Path) -> dict[str, dict[str, int]]:
    """Of the last publication and the one before: customers and records by what became of them,
    changed values by attribute.
    """
    store = TableStore(warehouse)
    before, after = two_publications(read_manifest(store), None, None)
    with utc_connection() as connection:
        open_two(connection, store, before, after)
        compare(connection)
        found = summarise(connection)
    same = ("before", "after")
    counted = {
        "customers": found.customers, "records": found.records, "attributes": found.attributes
    }  # fmt: skip
    return {
        part: {name: count for name, count in counts.items() if count and name not in same}
        for part, counts in counted.items()
    }


if __name__ == "__main__":
    main()
