"""The tables show every number of an evaluation, and a dash for what cannot be told."""

from __future__ import annotations

import io

import pandas as pd
from rich.console import Console

from resolution.evaluation import Evaluation, evaluate
from scv.evaluation_view import evaluation_tables


def example() -> Evaluation:
    keys = [f"k{number}" for number in range(60)]
    assignments = pd.DataFrame(
        {
            "source": "crm",
            "source_key": keys,
            # Pairs of neighbours, but for the last four records, which are one cluster.
            "cluster_id": [f"c{min(number // 2, 28)}" for number in range(60)],
            "script": None,
        }
    )
    truth = pd.DataFrame(
        {
            "source": "crm",
            "key": keys,
            "person_id": [f"P{number // 2}" for number in range(60)],
            "household_id": "",
            "evidence": "weak",
        }
    )
    return evaluate(assignments, truth)


def printed(evaluation: Evaluation, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width)
    for table in evaluation_tables(evaluation):
        console.print(table)
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()


def test_counts_ratios_and_intervals_are_shown() -> None:
    evaluation = example()
    text = printed(evaluation)
    assert len(evaluation_tables(evaluation)) == 5
    precision = evaluation.pairs.precision
    assert f"{precision.value:.3f}" in text
    assert f"{precision.low:.3f}-{precision.high:.3f}" in text
    assert precision.value == 30 / 34
    for part in ("crm +", "weak", "unknown", "largest predicted cluster"):
        assert part in text


def test_a_dash_stands_where_nothing_is_predicted() -> None:
    truth = pd.DataFrame(
        {
            "source": "crm",
            "key": ["a", "b"],
            "person_id": "P",
            "household_id": "",
            "evidence": "strong",
        }
    )
    nothing = pd.DataFrame(columns=["source", "source_key", "cluster_id", "script"])
    text = printed(evaluate(nothing, truth))
    strong = next(line for line in text.splitlines() if "strong" in line)
    assert strong.split() == ["strong", "1", "0", "0", "-", "0.000", "0.000"]


def test_the_splits_fit_a_terminal_of_80_columns() -> None:
    truncated = "…"
    assert truncated not in printed(example(), width=80)
