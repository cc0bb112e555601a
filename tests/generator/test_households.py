"""Households: sizes of a census, marriages, twins and names within families."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random
from statistics import fmean

import pytest

from generator.households import Families, Member
from generator.people import WESTERN
from generator.rates import Rates

TODAY = date(2026, 1, 4)
DAYS_A_YEAR = 365.25


def _households(noise: float, chinese: float, count: int = 2500) -> list[list[Member]]:
    families = Families(Random(8), Rates.scaled(noise), TODAY)
    return [families.members(families.origin(chinese)) for _ in range(count)]


@pytest.fixture(scope="module")
def western() -> list[list[Member]]:
    return _households(noise=1.0, chinese=0.0)


def _age(member: Member) -> float:
    return (TODAY - member.birth).days / DAYS_A_YEAR


def test_sizes_are_those_of_a_census(western: list[list[Member]]) -> None:
    sizes = Counter(map(len, western))
    assert 2.1 < fmean(map(len, western)) < 2.8
    assert 0.22 < sizes[1] / len(western) < 0.34
    assert 0.02 < sum(sizes[size] for size in sizes if size >= 5) / len(western) < 0.15


def test_ages_are_those_of_people(western: list[list[Member]]) -> None:
    ages = [_age(member) for household in western for member in household]
    assert min(ages) >= 0
    assert max(ages) < 105
    assert 0.08 < sum(age < 18 for age in ages) / len(ages) < 0.35


def test_most_wives_take_the_married_name(western: list[list[Member]]) -> None:
    couples = [one for one in western if len(one) == 2 and one[0].gender != one[1].gender
               and abs(_age(one[0]) - _age(one[1])) < 15]  # fmt: skip
    wives = [next(one for one in pair if one.gender == "F") for pair in couples]
    changed = sum(wife.name.last != wife.name.birth_last for wife in wives)
    assert 0.5 < changed / len(wives) < 0.85


def test_chinese_wives_keep_their_names() -> None:
    for household in _households(noise=1.0, chinese=1.0, count=400):
        assert all(one.name.last == one.name.birth_last for one in household)


def test_chinese_children_bear_the_name_of_a_parent() -> None:
    checked = 0
    for household in _households(noise=1.0, chinese=1.0, count=600):
        surnames = {one.name.local_surname for one in household[:2]}
        for child in (one for one in household[2:] if _age(one) < 18):
            assert child.name.local_surname in surnames
            checked += 1
    assert checked > 100


def _namesakes(households: list[list[Member]]) -> int:
    return sum(
        len({(one.name.first, one.name.last) for one in household}) < len(household)
        for household in households
    )


def _pairs_of_twins(households: list[list[Member]]) -> int:
    return sum(len({one.birth for one in household}) < len(household) for household in households)


def test_twins_and_sons_of_their_fathers_names_come_with_noise(
    western: list[list[Member]],
) -> None:
    clean = _households(noise=0.0, chinese=0.0)
    assert _namesakes(western) > 10
    assert _pairs_of_twins(western) > 10
    # Flat-mates may share a name, and spouses a birthday, by chance.
    assert _namesakes(clean) + _pairs_of_twins(clean) <= 3


def test_share_of_chinese_households_is_the_one_asked_for() -> None:
    families = Families(Random(9), Rates(), TODAY)
    origins = [families.origin(0.3) for _ in range(4000)]
    share = sum(origin.culture != WESTERN for origin in origins) / len(origins)
    assert share == pytest.approx(0.3, abs=0.03)
    assert {origin.country for origin in origins} == {"US", "GB", "CN", "HK", "TW"}
