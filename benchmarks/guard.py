"""What the over-merge guard does to the partition, by start weight and cut.

`python -m benchmarks.guard WAREHOUSE TRUTH` scores the records of a warehouse once, parts them by
each setting, and prints a Markdown table of the agreement with the truth.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import duckdb

from pipelines.delta import TableStore
from pipelines.views import open_view
from resolution.clustering import connect
from resolution.engines.duckdb import score
from resolution.evaluation import evaluate
from resolution.guard import GuardSettings
from resolution.model.artefact import SHIPPED, read_model
from resolution.nodes import build_nodes
from resolution.truth import read_truth
from sources.record import LINKS, RECORDS

BITS = 1_000
STARTS = (0, 3.5, 8)
CUTS = (-4, -2, 0)
HEADER = (
    "| start, bits | cut, bits | pair precision | recall | F1 | B-cubed F1 | largest cluster"
    " | records held | s |\n"
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)
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


def row(connection: duckdb.DuckDBPyConnection, truth: Path, guard: GuardSettings) -> str:
    """A line of the table."""
    began = time.monotonic()
    connect(connection, read_model(SHIPPED), guard)
    took = time.monotonic() - began
    found = evaluate(connection.sql(ASSIGNMENTS).to_arrow_table(), read_truth(truth))
    held = connection.execute("select count(*) from clusters where state = 'held'").fetchall()[0][0]
    numbers = [found.pairs.precision, found.pairs.recall, found.pairs.f1, found.b_cubed.f1]
    cells = [
        f"{guard.start / BITS:g}",
        f"{guard.cut / BITS:g}" if guard.enabled else "none",
        *(f"{number.value:.3f}" for number in numbers),
        f"{found.population.largest_cluster}",
        f"{held:,}",
        f"{took:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("truth", type=Path)
    given = parser.parse_args()
    store = TableStore(given.warehouse)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        open_view(connection, "records", store, RECORDS.name)
        open_view(connection, "links", store, LINKS.name)
        build_nodes(connection)
        score(connection, read_model(SHIPPED))
        sys.stdout.write(f"{HEADER}\n")
        for guard in settings():
            sys.stdout.write(f"{row(connection, given.truth, guard)}\n")


if __name__ == "__main__":
    main()
