"""Identifiers are unique and say nothing; rows of one household do not stand together."""

from __future__ import annotations

from itertools import islice, pairwise
from statistics import correlation, fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.identifiers import Permutation, identifiers
from tests.generator.simple_reader import Feeds


@given(size=st.integers(2, 3000), key=st.text(max_size=5))
def test_permutation_reaches_every_number_once(size: int, key: str) -> None:
    assert sorted(identifiers(size, key)) == list(range(size))


@pytest.mark.parametrize("size", [10**8, 10**10, 1 << 62])
def test_order_of_identifiers_says_nothing_about_the_order_of_making(size: int) -> None:
    drawn = list(islice(identifiers(size, "test"), 20_000))
    assert len(set(drawn)) == len(drawn)
    assert abs(correlation(range(len(drawn)), drawn)) < 0.03
    steps = [abs(second - first) / size for first, second in pairwise(drawn)]
    assert fmean(steps) == pytest.approx(1 / 3, abs=0.02)


def test_keys_give_unlike_permutations() -> None:
    numbers = np.arange(1000, dtype=np.uint64)
    one = Permutation(10**6, "one").apply(numbers.copy())
    other = Permutation(10**6, "other").apply(numbers.copy())
    assert (one == other).sum() < 5


def test_rows_of_a_household_are_spread_over_their_file(noisy: Feeds) -> None:
    household_of = noisy.household_of()
    rows = noisy.contacts.rows[0]
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(household_of["crm", row["contact_id"]], []).append(place)
    gaps = [abs(b - a) / len(rows) for seen in places.values() for a, b in pairwise(seen)]
    # Two random places in a row of length 1 are a third apart; sorted neighbours somewhat less.
    assert len(gaps) > 300
    assert fmean(gaps) > 0.25


def test_keys_of_a_household_are_no_neighbours(noisy: Feeds) -> None:
    keys: dict[str, list[int]] = {}
    for row in noisy.truth:
        if row["source"] == "crm":
            keys.setdefault(row["household_id"], []).append(int(row["key"][1:]))
    gaps = [abs(b - a) / 10**8 for seen in keys.values() for a, b in pairwise(seen)]
    assert fmean(gaps) == pytest.approx(1 / 3, abs=0.04)


def test_person_numbers_say_nothing_about_the_place_in_the_truth(noisy: Feeds) -> None:
    persons = [int(row["person_id"][1:]) for row in noisy.truth]
    assert abs(correlation(range(len(persons)), persons)) < 0.03
