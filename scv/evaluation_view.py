"""The scores of an evaluation as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from resolution.evaluation import Evaluation, PairScores, Slice
from resolution.resampling import Estimate

NOTHING = "-"
RATIO_HEADINGS = ("precision", "recall", "F1")


def evaluation_tables(evaluation: Evaluation) -> list[Table]:
    """Lay out an evaluation: population, scores, and the splits by source, evidence and script.

    Ratios are shown as value and 95 % interval; a dash stands where there is nothing to count.
    """
    return [
        _population_table(evaluation),
        _score_table(evaluation),
        _slice_table("Pairs by sources", evaluation.by_source),
        _slice_table("Pairs by evidence (of the weaker record)", evaluation.by_evidence),
        _slice_table("Pairs by script of the names", evaluation.by_script),
    ]


def _population_table(evaluation: Evaluation) -> Table:
    population = evaluation.population
    table = Table(title="Scored records", show_header=False)
    table.add_column("quantity")
    table.add_column("value", justify="right")
    rows: tuple[tuple[str, int], ...] = (
        ("records in the truth", population.records),
        ("persons", population.persons),
        ("predicted clusters", population.clusters),
        ("records without a cluster, scored as alone", population.missing_records),
        ("clustered records that the truth does not know, left out", population.unknown_records),
        ("largest predicted cluster", population.largest_cluster),
        ("largest person", population.largest_person),
        ("independent groups of persons behind the intervals", evaluation.resampling_units),
    )
    for name, value in rows:
        table.add_row(name, f"{value:,}")
    table.add_row(
        "share of records in mixed clusters", _ratio(evaluation.records_in_mixed_clusters)
    )
    return table


def _score_table(evaluation: Evaluation) -> Table:
    table = Table(title="Agreement with the truth, 95 % intervals")
    table.add_column("measure")
    for heading in RATIO_HEADINGS:
        table.add_column(heading, justify="right")
    for name, scores in (("pairs", evaluation.pairs), ("B-cubed", evaluation.b_cubed)):
        table.add_row(
            name, *(_ratio(value) for value in (scores.precision, scores.recall, scores.f1))
        )
    return table


def _slice_table(title: str, slices: Sequence[Slice]) -> Table:
    # As narrow as it goes: 80 columns must hold three ratios with their intervals.
    table = Table(title=title, box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("class", overflow="fold")
    for heading in ("true", "predicted", "correct"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    for heading in RATIO_HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True, min_width=len("0.000-0.000"))
    for part in slices:
        table.add_row(part.name.replace(" + ", " +\n"), *_pair_cells(part.pairs))
    return table


def _pair_cells(pairs: PairScores) -> list[str]:
    counts = (pairs.true_pairs, pairs.predicted_pairs, pairs.correct_pairs)
    ratios = (pairs.precision, pairs.recall, pairs.f1)
    return [*(f"{count:,}" for count in counts), *(_ratio(ratio) for ratio in ratios)]


def _ratio(ratio: Estimate) -> str:
    if ratio.value is None:
        return NOTHING
    if ratio.low is None or ratio.high is None:
        return f"{ratio.value:.3f}"
    # On two lines, so that three ratios fit beside the counts of a slice.
    return f"{ratio.value:.3f}\n{ratio.low:.3f}-{ratio.high:.3f}"
