"""Three kinds of pairs: by hand where a hand can reckon, and on blocks with known shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from resolution.model.mixture import (
    HOUSEHOLD,
    MATCH,
    RANDOM,
    Block,
    Expected,
    Kind,
    Mixture,
    learn,
    observed,
    posterior,
    shares_of_all,
)


def kind(*shares: tuple[float, ...]) -> Kind:
    return Kind(tuple(np.array(these) for these in shares))


def block(rows: dict[tuple[int, ...], float], hidden: tuple[int, ...] = ()) -> Block:
    return Block(
        np.array(list(rows), dtype=np.int8), np.array(list(rows.values())), frozenset(hidden)
    )


KINDS = [kind((0.1, 0.9), (0.2, 0.8)), kind((0.9, 0.1), (0.5, 0.5)), kind((0.9, 0.1), (0.8, 0.2))]
SHARES = np.array([0.5, 0.25, 0.25])


def test_the_chance_of_each_kind_is_its_share_times_its_likelihood() -> None:
    found = posterior(block({(1, 1): 3.0, (0, 1): 1.0}), KINDS, SHARES)
    first = np.array([0.5 * 0.9 * 0.8, 0.25 * 0.1 * 0.5, 0.25 * 0.1 * 0.2])
    second = np.array([0.5 * 0.1 * 0.8, 0.25 * 0.9 * 0.5, 0.25 * 0.9 * 0.2])
    assert found == pytest.approx(np.array([first / first.sum(), second / second.sum()]))


def test_what_is_missing_and_what_is_hidden_counts_neither_way() -> None:
    missing = posterior(block({(-1, 1): 1.0}), KINDS, SHARES)
    hidden = posterior(block({(0, 1): 1.0}, hidden=(0,)), KINDS, SHARES)
    alone = np.array([0.5 * 0.8, 0.25 * 0.5, 0.25 * 0.2])
    assert missing == pytest.approx(np.array([alone / alone.sum()]))
    assert hidden == pytest.approx(missing)
    nothing = posterior(block({(-1, -1): 1.0}), KINDS, SHARES)
    assert nothing == pytest.approx(np.array([SHARES]))


def test_a_level_that_no_pair_has_counts_as_half_a_pair() -> None:
    found = observed(block({(0, -1): 3.0, (1, 2): 1.0}), np.ones(2), [2, 3])
    assert found.shares[0] == pytest.approx([3.5 / 5, 1.5 / 5])
    assert found.shares[1] == pytest.approx([0.5 / 2.5, 0.5 / 2.5, 1.5 / 2.5])


TRUE = (
    kind((0.04, 0.06, 0.9), (0.05, 0.95), (0.2, 0.8), (0.3, 0.7), (0.02, 0.98)),
    kind((0.38, 0.6, 0.02), (0.96, 0.04), (0.75, 0.25), (0.1, 0.9), (0.55, 0.45)),
    kind((0.97, 0.028, 0.002), (0.985, 0.015), (0.998, 0.002), (0.99, 0.01), (0.5, 0.5)),
)
"""Name, birth date, phone, address, gender."""

NAMES, BIRTHS, PHONES, ADDRESSES = range(4)
SIZES = [len(shares) for shares in TRUE[MATCH].shares]

EXPECTED = Expected(
    kind((0.3, 0.2, 0.5), (0.35, 0.65), (0.35, 0.65), (0.35, 0.65), (0.35, 0.65)),
    kind((0.35, 0.6, 0.05), (0.92, 0.08), (0.45, 0.55), (0.2, 0.8), (0.6, 0.4)),
    TRUE[RANDOM],
    tuple(np.arange(size) == 0 for size in SIZES),
    (np.array([False, False, True]), np.array([False, True]), *([np.zeros(2, bool)] * 3)),
)


def simulated(
    shares: tuple[float, float, float], pairs: int, seed: int, hidden: int | None = None
) -> Block:
    """Pairs of the three true kinds; a fifth of all values missing, and all agree on `hidden`."""
    chance = np.random.default_rng(seed)
    of_kind = chance.choice(3, size=pairs, p=shares)
    levels = np.empty((pairs, len(SIZES)), dtype=np.int8)
    for place, size in enumerate(SIZES):
        for number, true in enumerate(TRUE):
            there = of_kind == number
            levels[there, place] = chance.choice(size, there.sum(), p=true.shares[place])
    levels[chance.random(levels.shape) < 0.2] = -1
    if hidden is not None:
        levels[:, hidden] = SIZES[hidden] - 1
    rows, counts = np.unique(levels, axis=0, return_counts=True)
    return Block(
        rows, counts.astype(np.float64), frozenset() if hidden is None else frozenset([hidden])
    )


BLOCKS = (
    ((0.7, 0.25, 0.05), PHONES),
    ((0.3, 0.5, 0.2), ADDRESSES),
    ((0.6, 0.02, 0.38), BIRTHS),
    ((0.2, 0.3, 0.5), NAMES),
)


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    return [simulated(shares, 40_000, seed, place) for seed, (shares, place) in enumerate(BLOCKS)]


@pytest.fixture(scope="module")
def drawn() -> Block:
    return simulated((0.0, 0.0, 1.0), 400_000, 9)


@pytest.fixture(scope="module")
def learned(blocks: list[Block], drawn: Block) -> Mixture:
    return learn(blocks, drawn, EXPECTED)


def test_known_shares_are_found_again(learned: Mixture) -> None:
    for found, true in zip(learned.kinds, TRUE, strict=True):
        for own, wanted in zip(found.shares, true.shares, strict=True):
            assert own == pytest.approx(wanted, abs=0.03)
    for row, (shares, _) in zip(learned.of_blocks, BLOCKS, strict=True):
        assert row == pytest.approx(shares, abs=0.03)


def test_the_same_blocks_give_the_same_to_the_last_bit(
    learned: Mixture, blocks: list[Block], drawn: Block
) -> None:
    again = learn(blocks, drawn, EXPECTED)
    assert again.rounds == learned.rounds
    assert again.of_blocks.tobytes() == learned.of_blocks.tobytes()
    for one, other in zip(again.kinds, learned.kinds, strict=True):
        assert [a.tobytes() for a in one.shares] == [b.tobytes() for b in other.shares]


def test_what_a_rule_agrees_on_teaches_nothing(blocks: list[Block], drawn: Block) -> None:
    """Every pair of the phone rule has one phone: seen, that would be learned of all kinds."""
    seen = [replace(one, hidden=frozenset()) for one in blocks]
    found = learn(seen, drawn, EXPECTED).household.shares[PHONES][1]
    assert found > TRUE[HOUSEHOLD].shares[PHONES][1] + 0.1


def test_strangers_are_learned_from_drawn_pairs_alone(learned: Mixture, drawn: Block) -> None:
    """However many strangers a rule meets: its pairs are no picture of two random people."""
    skewed = simulated((0.0, 0.0, 1.0), 200_000, 4, hidden=PHONES)
    skewed.levels[:, ADDRESSES] = 1
    found = learn([skewed], drawn, EXPECTED)
    for own, without in zip(found.strangers.shares, learned.strangers.shares, strict=True):
        assert own == pytest.approx(without, abs=1e-3)


def test_drawn_pairs_of_one_person_are_no_strangers(blocks: list[Block]) -> None:
    """In a small table some of the random pairs are one person's."""
    mixed = simulated((0.02, 0.01, 0.97), 400_000, 10)
    found = learn(blocks, mixed, EXPECTED).strangers
    for own, wanted in zip(found.shares, TRUE[RANDOM].shares, strict=True):
        assert own == pytest.approx(wanted, abs=0.003)


def test_levels_that_a_kind_rarely_has_stay_rare(blocks: list[Block], drawn: Block) -> None:
    """Also where the pairs say otherwise: without a birth date most pairs of a household's rule
    would teach that a person's names differ.
    """
    match = Kind((np.array([0.01, 0.49, 0.5]), *EXPECTED.match.shares[1:]))
    names, _, *others = EXPECTED.household.shares
    tight = replace(EXPECTED, match=match, household=Kind((names, np.array([0.99, 0.01]), *others)))
    found = learn(blocks, drawn, tight)
    for own, wanted, rare in (
        (found.match, tight.match, tight.matches_rarely),
        (found.household, tight.household, tight.households_rarely),
    ):
        for shares, limit, those in zip(own.shares, wanted.shares, rare, strict=True):
            assert shares.sum() == pytest.approx(1)
            assert shares[those].sum() <= limit[those].sum() + 1e-12
    assert found.match.shares[NAMES][0] == pytest.approx(0.01)
    free = replace(tight, matches_rarely=tuple(np.zeros(size, bool) for size in SIZES))
    assert learn(blocks, drawn, free).match.shares[NAMES][0] > 0.02


def test_what_no_block_shows_is_as_expected(drawn: Block) -> None:
    hidden = simulated((0.5, 0.3, 0.2), 20_000, 3)
    hidden = replace(hidden, hidden=frozenset([ADDRESSES]))
    found = learn([hidden], drawn, EXPECTED)
    assert found.match.shares[ADDRESSES] == pytest.approx(EXPECTED.match.shares[ADDRESSES])
    assert found.household.shares[ADDRESSES] == pytest.approx(EXPECTED.household.shares[ADDRESSES])


def test_the_shares_of_all_pairs_count_those_that_no_rule_meets_as_strangers() -> None:
    met = simulated((0.02, 0.01, 0.97), 400_000, 6)
    mixture = Mixture(*TRUE, np.zeros((1, 3)), 1)
    found = shares_of_all(met, mixture, 400_000)
    assert found == pytest.approx([0.02, 0.01, 0.97], rel=0.1)
    among_more = shares_of_all(met, mixture, 1_600_000)
    assert among_more.sum() == pytest.approx(1)
    assert among_more[MATCH] == pytest.approx(8_000 / 1_600_000, rel=0.1)


def test_there_is_half_a_pair_of_each_kind_at_least() -> None:
    mixture = Mixture(*TRUE, np.zeros((1, 3)), 1)
    found = shares_of_all(block({(0, 0, 0, 0, 0): 5.0}), mixture, 1e6)
    assert found[:RANDOM] == pytest.approx([0.5 / 1e6] * 2)
