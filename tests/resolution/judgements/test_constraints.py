"""Which pairs follow from decisions: the last word on each, as a naive reading has it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.judgements import constraints as module
from resolution.judgements.constraints import Constraint, constraints, pair_key
from resolution.judgements.judgement import Judgement
from tests.resolution.judgements.made import (
    closure,
    judged,
    moved,
    number_id,
    retraction,
    said_of_pairs,
)

RECORDS = [f"r{number}" for number in range(8)]
Links = dict[tuple[str, str], set[str]]


def links(found: tuple[Constraint, ...]) -> Links:
    return {one.pair: set(one.judgement_ids) for one in found}


def by(*numbers: int) -> set[str]:
    return {number_id(number) for number in numbers}


@st.composite
def decisions(draw: st.DrawFn) -> list[Judgement]:
    """Decisions of all kinds about few records, so that they often speak of the same pairs."""
    rows = []
    for number in range(1, draw(st.integers(0, 7)) + 1):
        kind = draw(st.sampled_from(["same", "different", "unsure", "apart", "move"]))
        chosen = draw(st.lists(st.sampled_from(RECORDS), min_size=2, max_size=7, unique=True))
        hour = draw(st.integers(0, 4))
        if kind == "move":
            rows.append(
                judged(number, "same", *chosen[:2], others=chosen[2:], kind="move", hour=hour)
            )
        elif kind == "apart":
            cut = draw(st.integers(1, len(chosen) - 1))
            rows.append(judged(number, "different", *chosen[:cut], others=chosen[cut:], hour=hour))
        else:
            rows.append(judged(number, kind, *chosen, hour=hour))
    return rows  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(decisions(), st.randoms(use_true_random=False))
def test_the_last_word_on_each_pair_counts(rows: list[Judgement], chance: random.Random) -> None:
    said = said_of_pairs(rows)
    found = constraints(rows)
    assert links(found.must_link) == {p: ids for p, (v, ids) in said.items() if v == "same"}
    assert links(found.cannot_link) == {p: ids for p, (v, ids) in said.items() if v == "different"}
    for kind in (found.must_link, found.cannot_link):
        assert [one.pair for one in kind] == sorted({one.pair for one in kind})
        assert all(one.left_id < one.right_id for one in kind)
    chance.shuffle(rows)
    assert constraints(rows) == found


@settings(max_examples=500, deadline=None)
@given(decisions(), st.integers(2, 5))
def test_a_large_same_reaches_as_far_as_all_its_pairs(rows: list[Judgement], limit: int) -> None:
    said = said_of_pairs(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ALL_PAIRS_UP_TO", limit)
        found = constraints(rows)
    same = {pair: ids for pair, (verdict, ids) in said.items() if verdict == "same"}
    assert closure(links(found.must_link)) == closure(same)
    assert all(ids and ids <= same[pair] for pair, ids in links(found.must_link).items())
    assert links(found.cannot_link) == {p: ids for p, (v, ids) in said.items() if v == "different"}


def test_a_large_same_is_few_pairs_even_with_one_record_taken_out_of_it() -> None:
    many = [f"r{number:03}" for number in range(200)]
    whole = judged(1, "same", *many)
    assert len(constraints([whole]).must_link) == 199
    for gone in (many[0], many[100], many[199]):
        rest = [one for one in many if one != gone]
        found = constraints([whole, moved(2, gone, "x", *rest)])
        assert len(found.cannot_link) == 199
        reached = closure(links(found.must_link))
        assert reached[rest[0]] == set(rest)
        assert reached[gone] == {gone, "x"}


def test_up_to_fifty_records_are_all_pairs() -> None:
    many = [f"r{number:03}" for number in range(51)]
    assert len(constraints([judged(1, "same", *many[:50])]).must_link) == 1_225
    assert len(constraints([judged(1, "same", *many)]).must_link) == 50


def test_a_large_same_that_comes_later_replaces_an_earlier_different() -> None:
    many = [f"r{number:03}" for number in range(60)]
    before, after = judged(1, "different", many[7], many[9]), judged(2, "same", *many)
    found = constraints([before, after])
    assert found.cannot_link == ()
    assert links(found.must_link)[many[7], many[9]] == by(2)


@pytest.mark.parametrize(
    ("rows", "must", "cannot"),
    [
        ([judged(1, "same", "b", "a")], {("a", "b"): by(1)}, {}),
        ([judged(1, "same", "a", "b"), judged(2, "same", "a", "b")], {("a", "b"): by(1, 2)}, {}),
        ([judged(1, "same", "a", "b"), judged(2, "different", "b", "a")], {}, {("a", "b"): by(2)}),
        ([judged(1, "different", "a", "b"), judged(2, "unsure", "a", "b")], {}, {}),
        (
            [judged(1, "same", "a", "b"), judged(2, "unsure", "a", "b"),
             judged(3, "same", "a", "b")],
            {("a", "b"): by(3)}, {},
        ),
        # The time decides, and the id where two decide in one instant.
        (
            [judged(1, "same", "a", "b", hour=3), judged(2, "different", "a", "b", hour=2)],
            {("a", "b"): by(1)}, {},
        ),
        (
            [judged(2, "different", "a", "b", hour=1), judged(1, "same", "a", "b", hour=1)],
            {}, {("a", "b"): by(2)},
        ),
        (
            [judged(1, "different", "a", "b", "c")],
            {}, {("a", "b"): by(1), ("a", "c"): by(1), ("b", "c"): by(1)},
        ),
        (
            [judged(1, "different", "d", "b", others=["c", "a"])],
            {}, {("a", "b"): by(1), ("a", "d"): by(1), ("b", "c"): by(1), ("c", "d"): by(1)},
        ),
        ([moved(1, "b", "c", "a")], {("b", "c"): by(1)}, {("a", "b"): by(1)}),
        (
            [judged(1, "same", "a", "b", "c"), moved(2, "b", "d", "a", "c")],
            {("a", "c"): by(1), ("b", "d"): by(2)}, {("a", "b"): by(2), ("b", "c"): by(2)},
        ),
        ([judged(1, "pinned", "a", attribute="email", value="x@y.z")], {}, {}),
    ],
)  # fmt: skip
def test_what_follows(rows: list[Judgement], must: Links, cannot: Links) -> None:
    found = constraints(rows)
    assert (links(found.must_link), links(found.cannot_link)) == (must, cannot)


def test_retractions_have_no_say() -> None:
    assert constraints([retraction(2, 1)]) == constraints([])


def test_a_pair_has_one_key() -> None:
    assert pair_key("b", "a") == pair_key("a", "b") == ("a", "b")
    with pytest.raises(ValueError, match="no pair with itself"):
        pair_key("a", "a")
