"""The public pairs of names: what the comparison says of them, and how often it is right."""

from __future__ import annotations

from collections import Counter

import pytest

from resolution.model.name_levels import name
from resolution.name_verdicts import (
    BY_LEVEL,
    DIFFERENT,
    NOTHING,
    POSSIBLE,
    SAME,
    VERDICTS,
    RawName,
    verdicts,
)
from scv.name_tables import PAIRS, Judged, confusion, judged, read_pairs

CASES = read_pairs(PAIRS)


@pytest.fixture(scope="module")
def result() -> Judged:
    return judged(CASES)


def share(result: Judged, true: str, found: set[str]) -> float:
    """The part of the pairs with a true verdict that got one of these."""
    counts = confusion(result)
    return sum(counts[true, each] for each in found) / sum(counts[true, each] for each in VERDICTS)


def test_every_level_has_a_verdict() -> None:
    described = name().create_comparison_dict("duckdb")["comparison_levels"]
    labels = {one["label_for_charts"] for one in described if not one.get("is_null_level")}
    assert labels | {NOTHING} == set(BY_LEVEL)


def test_the_table_is_large_and_balanced() -> None:
    counts = Counter(case.verdict for case in CASES)
    assert set(counts) == set(VERDICTS)
    assert len(CASES) >= 400
    assert counts[DIFFERENT] * 3 >= len(CASES)
    sizes = Counter(case.phenomenon for case in CASES)
    assert len(sizes) >= 20
    assert min(sizes.values()) >= 8


def test_no_pair_is_there_twice_and_each_has_its_reason() -> None:
    pairs = Counter(frozenset((case.left, case.right)) for case in CASES)
    assert [pair for pair, count in pairs.items() if count > 1] == []
    assert all(case.reason and any(case.left) and any(case.right) for case in CASES)


def test_one_name_is_hardly_ever_taken_for_two(result: Judged) -> None:
    assert share(result, SAME, {SAME, POSSIBLE}) >= 0.98
    assert share(result, SAME, {SAME}) >= 0.97


def test_what_may_be_one_name_is_found(result: Judged) -> None:
    assert share(result, POSSIBLE, {SAME, POSSIBLE}) >= 0.84


def test_two_names_are_told_apart(result: Judged) -> None:
    assert share(result, DIFFERENT, {DIFFERENT}) >= 0.58
    assert share(result, DIFFERENT, {SAME}) <= 0.15


def test_two_names_in_latin_letters_are_hardly_ever_one(result: Judged) -> None:
    """Characters with one reading are most of what is taken for one name."""
    latin = [each for each in result if all(map(str.isascii, filter(None, sum(each[0][1:3], ()))))]
    assert share(latin, DIFFERENT, {SAME}) <= 0.09


def test_which_name_stands_left_is_chance() -> None:
    forth = verdicts([(case.left, case.right) for case in CASES])
    back = verdicts([(case.right, case.left) for case in CASES])
    differing = [
        (case.left, case.right)
        for case, one, other in zip(CASES, forth, back, strict=True)
        if one.verdict != other.verdict
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("left", "right", "verdict", "because"),
    [
        ("Alan Whitcombe", "Whitcombe, Alan", SAME, "same name"),
        ("陳大文", "陈大文", SAME, "same characters"),
        ("Ted Hale", "Edward Hale", POSSIBLE, "same family name, related given name"),
        ("John Hale Jr", "John Hale Sr", DIFFERENT, "father_and_son"),
        ("Bob Hale Jr", "Robert Hale Sr", DIFFERENT, "father_and_son"),
        ("Edward Hale", "Theodore Hale", DIFFERENT, "same family name only"),
        ("N/A", "Edward Hale", DIFFERENT, NOTHING),
    ],
)
def test_verdicts(left: str, right: str, verdict: str, because: str) -> None:
    pair: tuple[RawName, RawName] = ((None, None, left), (None, None, right))
    assert verdicts([pair]) == [(verdict, because)]
