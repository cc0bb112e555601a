"""Records depend on what rows say and when, never on how they arrived; an oracle says what."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from tests.oracles.records import expected
from tests.sources.club import club, comparable
from tests.sources.delivered import Delivered, records

VALUES = {
    "member": st.sampled_from([f"m{number}" for number in range(25)]),
    "changed": st.sampled_from([None, *[f"2026-01-{day:02d} 10:00:00" for day in range(1, 8)]]),
    "given": st.sampled_from([None, "Ann", "Bob", "Cyrus"]),
    "family": st.sampled_from([None, "Lee", "Miller"]),
    "street": st.sampled_from([None, "1 Elm Street", "2 Oak Avenue"]),
    "town": st.sampled_from([None, "Leeds", "York"]),
    "language": st.sampled_from([None, "en", "zh"]),
    "email": st.sampled_from([None, "ann.lee@gmail.com", "bob@web.de", "cy@post.org"]),
    "phone": st.sampled_from([None, "+14155552671", "+442079460958", "+12025550143"]),
    "agreed": st.sampled_from([None, "Y", "N"]),
    "gone": st.sampled_from([None, "Y", "N"]),
}
ROWS = st.lists(
    st.builds(Delivered, st.integers(1, 7), st.integers(2, 99), st.fixed_dictionaries(VALUES)),
    min_size=60,
    max_size=120,
    unique_by=lambda row: (row.day, row.line),
)


@pytest.mark.parametrize(("state", "delivery"), [("replace", "snapshot"), ("accumulate", "delta")])
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, seed=st.integers(0, 99))
def test_records_are_those_of_the_oracle_in_any_order_of_arrival(
    spark: SparkSession, state: str, delivery: str, rows: list[Delivered], seed: int
) -> None:
    source = club(state=state, delivery=delivery)
    found = records(spark, rows, source)
    wanted = expected(rows, accumulate=state == "accumulate", snapshot=delivery == "snapshot")
    assert {key: comparable(record) for key, record in found.items()} == wanted
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert records(spark, shuffled, source, partitions=3) == found
