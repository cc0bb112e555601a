"""Confidence intervals for ratios of counts whose pairs are not independent.

A pair is not a unit of chance: one person with twenty records brings 190 pairs that are right or
wrong together, so an interval over pairs would be far too narrow. The unit drawn here is a person,
together with all persons that the prediction mixes with it, because a wrong pair belongs to both
its persons and must be drawn as one. Each replicate gives every unit a Poisson(1) weight (the
limit of drawing as many units with replacement) and adds up the counts; all replicates are one
matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REPLICATES = 200
SEED = 20260105
CONFIDENCE = 0.95
# Below ten units the percentiles of a bootstrap are an accident of the draw: none is given.
MINIMUM_UNITS = 10
# With no failure among n units the 95 % upper bound of the failure rate is about 3 / n.
RULE_OF_THREE = 3.0
WEIGHTS_AT_ONCE = 8_000_000  # 64 MB of weights in memory

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """A ratio between 0 and 1 with its 95 % interval.

    value is None where there is nothing to divide by; low and high are None also where there are
    too few units to tell.
    """

    value: float | None
    low: float | None
    high: float | None


def resampling_units(person: Integers, cluster: Integers) -> Integers:
    """Join persons that share a predicted cluster, directly or through others.

    Args:
        person: person number per cell (a cell is a person's part of one cluster), 0 .. persons-1.
        cluster: cluster number per cell, 0 .. clusters-1.

    Returns:
        The unit number of each person, 0 .. units-1: no pair, true or predicted, spans two units.
    """
    labels = np.arange(int(person.max()) + 1, dtype=np.int64)
    while True:
        lowest = np.full(int(cluster.max()) + 1, len(labels), dtype=np.int64)
        np.minimum.at(lowest, cluster, labels[person])
        lowered = labels.copy()
        np.minimum.at(lowered, person, lowest[cluster])
        lowered = lowered[lowered]  # follow the label of the label: halves the rounds on chains
        if np.array_equal(lowered, labels):
            return np.unique(labels, return_inverse=True)[1].astype(np.int64)
        labels = lowered


def resample(tallies: Floats, replicates: int = REPLICATES, seed: int = SEED) -> Floats:
    """Add up counts per unit under random weights.

    Args:
        tallies: counts, one row per unit and one column per quantity.
        replicates: number of replicates.
        seed: seed of the weights; the same seed and rows give the same result.

    Returns:
        An array of replicates + 1 rows and one column per quantity; row 0 holds the plain sums.
    """
    generator = np.random.default_rng(seed)
    sums = np.empty((replicates + 1, tallies.shape[1]))
    sums[0] = tallies.sum(axis=0)
    step = max(1, WEIGHTS_AT_ONCE // max(1, len(tallies)))
    for start in range(1, replicates + 1, step):
        stop = min(start + step, replicates + 1)
        weights = generator.poisson(1.0, (stop - start, len(tallies))).astype(np.float64)
        sums[start:stop] = weights @ tallies
    return sums


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """The ratio per replicate; NaN where the denominator is zero."""
    ratio = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=ratio, where=denominator > 0)
    return ratio


def estimate(ratios: Floats, units: int) -> Estimate:
    """Turn the ratios of `resample` (row 0 observed) into a value with its interval.

    Args:
        ratios: one ratio per replicate, the observed one first.
        units: number of units that have anything in the denominator.
    """
    observed = float(ratios[0])
    if np.isnan(observed):
        return Estimate(None, None, None)
    replicates = ratios[1:][~np.isnan(ratios[1:])]
    if units < MINIMUM_UNITS or len(replicates) == 0:
        return Estimate(observed, None, None)
    tail = (1 - CONFIDENCE) / 2
    low, high = (float(limit) for limit in np.quantile(replicates, [tail, 1 - tail]))
    # Drawing again from units without an error shows no error: the bootstrap would claim
    # certainty, so the open end comes from the rule of three.
    if observed >= 1:
        low, high = min(low, 1 - RULE_OF_THREE / units), 1.0
    if observed <= 0:
        low, high = 0.0, max(high, RULE_OF_THREE / units)
    return Estimate(observed, min(low, observed), max(high, observed))
