"""Scores of clusters against the truth of a set; the one scorer for `scv link` and every peer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from resolution.evaluation import Evaluation, evaluate

RECORD = ["source", "record_id"]


@dataclass(frozen=True)
class Triple:
    """Precision, recall and their harmonic mean; each between 0 and 1, 0 where undefined."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Scores:
    """How one partition of a set agrees with the truth; sizes are in records."""

    pairs: Triple
    b_cubed: Triple
    largest_cluster: int
    largest_person: int
    true_pairs: int
    records: int
    missing: int


def score_files(clusters: Path, truth: Path) -> Scores:
    """Score `clusters.parquet` (source, record_id, cluster_id) against `truth.csv`."""
    return score(pd.read_parquet(clusters), pd.read_csv(truth, dtype=str, keep_default_na=False))


def score(clusters: pd.DataFrame, truth: pd.DataFrame) -> Scores:
    """Score one partition.

    Args:
        clusters: source, record_id and cluster_id, one row per record. A record of the truth that
            is not here stands alone and is counted as missing.
        truth: source, record_id and person_id, one row per record.

    Raises:
        ValueError: there are clusters of records that the truth does not have. They were made by
            a mistake in keys, and the figures would say nothing.
        ResolutionError: a record appears twice.
    """
    found = evaluate(
        clusters.rename(columns={"record_id": "source_key"}).assign(script=None),
        # The evidence of a pair is a thing of the project's own feeds; here it splits nothing.
        truth.rename(columns={"record_id": "key"}).assign(evidence="strong"),
    )
    if found.population.unknown_records:
        raise ValueError(
            f"{found.population.unknown_records} clustered records are not in the truth;"
            " compare the source and record_id of both"
        )
    return _scores(found)


def _scores(found: Evaluation) -> Scores:
    pairs, b_cubed, population = found.pairs, found.b_cubed, found.population
    return Scores(
        pairs=_triple(pairs.precision.value, pairs.recall.value, pairs.f1.value),
        b_cubed=_triple(b_cubed.precision.value, b_cubed.recall.value, b_cubed.f1.value),
        largest_cluster=population.largest_cluster,
        largest_person=population.largest_person,
        true_pairs=pairs.true_pairs,
        records=population.records,
        missing=population.missing_records,
    )


def _triple(precision: float | None, recall: float | None, f1: float | None) -> Triple:
    return Triple(precision or 0.0, recall or 0.0, f1 or 0.0)
