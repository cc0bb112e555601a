"""Words that stand for nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from sources.normalise.placeholders import is_empty, to_null
from tests.sources.normalise.cases import apply, read_cases

CASES = read_cases("placeholders")


def test_table_of_cases(spark: SparkSession) -> None:
    values = [case["in"] for case in CASES]
    expected = [case["empty"] for case in CASES]
    assert [is_empty(value) for value in values] == expected
    kept = [None if empty else value for value, empty in zip(values, expected, strict=True)]
    assert apply(spark, to_null, values) == kept


@settings(max_examples=2, deadline=None)
@given(st.lists(st.none() | st.text(max_size=20), min_size=300, max_size=300))
def test_a_value_is_kept_as_it_came_or_becomes_null(
    spark: SparkSession, values: list[str | None]
) -> None:
    for value, result in zip(values, apply(spark, to_null, values), strict=True):
        assert result is None or result == value
        if value is not None and value.isascii():
            assert (result is None) == is_empty(value)
