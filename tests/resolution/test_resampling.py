"""The intervals cover, are reproducible, and admit when they cannot tell."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.resampling import divide, estimate, resample, resampling_units


def test_intervals_cover_the_rate_that_made_the_counts() -> None:
    # Persons of very different size whose pairs are right or wrong together: an interval over
    # pairs would cover in about a third of these draws.
    generator = np.random.default_rng(7)
    covered = 0
    for draw in range(100):
        pairs = generator.integers(1, 60, 150).astype(np.float64)
        right = pairs * (generator.random(150) < 0.8)
        sums = resample(np.column_stack([right, pairs]), seed=draw)
        found = estimate(divide(sums[:, 0], sums[:, 1]), units=150)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.8 <= found.high
    assert 86 <= covered <= 100


def test_the_same_seed_gives_the_same_sums_and_row_zero_is_observed() -> None:
    tallies = np.arange(60, dtype=np.float64).reshape(20, 3)
    assert np.array_equal(resample(tallies), resample(tallies))
    assert np.array_equal(resample(tallies)[0], tallies.sum(axis=0))
    assert not np.array_equal(resample(tallies), resample(tallies, seed=1))


def test_no_error_seen_is_not_certainty() -> None:
    perfect = estimate(np.ones(201), units=60)
    assert (perfect.value, perfect.high) == (1.0, 1.0)
    assert perfect.low == pytest.approx(0.95)
    hopeless = estimate(np.zeros(201), units=60)
    assert (hopeless.value, hopeless.low) == (0.0, 0.0)
    assert hopeless.high == pytest.approx(0.05)


def test_too_few_units_give_a_value_without_an_interval() -> None:
    found = estimate(np.full(201, 0.5), units=9)
    assert (found.value, found.low, found.high) == (0.5, None, None)


def test_nothing_to_divide_by_is_none() -> None:
    found = estimate(divide(np.zeros(201), np.zeros(201)), units=50)
    assert (found.value, found.low, found.high) == (None, None, None)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25))
def test_units_are_the_connected_persons(cells: list[tuple[int, int]]) -> None:
    persons = sorted({person for person, _ in cells})
    clusters = sorted({cluster for _, cluster in cells})
    person = np.array([persons.index(one) for one, _ in cells])
    cluster = np.array([clusters.index(one) for _, one in cells])
    units = resampling_units(person, cluster)
    graph = nx.Graph([(("person", one), ("cluster", two)) for one, two in cells])
    expected = {
        frozenset(name for kind, name in part if kind == "person")
        for part in nx.connected_components(graph)
    }
    found = {
        frozenset(one for one, unit in zip(persons, units, strict=True) if unit == number)
        for number in range(int(units.max()) + 1)
    }
    assert found == expected
