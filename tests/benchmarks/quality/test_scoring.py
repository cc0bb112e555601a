"""The scorer on an example small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.quality.scoring import Triple, score, score_files

# Persons: A is shop 1, shop 2 and web 1; B is shop 3 and web 2; C is web 3.
TRUTH = [
    ("shop", "1", "A"),
    ("shop", "2", "A"),
    ("shop", "3", "B"),
    ("web", "1", "A"),
    ("web", "2", "B"),
    ("web", "3", "C"),
]
# Shop 3 went to A's first two records, web 1 and web 2 stayed alone, web 3 was forgotten.
CLUSTERS = [
    ("shop", "1", "x"),
    ("shop", "2", "x"),
    ("shop", "3", "x"),
    ("web", "1", "y"),
    ("web", "2", "z"),
]


def truth() -> pd.DataFrame:
    return pd.DataFrame(TRUTH, columns=["source", "record_id", "person_id"])


def clusters(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "record_id", "cluster_id"])


def close(found: Triple, precision: float, recall: float) -> bool:
    f1 = 2 * precision * recall / (precision + recall)
    return (found.precision, found.recall, found.f1) == pytest.approx((precision, recall, f1))


def test_pairs_and_records_counted_by_hand() -> None:
    found = score(clusters(CLUSTERS), truth())
    # Three pairs were predicted, one of them is right, and there are 3 + 1 true ones.
    assert close(found.pairs, 1 / 3, 1 / 4)
    precision = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6
    recall = (2 / 3 + 2 / 3 + 1 / 2 + 1 / 3 + 1 / 2 + 1) / 6
    assert close(found.b_cubed, precision, recall)
    assert (found.true_pairs, found.records, found.missing) == (4, 6, 1)
    assert (found.largest_cluster, found.largest_person) == (3, 3)


def test_the_truth_itself_is_without_error() -> None:
    found = score(clusters(TRUTH), truth())
    assert found.pairs == found.b_cubed == Triple(1.0, 1.0, 1.0)


def test_nothing_linked_has_no_recall() -> None:
    found = score(clusters([]), truth())
    assert found.pairs == Triple(0.0, 0.0, 0.0)
    assert found.missing == 6


def test_clusters_of_other_records_are_refused() -> None:
    with pytest.raises(ValueError, match="2 clustered records are not in the truth"):
        score(clusters([*CLUSTERS, ("web", "4", "x"), ("shop.csv", "1", "x")]), truth())


def test_files_keep_keys_as_text(tmp_path: Path) -> None:
    rows = [("shop", "007", "A"), ("shop", "7", "B"), ("web", "NA", "A")]
    frame = pd.DataFrame(rows, columns=["source", "record_id", "person_id"])
    frame.to_csv(tmp_path / "truth.csv", index=False)
    clusters(rows).to_parquet(tmp_path / "clusters.parquet")
    found = score_files(tmp_path / "clusters.parquet", tmp_path / "truth.csv")
    assert found.pairs == Triple(1.0, 1.0, 1.0)
