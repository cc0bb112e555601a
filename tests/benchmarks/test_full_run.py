"""What the page says of rounds is what was measured."""

from __future__ import annotations

import json

from benchmarks import full_run
from benchmarks.watch import Timing

OUTCOME = {
    "publication": {"counts": {"silver.records": 1234}},
    "stages": [
        {"stage": "resolve", "seconds": 2.04, "rows": {"hubs": 3, "held": 0}, "note": "on duckdb"},
        {"stage": "publish", "seconds": 0.01, "rows": {"golden.customers": 900}, "note": ""},
    ],
}


def round_of(plain: float, full: float) -> full_run.Round:
    return full_run.Round(
        Timing(plain, plain, 500_000_000, ""),
        Timing(full, 2 * full, 3_400_000_000, json.dumps(OUTCOME)),
    )


def test_a_section_gives_the_median_of_the_ratios_and_where_time_went() -> None:
    rounds = [round_of(10, 60), round_of(10, 40), round_of(10, 45)]
    text = "\n".join(full_run.section(300, rounds, 6.0))
    assert "## 1,234 source identities of 300 persons" in text
    assert "Median ratio 4.5 (to reach: at most 6.0)." in text
    assert "| 1 | 10.0 | 60.0 | 6.0 | 10 and 120 | 0.5 and 3.4 |" in text
    assert "| resolve | 2.0 | hubs 3; on duckdb |" in text
    assert "| publish | 0.0 | golden.customers 900 |" in text
