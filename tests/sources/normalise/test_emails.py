"""E-mail addresses."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from sources.normalise import emails
from tests.sources.normalise.cases import apply, read_cases

CASES = read_cases("emails")
ADDRESS_LIKE = st.text(alphabet="aAtest.+@ <>-é陳ＡＢ\u200b,;:", max_size=24) | st.emails()


def test_table_of_cases(spark: SparkSession) -> None:
    normalised = apply(spark, emails.normalised, [case["in"] for case in CASES])
    assert normalised == [case.get("normalised") for case in CASES]
    for name in ("canonical", "local_part"):
        result = apply(spark, getattr(emails, name), normalised)
        assert result == [case.get(name) for case in CASES], name
    is_role = apply(spark, emails.is_role, normalised)
    assert is_role == [case.get("is_role", False) for case in CASES]


@settings(max_examples=2, deadline=None)
@given(st.lists(st.none() | st.text(max_size=30) | ADDRESS_LIKE, min_size=300, max_size=300))
def test_twice_is_once_and_keys_are_keys_of_themselves(
    spark: SparkSession, values: list[str | None]
) -> None:
    once = apply(spark, emails.normalised, values)
    assert apply(spark, emails.normalised, once) == once
    keys = apply(spark, emails.canonical, once)
    assert apply(spark, emails.canonical, keys) == keys
    assert [key is None for key in keys] == [address is None for address in once]


@settings(max_examples=3, deadline=None)
@given(st.lists(st.emails(), min_size=50, max_size=50))
def test_case_and_spaces_do_not_matter(spark: SparkSession, addresses: list[str]) -> None:
    disguised = [f"  {address.upper()}\t" for address in addresses]
    assert apply(spark, emails.normalised, disguised) == apply(spark, emails.normalised, addresses)
