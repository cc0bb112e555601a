"""Scores against plain-Python oracles that list every pair, and against cases done by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import combinations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.errors import ResolutionError
from resolution.evaluation import Evaluation, evaluate, pair_class

Row = tuple[str, str, str, str, str | None]  # source, person, evidence, cluster, script

row = st.tuples(
    st.sampled_from(["crm", "social", "web_user"]),
    st.sampled_from(["P1", "P2", "P3", "P4"]),
    st.sampled_from(["strong", "weak", "none"]),
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(["latin", "han", "mixed", "other", None]),
)


def tables(rows: list[Row]) -> tuple[pd.DataFrame, pd.DataFrame]:
    keys = [f"k{number}" for number in range(len(rows))]
    assignments = pd.DataFrame(
        {
            "source": [source for source, *_ in rows],
            "source_key": keys,
            "cluster_id": [cluster for *_, cluster, _ in rows],
            "script": pd.Series([script for *_, script in rows], dtype=object),
        }
    )
    truth = pd.DataFrame(
        {
            "source": assignments["source"],
            "key": keys,
            "person_id": [person for _, person, *_ in rows],
            "household_id": "H",
            "evidence": [evidence for _, _, evidence, *_ in rows],
        }
    )
    return assignments, truth


def counts_by_listing(rows: list[Row], dimension: str) -> dict[str, tuple[int, int, int]]:
    place = {"source": 0, "evidence": 2, "script": 4}.get(dimension)
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for left, right in combinations(rows, 2):
        same_person, same_cluster = left[1] == right[1], left[3] == right[3]
        if not (same_person or same_cluster):
            continue
        name = "all"
        if place is not None:
            name = pair_class(
                dimension, str(left[place] or "unknown"), str(right[place] or "unknown")
            )
        found[name][0] += same_person
        found[name][1] += same_cluster
        found[name][2] += same_person and same_cluster
    return {name: (one, two, three) for name, (one, two, three) in found.items()}


def slices(evaluation: Evaluation, dimension: str) -> dict[str, tuple[int, int, int]]:
    return {
        part.name: (part.pairs.true_pairs, part.pairs.predicted_pairs, part.pairs.correct_pairs)
        for part in getattr(evaluation, f"by_{dimension}")
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(row, min_size=1, max_size=14))
def test_counts_agree_with_listing_every_pair(rows: list[Row]) -> None:
    evaluation = evaluate(*tables(rows))
    pairs = evaluation.pairs
    expected = counts_by_listing(rows, "all").get("all", (0, 0, 0))
    assert (pairs.true_pairs, pairs.predicted_pairs, pairs.correct_pairs) == expected
    for dimension in ("source", "evidence", "script"):
        assert slices(evaluation, dimension) == counts_by_listing(rows, dimension)
    true, predicted, correct = expected
    assert pairs.precision.value == (pytest.approx(correct / predicted) if predicted else None)
    assert pairs.recall.value == (pytest.approx(correct / true) if true else None)
    f1 = 2 * correct / (true + predicted) if true + predicted else None
    assert pairs.f1.value == (pytest.approx(f1) if f1 is not None else None)


@settings(max_examples=60, deadline=None)
@given(st.lists(row, min_size=1, max_size=14))
def test_b_cubed_and_mixed_agree_with_a_loop_over_records(rows: list[Row]) -> None:
    evaluation = evaluate(*tables(rows))
    purity = completeness = 0.0
    mixed = 0
    for _, person, _, cluster, _ in rows:
        in_cluster = [other for other in rows if other[3] == cluster]
        of_person = [other for other in rows if other[1] == person]
        both = [other for other in in_cluster if other[1] == person]
        purity += len(both) / len(in_cluster)
        completeness += len(both) / len(of_person)
        mixed += len({other[1] for other in in_cluster}) > 1
    precision, recall = purity / len(rows), completeness / len(rows)
    assert evaluation.b_cubed.precision.value == pytest.approx(precision)
    assert evaluation.b_cubed.recall.value == pytest.approx(recall)
    harmonic = 2 * precision * recall / (precision + recall)
    assert evaluation.b_cubed.f1.value == pytest.approx(harmonic)
    assert evaluation.records_in_mixed_clusters.value == pytest.approx(mixed / len(rows))


@settings(max_examples=20, deadline=None)
@given(st.lists(row, min_size=2, max_size=14), st.randoms(use_true_random=False))
def test_order_of_rows_and_names_of_clusters_change_nothing(rows: list[Row], random) -> None:
    assignments, truth = tables(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    renamed = assignments.assign(cluster_id="x" + assignments["cluster_id"]).iloc[order]
    assert evaluate(renamed, truth.iloc[order[::-1]]) == evaluate(assignments, truth)


def test_a_case_done_by_hand() -> None:
    # P1 has three records, of which two lie in cluster a, with the one record of P2.
    rows: list[Row] = [
        ("crm", "P1", "strong", "a", "latin"),
        ("crm", "P1", "strong", "a", "han"),
        ("social", "P1", "weak", "b", None),
        ("social", "P2", "strong", "a", "latin"),
    ]
    evaluation = evaluate(*tables(rows))
    pairs = evaluation.pairs
    assert (pairs.true_pairs, pairs.predicted_pairs, pairs.correct_pairs) == (3, 3, 1)
    assert pairs.precision.value == pytest.approx(1 / 3)
    assert evaluation.b_cubed.precision.value == pytest.approx((2 / 3 + 2 / 3 + 1 + 1 / 3) / 4)
    assert evaluation.b_cubed.recall.value == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert evaluation.population.largest_cluster == 3
    assert evaluation.population.largest_person == 3
    assert evaluation.records_in_mixed_clusters.value == pytest.approx(3 / 4)
    assert slices(evaluation, "evidence") == {"strong": (1, 3, 1), "weak": (2, 0, 0)}
    assert slices(evaluation, "source") == {"crm + crm": (1, 1, 1), "crm + social": (2, 2, 0)}
    assert slices(evaluation, "script") == {
        "latin": (0, 1, 0),
        "mixed": (1, 2, 1),
        "unknown": (2, 0, 0),
    }
    assert pairs.precision.low is None  # two persons in one cluster: nothing to resample


def test_missing_records_stand_alone_and_unknown_ones_are_left_out() -> None:
    rows: list[Row] = [("crm", "P1", "strong", "a", "latin")] * 3
    assignments, truth = tables(rows)
    stranger = pd.DataFrame(
        {"source": ["crm"], "source_key": ["new"], "cluster_id": ["a"], "script": [None]}
    )
    # k1 has no row at all, k2 has one without a cluster.
    given_rows = pd.concat([assignments.iloc[[0, 2]], stranger], ignore_index=True)
    given_rows.loc[1, "cluster_id"] = None
    evaluation = evaluate(given_rows, truth)
    assert evaluation.population.missing_records == 2
    assert evaluation.population.unknown_records == 1
    assert evaluation.population.clusters == 3
    assert evaluation.population.largest_cluster == 1
    assert (evaluation.pairs.true_pairs, evaluation.pairs.predicted_pairs) == (3, 0)
    assert evaluation.pairs.precision.value is None
    assert evaluation.pairs.recall.value == 0


def test_clusters_of_thousands_are_counted_not_listed() -> None:
    size = 20_000
    keys = [f"k{number}" for number in range(size)]
    assignments = pa.table(
        {
            "source": ["crm"] * size,
            "source_key": keys,
            "cluster_id": ["one"] * size,
            "script": pa.nulls(size),
        }
    )
    truth = pd.DataFrame(
        {
            "source": "crm",
            "key": keys,
            "person_id": [f"P{number // 2}" for number in range(size)],
            "household_id": "",
            "evidence": "strong",
        }
    )
    pairs = evaluate(assignments, truth).pairs
    assert pairs.predicted_pairs == size * (size - 1) // 2
    assert pairs.correct_pairs == pairs.true_pairs == size // 2


def test_to_dict_is_json_with_null_for_what_cannot_be_told() -> None:
    evaluation = evaluate(*tables([("crm", "P1", "strong", "a", "latin")]))
    plain = json.loads(json.dumps(evaluation.to_dict(), allow_nan=False))
    assert plain["pairs"]["precision"] == {"value": None, "low": None, "high": None}
    assert plain["population"]["records"] == 1
    assert plain["by_source"] == []


@pytest.mark.parametrize(
    ("column", "table"), [("cluster_id", "assignments"), ("person_id", "truth")]
)
def test_an_absent_column_is_named(column: str, table: str) -> None:
    assignments, truth = tables([("crm", "P1", "strong", "a", "latin")])
    if table == "assignments":
        assignments = assignments.drop(columns=column)
    else:
        truth = truth.drop(columns=column)
    with pytest.raises(ResolutionError, match=f"{table} lack the column {column}"):
        evaluate(assignments, truth)


def test_a_record_in_two_clusters_is_refused_without_naming_it() -> None:
    assignments, truth = tables([("crm", "P1", "strong", "a", "latin")])
    with pytest.raises(ResolutionError, match="1 rows of the assignments repeat") as caught:
        evaluate(pd.concat([assignments, assignments]), truth)
    assert "k0" not in str(caught.value)


def test_an_empty_truth_is_refused() -> None:
    assignments, truth = tables([("crm", "P1", "strong", "a", "latin")])
    with pytest.raises(ResolutionError, match="no records"):
        evaluate(assignments, truth.iloc[:0])
