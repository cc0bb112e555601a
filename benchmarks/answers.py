"""Seconds until a cold `scv sql` and `scv explain` have answered."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

from benchmarks.full_run import tool
from benchmarks.watch import timed

TIMES = 3
COUNTED = "select count(*) as customers from golden.customers"
LARGEST = "select customer_id from golden.customers order by records desc, customer_id limit 1"


def section(warehouse: Path, records: int) -> list[str]:
    """Markdown: the median of three cold processes each."""
    place = ["--warehouse", str(warehouse)]
    found = json.loads(timed([tool("scv"), "sql", LARGEST, *place, "--json"]).output)
    customer = found[0]["customer_id"]
    commands = {
        "`scv sql`, customers counted": (["sql", COUNTED, *place], 2),
        "`scv explain`, the largest customer": (["explain", customer, *place], 3),
    }
    lines = [
        f"## First answers at {records:,} source identities",
        "",
        "| command, cold process | wall s | to reach: under | peak memory, GB |",
        "| --- | --- | --- | --- |",
    ]
    for name, (command, limit) in commands.items():
        runs = [timed([tool("scv"), *command]) for _ in range(TIMES)]
        seconds = statistics.median(run.wall for run in runs)
        memory = max(run.memory for run in runs)
        lines.append(f"| {name} | {seconds:.1f} | {limit} | {memory / 1e9:.1f} |")
    return [*lines, ""]
