"""What the over-merge guard does to the partition, by start weight and cut, and by veto.

`python -m benchmarks.guard WAREHOUSE TRUTH` scores the records of a warehouse once, parts them by
each setting, and prints Markdown tables of the agreement with the truth. Start and cut are tried
with all vetoes in force, floors and vetoes at the start and cut that are the default.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import duckdb

from pipelines.delta import TableStore
from pipelines.views import open_view, utc_connection
from resolution.clustering import connect
from resolution.engines.duckdb import score
from resolution.evaluation import evaluate
from resolution.guard import GuardSettings
from resolution.model.artefact import SHIPPED, read_model
from resolution.nodes import build_nodes
from resolution.truth import read_truth
from resolution.vetoes import NAMES
from sources.record import LINKS, RECORDS

BITS = 1_000
STARTS = (0, 3.5, 8)
CUTS = (-4, -2, 0)
FLOORS = (-3, -5, -8, -1_000)
SCORES = "pair precision | recall | F1 | B-cubed F1 | largest cluster | records held | s |"
LINE = "---: | ---: | ---: | ---: | ---: | ---: | ---: |"
BY_WEIGHT = f"| start, bits | cut, bits | {SCORES}\n| ---: | ---: | {LINE}"
BY_FLOOR = f"\n| floor, bits | {SCORES}\n| ---: | {LINE}"
BY_VETO = f"\n| vetoes | pairs vetoed | {SCORES}\n| --- | ---: | {LINE}"
ASSIGNMENTS = """
select r.source, r.source_key, c.cluster_id, r.name_script as script
from clusters c join records r using (record_id)
"""


def settings() -> list[GuardSettings]:
    """Components as they are, and with the guard at each cut."""
    plain = [GuardSettings(start=round(start * BITS), enabled=False) for start in STARTS]
    guarded = [
        GuardSettings(start=round(start * BITS), cut=cut * BITS) for start in STARTS for cut in CUTS
    ]
    return plain + guarded


def by_weight(connection: duckdb.DuckDBPyConnection, truth: Path, guard: GuardSettings) -> str:
    """A line of the first table."""
    found = scores(connection, truth, guard)
    return line(
        [f"{guard.start / BITS:g}", f"{guard.cut / BITS:g}" if guard.enabled else "none", *found]
    )


def by_floor(connection: duckdb.DuckDBPyConnection, truth: Path, floor: int) -> str:
    """A line of the table of floors; far below every weight there is as good as none."""
    found = scores(connection, truth, GuardSettings(floor=floor * BITS))
    return line([f"{floor:g}" if floor > FLOORS[-1] else "none", *found])


def by_veto(connection: duckdb.DuckDBPyConnection, truth: Path, names: tuple[str, ...]) -> str:
    """A line of the table of vetoes."""
    found = scores(connection, truth, GuardSettings(vetoes=names))
    vetoed = connection.execute("select count(veto) from edges").fetchall()[0][0]
    said = "all" if names == NAMES else ", ".join(names) or "none"
    return line([said, f"{vetoed:,}", *found])


def line(cells: list[str]) -> str:
    """Of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def scores(connection: duckdb.DuckDBPyConnection, truth: Path, guard: GuardSettings) -> list[str]:
    """The cells of `SCORES`."""
    began = time.monotonic()
    connect(connection, read_model(SHIPPED), guard)
    took = time.monotonic() - began
    found = evaluate(connection.sql(ASSIGNMENTS).to_arrow_table(), read_truth(truth))
    held = connection.execute("select count(*) from clusters where state = 'held'").fetchall()[0][0]
    numbers = [found.pairs.precision, found.pairs.recall, found.pairs.f1, found.b_cubed.f1]
    return [
        *(f"{number.value:.3f}" for number in numbers),
        f"{found.population.largest_cluster}",
        f"{held:,}",
        f"{took:.1f}",
    ]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("truth", type=Path)
    given = parser.parse_args()
    store = TableStore(given.warehouse)
    with utc_connection() as connection:
        open_view(connection, "records", store, RECORDS.name)
        open_view(connection, "links", store, LINKS.name)
        build_nodes(connection)
        score(connection, read_model(SHIPPED))
        sys.stdout.write(f"{BY_WEIGHT}\n")
        for guard in settings():
            sys.stdout.write(f"{by_weight(connection, given.truth, guard)}\n")
        sys.stdout.write(f"{BY_FLOOR}\n")
        for floor in FLOORS:
            sys.stdout.write(f"{by_floor(connection, given.truth, floor)}\n")
        sys.stdout.write(f"{BY_VETO}\n")
        for names in ((), *((name,) for name in NAMES), NAMES):
            sys.stdout.write(f"{by_veto(connection, given.truth, names)}\n")


if __name__ == "__main__":
    main()
