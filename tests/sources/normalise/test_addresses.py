"""Postcodes, street lines, cities."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from sources.normalise import addresses
from tests.sources.normalise.cases import apply, read_cases

CASES = read_cases("addresses")
COUNTRIES = st.sampled_from([None, "GB", "US", "CN", "TW", "HK", "FR", "uk", "??"])
WORDS = st.sampled_from(["12", "Flat 3", "Road", "rd", "St.", "Jöhn's", "縣德街86號", "Apt", "007"])
LINES = st.lists(WORDS, max_size=6).map(", ".join)


def test_postcodes(spark: SparkSession) -> None:
    cases = CASES["postcode"]
    raw, countries = [case["in"] for case in cases], [case.get("country") for case in cases]
    result = apply(spark, addresses.postcode, raw, countries)
    assert result == [case.get("out") for case in cases]


def test_lines(spark: SparkSession) -> None:
    cases = CASES["line"]
    raw = [case["in"] for case in cases]
    assert apply(spark, addresses.line, raw) == [case.get("out") for case in cases]
    assert apply(spark, addresses.line_key, raw) == [case.get("key") for case in cases]


def test_cities(spark: SparkSession) -> None:
    cases = CASES["city"]
    result = apply(spark, addresses.city, [case["in"] for case in cases])
    assert result == [case.get("out") for case in cases]


@settings(max_examples=2, deadline=None)
@given(
    st.lists(
        st.tuples(st.none() | st.text(max_size=20) | LINES, COUNTRIES), min_size=300, max_size=300
    )
)
def test_twice_is_once(spark: SparkSession, rows: list[tuple[str | None, str | None]]) -> None:
    raw, countries = [row[0] for row in rows], [row[1] for row in rows]
    for function in (addresses.line, addresses.line_key, addresses.city):
        once = apply(spark, function, raw)
        assert apply(spark, function, once) == once, function.__name__
    once = apply(spark, addresses.postcode, raw, countries)
    assert apply(spark, addresses.postcode, once, countries) == once


@settings(max_examples=2, deadline=None)
@given(st.lists(st.permutations(["12", "Saint", "John", "Road", "Flat", "3"]), min_size=20))
def test_line_keys_do_not_depend_on_order(spark: SparkSession, lines: list[list[str]]) -> None:
    keys = apply(spark, addresses.line_key, [" ".join(words) for words in lines])
    assert set(keys) == {"12 3 john rd st"}
