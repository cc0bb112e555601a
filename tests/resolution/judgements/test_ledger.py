"""The live state is a function of the set of rows, whatever their order and however often."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.errors import JudgementError
from resolution.judgements.judgement import Judgement
from resolution.judgements.ledger import live, retracted
from tests.resolution.judgements.made import judged, number_id, retraction


def numbers(rows: Iterable[Judgement]) -> list[int]:
    return [int(row.judgement_id.replace("-", ""), 16) for row in rows]


@st.composite
def ledgers(draw: st.DrawFn) -> list[Judgement]:
    """Decisions, and retractions of what came before, or of nothing; at times in any order."""
    rows: list[Judgement] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        hour = draw(st.integers(0, 4))
        if draw(st.booleans()):
            # 0 is no decision.
            rows.append(retraction(number, draw(st.integers(0, number - 1)), hour=hour))
        else:
            verdict = draw(st.sampled_from(["same", "different", "unsure"]))
            rows.append(judged(number, verdict, "a", "b", hour=hour))
    return rows


def stands(row: Judgement, rows: list[Judgement]) -> bool:
    """The rule, word by word: nothing that stands takes it back."""
    return not any(stands(one, rows) for one in rows if one.retracts == row.judgement_id)


@settings(deadline=None)
@given(ledgers(), st.randoms(use_true_random=False))
def test_what_lives_is_what_nothing_standing_takes_back(
    rows: list[Judgement], chance: random.Random
) -> None:
    wanted = [row for row in rows if row.verdict != "retracted" and stands(row, rows)]
    wanted.sort(key=lambda row: (row.decided_at, row.judgement_id))
    shuffled = rows + chance.choices(rows, k=3)
    chance.shuffle(shuffled)
    assert live(rows) == wanted
    assert live(shuffled) == wanted
    assert retracted(rows) == {
        row.retracts for row in rows if row.retracts is not None and stands(row, rows)
    }


@settings(deadline=None)
@given(ledgers())
def test_retracted_and_decided_anew_it_lives_under_its_new_id(rows: list[Judgement]) -> None:
    first = judged(50, "same", "a", "b")
    gone = [*rows, first, retraction(51, 50)]
    assert live(gone) == live(rows)
    again = replace(first, judgement_id=number_id(52))
    assert live([*gone, again]) == sorted([*live(rows), again], key=lambda row: row.moment)


def test_a_retraction_may_be_retracted_and_that_again() -> None:
    rows = [judged(1, "same", "a", "b"), retraction(2, 1), retraction(3, 2), retraction(4, 3)]
    lives = [numbers(live(rows[:count])) for count in range(1, 5)]
    assert lives == [[1], [], [1], []]


def test_clocks_that_differ_do_not_matter() -> None:
    assert live([judged(1, "same", "a", "b", hour=5), retraction(2, 1, hour=0)]) == []


def test_a_long_chain_of_retractions_is_followed() -> None:
    rows = [judged(1, "same", "a", "b")]
    rows += [retraction(number, number - 1) for number in range(2, 5_002)]
    assert numbers(live(rows)) == [1]


def test_an_id_with_two_contents_is_an_error_that_names_it() -> None:
    rows = [judged(1, "same", "a", "b"), judged(1, "different", "a", "b")]
    for order in (rows, rows[::-1]):
        with pytest.raises(JudgementError, match=f"{number_id(1)} stands for two") as refused:
            live(order)
        assert refused.value.judgement_id == number_id(1)


def test_a_circle_of_retractions_is_an_error_that_names_it() -> None:
    rows = [retraction(1, 3), retraction(2, 1), retraction(3, 2), judged(4, "same", "a", "b")]
    with pytest.raises(JudgementError, match=f"{number_id(1)}, {number_id(2)}, {number_id(3)}"):
        live(rows)
