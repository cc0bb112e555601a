"""Work out runs of sizes that nobody here can measure, as Markdown tables.

`python -m benchmarks.scaling` draws block sizes from spectra fitted on the saved measurements
(benchmarks/measured_blocks.json) and multiplies pairs and rows by benchmarks/rates.py.
`--measure WAREHOUSE --truth identities.csv` adds a generated warehouse to the measurements.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import rates
from benchmarks.block_sizes import FEW_SHARED, MANY_SHARED
from benchmarks.extrapolation import (
    Population,
    Size,
    breaks_at,
    core_seconds,
    driver_seconds,
    executors,
    hours,
    longest_task,
    memory,
    shuffle_bytes,
)
from benchmarks.measured_blocks import Measured, measure, save, saved
from pipelines.config import LinkingSection
from resolution.engines.components import EDGES_OF_A_TASK

SIZES = (1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
RUNGS = tuple(10 ** (power / 3) for power in range(15, 28))
SHARES = (0.00001, 0.0001, 0.001)
DRIVER_MEMORY = 16e9
KEPT_NIGHTS = 400
DISK = 10e12
NIGHT = 8.0

Cell = Callable[[Size], str]


def main() -> None:
    """Print the tables, or measure a warehouse first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", type=Path, help="a generated warehouse")
    parser.add_argument("--truth", type=Path, help="truth/identities.csv of its feeds")
    parser.add_argument(
        "--shared", type=float, default=MANY_SHARED, help="where the fit of the high reading begins"
    )
    chosen = parser.parse_args()
    if bool(chosen.measure) != bool(chosen.truth):
        parser.error("--measure and --truth go together")
    if chosen.measure:
        save(measure(chosen.measure, chosen.truth))
        return
    small, large = saved()[-2:]
    print(page(small, large, chosen.shared))


def page(small: Measured, large: Measured, shared: float) -> str:
    """All tables, by what was measured at two sizes."""
    low, high = Population(large, FEW_SHARED), Population(large, shared)
    sizes = [high.at(records) for records in SIZES]
    held = f"Fitted on {small.records:,} records, held against the measured {large.records:,}"
    tables = {
        held: validation(Population(small, shared).at(large.records), large),
        "Pairs in millions": pair_table([low.at(records) for records in SIZES], sizes),
        "A run": run_table(sizes, large),
        "Where it breaks": limit_table([high.at(records) for records in RUNGS], large),
        "One missed value, pairs in millions": skew_table(large),
    }
    return "\n".join(
        line for title, rows in tables.items() for line in (f"**{title}**", "", *rows, "")
    )


def validation(predicted: Size, large: Measured) -> list[str]:
    """The simulation fitted on the small population against what the large one has."""
    rows = [
        (kind, (blocks.pairs, float(real.pairs)), (blocks.strangers, float(real.strangers)))
        for kind, blocks in predicted.kinds.items()
        for real in [large.kinds[kind]]
    ]
    all_pairs = tuple(sum(pair[at] for _, pair, _ in rows) for at in (0, 1))
    all_strangers = tuple(sum(pair[at] for _, _, pair in rows) for at in (0, 1))
    cells = [
        (kind, *_compared(*pairs), *_compared(*strangers))
        for kind, pairs, strangers in [*rows, ("all", all_pairs, all_strangers)]
    ]
    head = ("kind of key", "pairs", "measured", "error", "between strangers", "measured", "error")
    return _table(head, cells)


def pair_table(low: list[Size], high: list[Size]) -> list[str]:
    """Pairs of each kind and size, low and high; largest block and dropped keys of the last."""
    rows = []
    for kind in high[0].kinds:
        few, many = ([size.kinds[kind] for size in sizes] for sizes in (low, high))
        pairs = (
            _range(*both)
            for both in zip(*([one.pairs for one in side] for side in (few, many)), strict=True)
        )
        largest = max(few[-1].largest, many[-1].largest)
        dropped = f"{few[-1].dropped:.0%} to {many[-1].dropped:.0%}" if many[-1].dropped else "0%"
        rows.append((kind, *pairs, f"{largest:,.0f}", dropped))
    sums = (_range(few.pairs, many.pairs) for few, many in zip(low, high, strict=True))
    rows.append(("all", *sums, "", ""))
    return _table(("kind of key", *map(_name, high), "largest block", "dropped as hubs"), rows)


def run_table(sizes: list[Size], measured: Measured) -> list[str]:
    """Bytes, hours and executors of each size."""
    cells: dict[str, Cell] = {"pairs, millions": lambda size: _millions(size.pairs)}
    for stage in shuffle_bytes(sizes[0], measured):
        cells[f"shuffle of {stage}, GB"] = partial(_shuffled, stage, measured)
    for stage in core_seconds(sizes[0]):
        cells[f"core-hours of {stage}"] = partial(_worked, stage)
    cells |= {
        "hours of the driver alone": lambda size: _number(driver_seconds(size) / 3600),
        "hours of a first load's largest file": lambda size: _number(longest_task(size) / 3600),
        "hours on 2 cores": lambda size: _number(hours(size, 2)),
        "hours on 10 executors": lambda size: _number(hours(size, 10 * rates.CORES_OF_AN_EXECUTOR)),
        "hours on 100 executors": lambda size: _number(
            hours(size, 100 * rates.CORES_OF_AN_EXECUTOR)
        ),
        "executors for 4 hours": lambda size: f"{executors(size, 4):,.0f}",
        "memory where DuckDB resolves, GB": lambda size: _number(memory(size) / 1e9),
        "bronze, GB": lambda size: _number(size.records * rates.BRONZE_BYTES / 1e9),
        "a publication, GB": lambda size: _number(size.records * rates.PUBLISHED_BYTES / 1e9),
    }
    rows = [(name, *map(cell, sizes)) for name, cell in cells.items()]
    return _table(("of a run", *map(_name, sizes)), rows)


def limit_table(ladder: list[Size], measured: Measured) -> list[str]:
    """Limits in the order in which a growing population meets them."""
    linking = LinkingSection()
    edges = measured.edges / measured.records
    ten = 10 * rates.CORES_OF_AN_EXECUTOR
    limits: dict[str, tuple[Callable[[Size], float], float]] = {
        f"{EDGES_OF_A_TASK:,} edges: components on Spark go in rounds": (
            lambda size: size.records * edges, EDGES_OF_A_TASK),
        f"forecast memory {linking.memory}: `auto` takes Spark": (memory, linking.memory_bytes),
        f"nodes that `auto` builds in the driver: {DRIVER_MEMORY / 1e9:.0f} GB": (
            lambda size: size.records * rates.BYTES_OF_A_RECORD_IN_DRIVER, DRIVER_MEMORY),
        f"publications of {KEPT_NIGHTS} nights: {DISK / 1e12:.0f} TB": (
            lambda size: KEPT_NIGHTS * size.records * rates.PUBLISHED_BYTES, DISK),
        f"a night of {NIGHT:.0f} hours on 2 cores": (lambda size: hours(size, 2), NIGHT),
        f"a night of {NIGHT:.0f} hours on 10 executors": (lambda size: hours(size, ten), NIGHT),
        f"`linking.most_pairs`: {linking.most_pairs:,}": (
            lambda size: size.pairs, linking.most_pairs),
        "steps of the driver alone: an hour": (driver_seconds, 3600),
        "a first load's largest file, one task's: an hour": (longest_task, 3600),
    }  # fmt: skip
    found = [(breaks_at(use, limit, ladder), name) for name, (use, limit) in limits.items()]
    return _table(("limit", "records, millions"), [(name, _at(at)) for at, name in sorted(found)])


def skew_table(measured: Measured) -> list[str]:
    """Pairs of one value that such a share of nodes has in all columns of a rule without hubs."""
    share_of_records = measured.nodes / measured.records
    nodes = {share: [share * share_of_records * records for records in SIZES] for share in SHARES}
    rows = [
        (f"{share:.3%}", *(_millions(count * (count - 1) / 2) for count in counts))
        for share, counts in nodes.items()
    ]
    return _table(("share of nodes", *(f"{records:,}" for records in SIZES)), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


def _shuffled(stage: str, measured: Measured, size: Size) -> str:
    return _number(shuffle_bytes(size, measured)[stage] / 1e9)


def _worked(stage: str, size: Size) -> str:
    return _number(core_seconds(size)[stage] / 3600)


def _compared(predicted: float, real: float) -> tuple[str, str, str]:
    error = f"{predicted / real - 1:+.1%}" if real else "-"
    return f"{predicted:,.0f}", f"{real:,.0f}", error


def _range(one: float, other: float) -> str:
    few, many = _millions(min(one, other)), _millions(max(one, other))
    return few if few == many else f"{few} to {many}"


def _millions(count: float) -> str:
    return _number(count / 1e6)


def _number(value: float) -> str:
    """Two places below one, one below a hundred, none above."""
    return f"{value:,.{2 if value < 1 else 1 if value < 100 else 0}f}"


def _at(records: float) -> str:
    return _number(records / 1e6) if np.isfinite(records) else f"over {RUNGS[-1] / 1e6:,.0f}"


def _name(size: Size) -> str:
    return f"{size.records:,}"


if __name__ == "__main__":
    main()
