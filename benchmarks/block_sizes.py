"""Block sizes of larger populations, drawn from a spectrum that is fitted on a measured one.

A key that belongs to one household makes pairs in proportion to the population. A key that
strangers share by chance (a name and a birth date) has a chance of its own to be carried, so the
households that carry it grow with the population, and its pairs with the square. How many keys
there are of each chance is the spectrum; expectation maximisation finds it from how many keys one,
two, three ... households carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, pdtrc

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

CLASSES = 120
RAREST = 1e-4
ROUNDS = 3_000
DRAWS = 1_000
FEW_SHARED, MANY_SHARED = 0.01, 0.5
"""The share of keys that are taken for shared before the data speak: a low and a high reckoning."""
COMMON = 20
"""Carriers; a Poisson count of this mean is below two once in ten million times."""


@dataclass(frozen=True)
class Keys:
    """Measured keys of one kind. `households`: by how many households a key is carried -> keys;
    `nodes`: how many nodes of a household carry the key -> such carriers; `families`: chance that a
    further household brings a family name of its own; pairs in all and those between households.
    """

    households: Mapping[int, int]
    nodes: Mapping[int, int]
    families: float
    pairs: int
    strangers: int
    largest: int


@dataclass(frozen=True)
class Limits:
    """From how many nodes or families on a key is dropped as a hub, and the most nodes of a block
    that is looked at (None = all).
    """

    hub_nodes: float = np.inf
    hub_families: float = np.inf
    most_nodes: float = np.inf


@dataclass(frozen=True)
class Spectrum:
    """`keys[i]` keys whose carriers are a Poisson count of mean `rates[i]` in the measured
    population, `private` keys of one household each, and the chance of 1, 2, ... nodes a carrier.
    """

    private: float
    rates: Numbers
    keys: Numbers
    nodes: Numbers
    families: float


@dataclass(frozen=True)
class Blocks:
    """Pairs of a kind of key, those between households, nodes of the block that half a key
    exceeds, and the share of carriers whose key is dropped as a hub.
    """

    pairs: float
    strangers: float
    largest: float
    dropped: float


def spectrum(keys: Keys, shared: float = MANY_SHARED) -> Spectrum:
    """The likeliest, by rounds of expectation maximisation.

    Data of this size cannot tell a private key from one that strangers will share in a population
    a thousand times larger: for such keys the share that it begins with stays. `FEW_SHARED` and
    `MANY_SHARED` fit the data alike, and lie apart where nobody has measured.
    """
    counts = np.array(sorted(keys.households), dtype=float)
    seen = np.array([keys.households[int(count)] for count in counts], dtype=float)
    rates = np.geomspace(RAREST, counts[-1] * 1.5, CLASSES)
    chance = np.exp(
        counts[:, None] * np.log(rates) - rates - gammaln(counts + 1)[:, None]
    ) / -np.expm1(-rates)
    chance = np.column_stack([counts == 1, chance])
    weights = np.array([1 - shared, *[shared / CLASSES] * CLASSES])
    for _ in range(ROUNDS):
        share = chance * weights
        weights = seen @ (share / share.sum(axis=1, keepdims=True)) / seen.sum()
    found = weights * seen.sum()
    sizes = np.zeros(max(keys.nodes))
    for size, carriers in keys.nodes.items():
        sizes[size - 1] = carriers
    unseen = found[1:] / -np.expm1(-rates)
    return Spectrum(float(found[0]), rates, unseen, sizes / sizes.sum(), keys.families)


def draw(fitted: Spectrum, scale: float, limits: Limits, rng: np.random.Generator) -> Blocks:
    """Blocks of a population `scale` times the measured one.

    Keys of one household are summed exactly; `DRAWS` blocks stand for the keys of a class that
    more households carry.
    """
    sizes = np.arange(1.0, len(fitted.nodes) + 1)
    own = sizes * (sizes - 1) / 2
    rates = fitted.rates * scale
    alone = fitted.private * scale + float(fitted.keys @ (rates * np.exp(-rates)))
    within = alone * float(np.where(sizes <= limits.most_nodes, own, 0) @ fitted.nodes)
    each = np.repeat(fitted.keys * pdtrc(1, rates) / DRAWS, DRAWS)
    carriers = _carriers(rates, rng)
    households = rng.multinomial(carriers, fitted.nodes)
    nodes, met = households @ sizes, households @ own
    families = 1 + rng.binomial(carriers - 1, fitted.families)
    hub = (nodes >= limits.hub_nodes) | (families >= limits.hub_families)
    kept = np.where(hub | (nodes > limits.most_nodes), 0.0, each)
    every = nodes * (nodes - 1.0) / 2
    return Blocks(
        pairs=within + float(kept @ every),
        strangers=float(kept @ (every - met)),
        largest=_largest(nodes, kept),
        dropped=float((each * hub) @ carriers) / (alone + float(each @ carriers)),
    )


def _carriers(rates: Numbers, rng: np.random.Generator) -> Counts:
    """`DRAWS` Poisson counts of each rate, none below two."""
    return np.concatenate([_at_least_two(rate, rng) for rate in rates])


def _at_least_two(rate: float, rng: np.random.Generator) -> Counts:
    if rate > COMMON:
        return np.maximum(rng.poisson(rate, DRAWS), 2)
    counts = np.arange(2, 10 * COMMON)
    chances = np.exp(counts * np.log(rate) - gammaln(counts + 1))
    return rng.choice(counts, DRAWS, p=chances / chances.sum())


def _largest(nodes: Counts, keys: Numbers) -> float:
    """Nodes of the block that half a key exceeds; each drawn one stands for so many `keys`."""
    order = np.argsort(-nodes)
    place = np.searchsorted(keys[order].cumsum(), 0.5)
    return float(nodes[order[place]]) if place < len(nodes) else 0.0
