"""Western names come with the frequencies of the census."""

from __future__ import annotations

from collections import Counter
from random import Random

from generator.western_names import WesternNames, nicknames


def test_frequent_names_are_as_frequent_as_in_the_census() -> None:
    names, rng = WesternNames(), Random(1)
    surnames = Counter(names.surname(rng, "US") for _ in range(30_000))
    assert 0.008 < surnames["Smith"] / 30_000 < 0.014
    assert 0.006 < surnames["Johnson"] / 30_000 < 0.012
    men = Counter(names.given(rng, "M") for _ in range(10_000))
    assert 0.025 < men["James"] / 10_000 < 0.045
    women = Counter(names.given(rng, "F") for _ in range(10_000))
    assert 0.02 < women["Mary"] / 10_000 < 0.04


def test_rare_surnames_are_many() -> None:
    names, rng = WesternNames(), Random(2)
    surnames = Counter(names.surname(rng, "US") for _ in range(30_000))
    assert len(surnames) > 8000


def test_british_surnames_are_others() -> None:
    names, rng = WesternNames(), Random(3)
    british = Counter(names.surname(rng, "GB") for _ in range(5000))
    american = Counter(names.surname(rng, "US") for _ in range(5000))
    assert british["Patel"] > 3 * american["Patel"]
    assert british["Davies"] > 3 * american["Davies"]


def test_names_are_written_as_names() -> None:
    names, rng = WesternNames(), Random(4)
    drawn = {names.surname(rng, "US") for _ in range(20_000)}
    assert any(one.startswith("Mc") and one[2].isupper() for one in drawn)
    assert not any(one.isupper() for one in drawn if len(one) > 2)


def test_nicknames_are_short_forms_of_census_names() -> None:
    assert "Bill" in nicknames()["William"]
    assert all(name not in short for name, short in nicknames().items())
