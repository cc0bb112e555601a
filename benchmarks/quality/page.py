"""The tables of docs/quality-benchmarks.md."""

from __future__ import annotations

from benchmarks.quality.contenders import Result
from benchmarks.quality.scoring import Triple
from benchmarks.quality.sets import DataSet

HEADER = [
    "| | pairs P | R | F1 | B-cubed P | R | F1 | largest cluster | seconds | peak memory, GB |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
]


def section(data: DataSet, results: list[Result]) -> list[str]:
    """Markdown of one set: a row per contender, what is true about the set above it."""
    true = results[0].scores
    persons = f"the largest person has {true.largest_person} records"
    goal = f" To reach: {data.to_reach}." if data.to_reach else ""
    return [
        f"## {data.says}",
        "",
        f"{true.records:,} records, {true.true_pairs:,} true pairs; {persons}.{goal}",
        "",
        *HEADER,
        *map(_row, results),
        "",
        *_missing(results),
    ]


def _row(result: Result) -> str:
    scores, timing = result.scores, result.timing
    cells = [
        result.contender.title,
        *_figures(scores.pairs),
        *_figures(scores.b_cubed),
        f"{scores.largest_cluster:,}",
        f"{timing.wall:.1f}",
        f"{timing.memory / 1e9:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _figures(triple: Triple) -> list[str]:
    return [f"{value:.4f}" for value in (triple.precision, triple.recall, triple.f1)]


def _missing(results: list[Result]) -> list[str]:
    said = [
        f"{result.contender.title} gave no cluster for {result.scores.missing:,} records;"
        " they are scored as standing alone."
        for result in results
        if result.scores.missing
    ]
    return [*said, ""] if said else []
