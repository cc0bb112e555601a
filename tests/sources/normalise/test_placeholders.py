"""Words that stand for nothing."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from sources.normalise.placeholders import is_empty, to_null
from tests.sources.normalise.cases import read_cases

CASES = read_cases("placeholders")


def test_table_of_cases() -> None:
    assert [is_empty(case["in"]) for case in CASES] == [case["empty"] for case in CASES]


@given(st.lists(st.none() | st.text(max_size=20) | st.sampled_from(["n/a", "-", "Ann "])))
def test_a_value_is_kept_as_it_came_or_becomes_null(values: list[str | None]) -> None:
    expected = [None if is_empty(value) else value for value in values]
    assert to_null(pa.array(values, pa.string())).to_pylist() == expected
