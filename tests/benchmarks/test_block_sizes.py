"""Block sizes of a larger population, against populations whose keys are drawn one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.block_sizes import FEW_SHARED, Keys, Limits, draw, spectrum

CHANCES = 1 / np.arange(1, 5_001)
CHANCES /= CHANCES.sum()


def population(households: int, seed: int) -> Keys:
    """Households with a key of their own, every tenth with one of Zipf's, on one or two nodes."""
    rng = np.random.default_rng(seed)
    shared = Counter(rng.choice(len(CHANCES), households // 10, p=CHANCES).tolist())
    blocks = [rng.integers(1, 3, size=carriers) for carriers in shared.values()]
    blocks += [rng.integers(1, 3, size=1) for _ in range(households)]
    every = [int(sizes.sum()) for sizes in blocks]
    pairs = sum(nodes * (nodes - 1) // 2 for nodes in every)
    own = sum(int((sizes * (sizes - 1) // 2).sum()) for sizes in blocks)
    return Keys(
        households=Counter(len(sizes) for sizes in blocks),
        nodes=Counter(int(size) for sizes in blocks for size in sizes),
        families=1.0,
        pairs=pairs,
        strangers=pairs - own,
        largest=max(every),
    )


def kept_below(keys: Keys, households: int) -> int:
    return sum(count * keys for count, keys in keys.households.items() if count < households)


def test_a_small_population_foretells_a_large_one() -> None:
    small, large = population(20_000, seed=1), population(200_000, seed=2)
    found = draw(spectrum(small), 10, Limits(), np.random.default_rng(3))
    assert found.strangers == pytest.approx(large.strangers, rel=0.1)
    assert found.pairs == pytest.approx(large.pairs, rel=0.1)
    assert found.largest == pytest.approx(large.largest, rel=0.3)
    assert large.strangers > 50 * small.strangers
    assert found.dropped == 0


def test_hubs_are_dropped_as_the_linker_does() -> None:
    small, large = population(20_000, seed=1), population(200_000, seed=2)
    limits = Limits(hub_families=20)
    found = draw(spectrum(small), 10, limits, np.random.default_rng(3))
    carriers = sum(large.nodes.values())
    dropped = 1 - kept_below(large, 20) / carriers
    assert found.dropped == pytest.approx(dropped, rel=0.1)
    assert found.strangers < large.strangers / 10


def test_only_blocks_of_few_nodes_count_where_rare_values_are_looked_at() -> None:
    small = population(20_000, seed=1)
    found = draw(spectrum(small), 1, Limits(most_nodes=5), np.random.default_rng(3))
    assert found.largest <= 5
    assert found.pairs < small.pairs


def test_keys_of_one_household_grow_with_the_population() -> None:
    owned = Keys({1: 1000}, {1: 600, 3: 400}, 0.0, pairs=1200, strangers=0, largest=3)
    found = draw(spectrum(owned, FEW_SHARED), 10, Limits(), np.random.default_rng(3))
    assert found.pairs == pytest.approx(12_000, rel=0.01)
    assert found.strangers < 200
