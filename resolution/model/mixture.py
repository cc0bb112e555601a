"""Three kinds of pairs told apart without labels: one person, one household, strangers.

Two answers are not enough: a couple agrees on family name, address and phone, so a model that knows
only matches and strangers takes them for one person. Expectation maximisation over counts of level
vectors finds the third kind. Strangers are known from random pairs and stay fixed; a rule's own
comparisons tell nothing of its pairs and are hidden in them; missing values count neither way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MATCH, HOUSEHOLD, RANDOM = range(3)

ROUNDS = 300
STILL = 1e-5
"""Expectation maximisation ends when no share of a kind moves by more than this."""

PSEUDO_PAIRS = 20.0
"""Pairs that the expected shares count as beside the pairs seen: a level that few pairs have stays
near what was expected of it."""

LEAST = 1e-6


@dataclass(frozen=True)
class Block:
    """The pairs that one rule meets.

    `levels` has a row per distinct level vector and a column per comparison, -1 where there is
    nothing to compare; `pairs` says how many pairs have it. `hidden` names the columns that the
    rule itself decides.
    """

    levels: np.ndarray
    pairs: np.ndarray
    hidden: frozenset[int] = frozenset()

    def only(self, places: Sequence[int]) -> Block:
        """Some of the comparisons; nothing may be hidden."""
        return Block(self.levels[:, list(places)], self.pairs)

    def visible(self) -> list[int]:
        return [place for place in range(self.levels.shape[1]) if place not in self.hidden]


@dataclass(frozen=True)
class Kind:
    """Shares of the levels among pairs of one kind: per comparison an array from level 0 up."""

    shares: tuple[np.ndarray, ...]

    def log_likelihood(self, block: Block) -> np.ndarray:
        """Of every vector of a block, by what is visible and there."""
        total = np.zeros(len(block.levels))
        for place in block.visible():
            level = block.levels[:, place]
            logs = np.log(np.maximum(self.shares[place], LEAST))
            total += np.where(level >= 0, logs[level], 0.0)
        return total


@dataclass(frozen=True)
class Mixture:
    """What was learned: shares of the levels by kind of pair, and each block's shares of the three
    kinds (rows: blocks).
    """

    match: Kind
    household: Kind
    strangers: Kind
    of_blocks: np.ndarray
    rounds: int

    @property
    def kinds(self) -> tuple[Kind, Kind, Kind]:
        return self.match, self.household, self.strangers


@dataclass(frozen=True)
class Expected:
    """Where learning starts: shares by kind.

    `matches_rarely` and `households_rarely` are levels (per comparison a truth for each) that are
    never learned to be more frequent, together, than expected: a person seldom differs from itself,
    and two of a household seldom have one name. Without these limits the kinds changed places on
    tables with few columns.
    """

    match: Kind
    household: Kind
    strangers: Kind
    matches_rarely: tuple[np.ndarray, ...]
    households_rarely: tuple[np.ndarray, ...]

    @property
    def sizes(self) -> list[int]:
        """How many levels each comparison has."""
        return [len(shares) for shares in self.match.shares]


def learn(blocks: Sequence[Block], drawn: Block, expected: Expected) -> Mixture:
    """Expectation maximisation over the `blocks` of rules; strangers are learned from `drawn`,
    random pairs, alone, without those that turn out to be no strangers.

    A kind keeps its expected shares for a comparison that no block shows.
    """
    kinds = [expected.match, expected.household, expected.strangers]
    of_blocks = np.full((len(blocks), 3), (0.4, 0.2, 0.4))
    of_drawn = np.array([1e-5, 1e-5, 1 - 2e-5])
    rounds = 0
    moved = np.inf
    while rounds < ROUNDS and moved >= STILL:
        rounds += 1
        chances = [
            posterior(block, kinds, shares) for block, shares in zip(blocks, of_blocks, strict=True)
        ]
        chances_drawn = posterior(drawn, kinds, of_drawn)
        before = of_blocks
        of_blocks = np.array(
            [_shares_of_kinds(block, given) for block, given in zip(blocks, chances, strict=True)]
        )
        of_drawn = _shares_of_kinds(drawn, chances_drawn)
        strangers = observed(drawn, chances_drawn[:, RANDOM], expected.sizes)
        match, household = (
            _shares(blocks, [given[:, kind] for given in chances], prior, PSEUDO_PAIRS)
            for kind, prior in ((MATCH, expected.match), (HOUSEHOLD, expected.household))
        )
        kinds = [
            _limited(match, expected.match, expected.matches_rarely),
            _limited(household, expected.household, expected.households_rarely),
            strangers,
        ]
        moved = np.abs(of_blocks - before).max(initial=0.0)
    match, household, strangers = kinds
    return Mixture(match, household, strangers, of_blocks, rounds)


def shares_of_all(met: Block, mixture: Mixture, pairs: float) -> np.ndarray:
    """Of `pairs` possible pairs the shares of the three kinds, where `met` are those that any rule
    meets, nothing hidden, and all others are strangers.
    """
    shares = np.array([1e-5, 1e-5, 1 - 2e-5])
    for _ in range(ROUNDS):
        before = shares
        found = met.pairs @ posterior(met, mixture.kinds, shares)
        found = np.maximum(found, 0.5)
        shares = np.array([found[MATCH], found[HOUSEHOLD], 0.0]) / pairs
        shares[RANDOM] = 1 - shares.sum()
        if np.abs(np.log(shares / before)).max() < STILL:
            break
    return shares


def posterior(block: Block, kinds: Sequence[Kind], shares: np.ndarray) -> np.ndarray:
    """Per vector the chance of each kind; rows add up to 1."""
    logs = np.stack([kind.log_likelihood(block) for kind in kinds], axis=1)
    logs += np.log(np.maximum(shares, 1e-300))
    logs -= logs.max(axis=1, keepdims=True, initial=-np.inf)
    odds = np.exp(logs)
    chances: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return chances


def observed(block: Block, chances: np.ndarray, sizes: Sequence[int]) -> Kind:
    """Shares of the levels among the pairs of a block, weighted; half a pair stands for a level
    that none has.
    """
    found = []
    for place, size in enumerate(sizes):
        there = block.levels[:, place] >= 0
        weights = (block.pairs * chances)[there]
        counts = np.bincount(block.levels[there, place], weights, minlength=size) + 0.5
        found.append(counts / counts.sum())
    return Kind(tuple(found))


def _shares_of_kinds(block: Block, chances: np.ndarray) -> np.ndarray:
    shares: np.ndarray = (block.pairs @ chances + 0.1) / (block.pairs.sum() + 0.3)
    return shares


def _limited(learned: Kind, expected: Kind, rarely: Sequence[np.ndarray]) -> Kind:
    found = []
    for own, wanted, rare in zip(learned.shares, expected.shares, rarely, strict=True):
        most, seen = wanted[rare].sum(), own[rare].sum()
        if seen > most:
            own = np.where(rare, own * (most / seen), own * ((1 - most) / (1 - seen)))
        found.append(own)
    return Kind(tuple(found))


def _shares(
    blocks: Sequence[Block], chances: Sequence[np.ndarray], expected: Kind, pseudo: float
) -> Kind:
    """Shares of the levels among pairs weighted by the chance that they are of a kind."""
    found = []
    for place, prior in enumerate(expected.shares):
        counts = prior * pseudo
        for block, chance in zip(blocks, chances, strict=True):
            if place in block.hidden:
                continue
            level = block.levels[:, place]
            there = level >= 0
            weights = (block.pairs * chance)[there]
            counts = counts + np.bincount(level[there], weights, minlength=len(prior))
        found.append(counts / counts.sum())
    return Kind(tuple(found))
