"""Postcodes, street lines, cities."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.normalise import addresses
from tests.sources.normalise.cases import read_cases

CASES = read_cases("addresses")
COUNTRIES = st.sampled_from([None, "GB", "US", "CN", "TW", "HK", "FR", "uk", "??"])
WORDS = st.sampled_from(["12", "Flat 3", "Road", "rd", "St.", "Jöhn's", "縣德街86號", "Apt", "007"])
LINES = st.lists(WORDS, max_size=6).map(", ".join)


@pytest.mark.parametrize("case", CASES["postcode"], ids=str)
def test_postcodes(case: dict[str, Any]) -> None:
    assert addresses.normalise_postcode(case["in"], case.get("country")) == case.get("out")


@pytest.mark.parametrize("case", CASES["line"], ids=str)
def test_lines(case: dict[str, Any]) -> None:
    assert addresses.line(case["in"]) == case.get("out")
    assert addresses.line_key(case["in"]) == case.get("key")


@pytest.mark.parametrize("case", CASES["city"], ids=str)
def test_cities(case: dict[str, Any]) -> None:
    assert addresses.city(case["in"]) == case.get("out")


def test_a_batch_has_keys_postcodes_and_countries() -> None:
    lines = pa.array(["12 Saint John's Road", None, "--"])
    postcodes = pa.array(["sw1a1aa", "12345", None])
    found = addresses.normalised(lines, postcodes, pa.array(["gb", None, "US"])).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("12 johns rd st", "SW1A 1AA", "GB"),
        (None, "12345", None),
        (None, None, "US"),
    ]


@given(st.none() | st.text(max_size=20) | LINES, COUNTRIES)
def test_twice_is_once(raw: str | None, country: str | None) -> None:
    for function in (addresses.line, addresses.line_key, addresses.city):
        once = function(raw)
        assert function(once) == once, function.__name__
    code = addresses.normalise_postcode(raw, country)
    assert addresses.normalise_postcode(code, country) == code


@given(st.permutations(["12", "Saint", "John", "Road", "Flat", "3"]))
def test_line_keys_do_not_depend_on_order(words: list[str]) -> None:
    assert addresses.line_key(" ".join(words)) == "12 3 john rd st"
