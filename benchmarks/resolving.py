"""What resolving takes in one process, beside what `resolution.forecast` says of it before.

`python -m benchmarks.resolving WAREHOUSE [WAREHOUSE ...]` measures the heads of silver.records
and silver.links, each warehouse in a process of its own, and prints a Markdown table. `--crowd 60`
gives every 60 records the same birth date and postcode: many pairs on the same nodes tell what a
pair takes from what a node takes.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.watch import timed
from pipelines.delta import TableStore
from pipelines.views import open_view, utc_connection
from resolution.forecast import Forecast
from resolution.model.artefact import SHIPPED, read_model
from resolution.resolving import resolve
from sources.record import LINKS, RECORDS

CROWDED = """
create view records as
select * replace (
    (date '1930-01-01' + (crowd % 27000)::int)::varchar as birth_date,
    'crowd ' || crowd as postcode
)
from (select *, hash(record_id) % $crowds as crowd from all_records)
"""

RESULTS = ("edges", "clusters")


@dataclass(frozen=True)
class Resolving:
    """Sizes; seconds as forecast, from the forecast on, and of all, by the clock and of processors;
    peak bytes as forecast, when the forecast was made (the nodes are built), and of all.
    """

    records: int
    nodes: int
    pairs: int
    forecast_seconds: float
    seconds_after: float
    seconds: float
    cpu_before: float
    cpu: float
    forecast_memory: int
    memory_before: int
    memory: int


def main() -> None:
    """Measure each warehouse, or be the process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouses", type=Path, nargs="+")
    parser.add_argument("--threads", type=int, default=0, help="of DuckDB; 0 = all cores")
    parser.add_argument("--crowd", type=int, default=0, help="records that share date and postcode")
    parser.add_argument("--here", action="store_true", help="in this process, as JSON")
    chosen = parser.parse_args()
    if chosen.here:
        print(json.dumps(asdict(resolving(chosen.warehouses[0], chosen.threads, chosen.crowd))))
        return
    measured = [measure(warehouse, chosen.threads, chosen.crowd) for warehouse in chosen.warehouses]
    print("\n".join(table(measured)))


def measure(warehouse: Path, threads: int = 0, crowd: int = 0) -> Resolving:
    """Resolve a warehouse's records in a new process, and write nothing."""
    options = [str(warehouse), "--threads", str(threads), "--crowd", str(crowd), "--here"]
    run = timed([sys.executable, "-m", "benchmarks.resolving", *options])
    return Resolving(**json.loads(run.output))


def resolving(warehouse: Path, threads: int = 0, crowd: int = 0) -> Resolving:
    """As the stage does it on DuckDB, up to the Arrow tables of its results."""
    store, model = TableStore(warehouse), read_model(SHIPPED)
    made: list[tuple[float, float, int, Forecast]] = []

    def note(found: Forecast) -> None:
        made.append((time.monotonic(), time.process_time(), _peak(), found))

    with utc_connection(threads) as connection:
        open_view(connection, "all_records", store, RECORDS.name)
        open_view(connection, "links", store, LINKS.name)
        records = connection.execute("select count(*) from all_records").fetchall()[0][0]
        connection.execute(_records(records, crowd))
        began, worked = time.monotonic(), time.process_time()
        resolve(connection, model, before_scoring=note)
        for relation in RESULTS:
            connection.sql(f"select * from {relation} order by all").to_arrow_table()
        ended, work_ended = time.monotonic(), time.process_time()
    ((at, work_at, peak, forecast),) = made
    return Resolving(
        records=records,
        nodes=forecast.nodes,
        pairs=forecast.pairs,
        forecast_seconds=forecast.seconds,
        seconds_after=ended - at,
        seconds=ended - began,
        cpu_before=work_at - worked,
        cpu=work_ended - worked,
        forecast_memory=forecast.memory,
        memory_before=peak,
        memory=_peak(),
    )


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _records(records: int, crowd: int) -> str:
    if not crowd:
        return "create view records as from all_records"
    return CROWDED.replace("$crowds", str(max(1, records // crowd)))


def table(measured: list[Resolving]) -> list[str]:
    """Markdown: a row per warehouse."""
    head = (
        "records | nodes | pairs | seconds forecast | from the forecast on | whole stage"
        " | CPU before, after | GB forecast | GB with nodes | GB at most"
    )
    return [
        f"| {head} |",
        "| --- " * (head.count("|") + 1) + "|",
        *(
            f"| {one.records:,} | {one.nodes:,} | {one.pairs:,} | {one.forecast_seconds:.1f}"
            f" | {one.seconds_after:.1f} | {one.seconds:.1f}"
            f" | {one.cpu_before:.1f}, {one.cpu - one.cpu_before:.1f}"
            f" | {one.forecast_memory / 1e9:.2f} | {one.memory_before / 1e9:.2f}"
            f" | {one.memory / 1e9:.2f} |"
            for one in measured
        ),
    ]


if __name__ == "__main__":
    main()
