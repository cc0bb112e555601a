"""How well a partition into clusters agrees with the truth: pairs, B-cubed, mixed clusters.

Pair scores ask of each pair of records whether prediction and truth agree that it is one person;
they weigh a person of n records with n squared. B-cubed asks of each record how pure its cluster
is (precision) and how much of its person its cluster holds (recall), so every record weighs the
same. Both are needed: one wrong merge of two large clusters ruins the first and hardly moves the
second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from resolution.evaluation_counts import DIMENSIONS, GROUPINGS, EvaluationTables, Population
from resolution.resampling import (
    CONFIDENCE,
    REPLICATES,
    SEED,
    Estimate,
    Floats,
    divide,
    estimate,
    resample,
)
from resolution.truth import EVIDENCE_LEVELS, read_truth

__all__ = ["BCubedScores", "Evaluation", "PairScores", "Slice", "evaluate", "read_truth"]

MIXED_SCRIPT = "mixed"
KNOWN_SCRIPTS = {"latin", "han", MIXED_SCRIPT}
UNKNOWN_SCRIPT = "unknown"


@dataclass(frozen=True)
class PairScores:
    """Pair counts and their ratios; correct pairs are both true and predicted."""

    true_pairs: int
    predicted_pairs: int
    correct_pairs: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True)
class BCubedScores:
    """Means over the records; f1 is the harmonic mean of the two means."""

    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True)
class Slice:
    """Pair scores of one class of pairs, such as the pairs of a CRM contact and a store member."""

    name: str
    pairs: PairScores


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found; every ratio lies between 0 and 1, every interval is of 95 %."""

    population: Population
    pairs: PairScores
    b_cubed: BCubedScores
    records_in_mixed_clusters: Estimate
    by_source: tuple[Slice, ...]
    by_evidence: tuple[Slice, ...]
    by_script: tuple[Slice, ...]
    resampling_units: int
    replicates: int = REPLICATES
    seed: int = SEED
    confidence: float = CONFIDENCE

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dictionaries, lists, numbers and None, ready for JSON."""
        plain: dict[str, Any] = asdict(self)
        for dimension in DIMENSIONS:
            plain[f"by_{dimension}"] = list(plain[f"by_{dimension}"])
        return plain


def evaluate(assignments: pd.DataFrame | pa.Table, truth: pd.DataFrame) -> Evaluation:
    """Score a partition of records against the truth.

    Args:
        assignments: one row per record with source, source_key, cluster_id (null: stands alone)
            and script ('latin', 'han', 'mixed'; null or anything else counts as unknown).
        truth: one row per record with source, key, person_id and evidence, as `read_truth` gives.

    Returns:
        The scores. Records of the truth without an assignment count as clusters of one and are
        counted as missing; assigned records that the truth does not know are left out and counted.
        A pair's evidence is that of its weaker record; its script is 'mixed' when the two differ.

    Raises:
        ResolutionError: a column is absent, a record appears twice, or the truth is empty.
    """
    tables = EvaluationTables(assignments, truth)
    try:
        population = tables.population()
        record_sums = tables.record_sums()
        split = {name: _pair_tallies(tables, name) for name in DIMENSIONS}
    finally:
        tables.close()
    whole = sum(split["evidence"].values(), start=np.zeros((tables.units, 3)))
    sampled = _Sampled(
        [record_sums, whole, *(part for by in split.values() for part in by.values())]
    )
    records, precise, complete, mixed = sampled.take(record_sums)
    pairs = _pair_scores(sampled.take(whole), whole)
    slices = {
        dimension: tuple(
            Slice(name, _pair_scores(sampled.take(part), part)) for name, part in parts.items()
        )
        for dimension, parts in split.items()
    }
    return Evaluation(
        population=population,
        pairs=pairs,
        b_cubed=_b_cubed_scores(divide(precise, records), divide(complete, records), tables.units),
        records_in_mixed_clusters=estimate(divide(mixed, records), tables.units),
        by_source=slices["source"],
        by_evidence=slices["evidence"],
        by_script=slices["script"],
        resampling_units=tables.units,
    )


def pair_class(dimension: str, left: str, right: str) -> str:
    """Name the class of a pair from the classes of its two records; their order is irrelevant."""
    if dimension == "source":
        return " + ".join(sorted((left, right)))
    if dimension == "evidence":
        return min(left, right, key=EVIDENCE_LEVELS.index)
    if not {left, right} <= KNOWN_SCRIPTS:
        return UNKNOWN_SCRIPT
    return left if left == right else MIXED_SCRIPT


class _Sampled:
    """All tallies under the same weights, handed out again in the order they were given."""

    def __init__(self, tallies: Sequence[Floats]) -> None:
        self._sums = resample(np.hstack(tallies))
        self._next = 0

    def take(self, tally: Floats) -> Floats:
        """The next sums: one row per column of `tally`, the observed sum and the replicates."""
        start, self._next = self._next, self._next + tally.shape[1]
        return self._sums[:, start : self._next].T


def _pair_tallies(tables: EvaluationTables, dimension: str) -> dict[str, Floats]:
    """Per class of pairs, an array of units x (true, predicted, correct) pairs."""
    classes = tables.classes(dimension)
    tallies: dict[str, Floats] = {}
    for column, grouping in enumerate(GROUPINGS):
        counted = tables.class_pairs(grouping, dimension)
        for left, right in combinations_with_replacement(range(len(classes)), 2):
            here = (counted.left == left) & (counted.right == right)
            if here.any():
                name = pair_class(dimension, classes[left], classes[right])
                tally = tallies.setdefault(name, np.zeros((tables.units, len(GROUPINGS))))
                tally[:, column] += np.bincount(
                    counted.unit[here], weights=counted.pairs[here], minlength=tables.units
                )
    return dict(sorted(tallies.items()))


def _pair_scores(sums: Floats, tally: Floats) -> PairScores:
    true, predicted, correct = sums
    units = np.count_nonzero(tally, axis=0)
    either = int(np.count_nonzero(tally[:, 0] + tally[:, 1]))
    return PairScores(
        true_pairs=int(true[0]),
        predicted_pairs=int(predicted[0]),
        correct_pairs=int(correct[0]),
        precision=estimate(divide(correct, predicted), int(units[1])),
        recall=estimate(divide(correct, true), int(units[0])),
        f1=estimate(divide(2 * correct, true + predicted), either),
    )


def _b_cubed_scores(precision: Floats, recall: Floats, units: int) -> BCubedScores:
    harmonic = divide(2 * precision * recall, precision + recall)
    return BCubedScores(
        precision=estimate(precision, units),
        recall=estimate(recall, units),
        f1=estimate(harmonic, units),
    )
