"""Chinese names: spellings by region and frequencies as in life."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
import yaml

from generator.chinese_names import ChineseNames, whole_name
from generator.people import HONG_KONG, MAINLAND, TAIWAN
from generator.tables import rows
from generator.wade_giles import wade_giles

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "wade_giles.yml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def names() -> ChineseNames:
    return ChineseNames()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["pinyin"])
def test_wade_giles(case: dict[str, str]) -> None:
    assert wade_giles(case["pinyin"]) == case["spelled"]


def test_one_name_is_spelled_by_region(names: ChineseNames) -> None:
    surname = names.by_characters("陈", MAINLAND)
    given = tuple(_character(names, one) for one in "志华")
    mainland = whole_name(MAINLAND, surname, given, "")
    hong_kong = whole_name(HONG_KONG, surname, given, "Peter")
    taiwan = whole_name(TAIWAN, surname, given, "")
    assert (mainland.local, mainland.first, mainland.last) == ("陈志华", "Zhihua", "Chen")
    assert (hong_kong.local, hong_kong.first, hong_kong.last) == ("陳志華", "Chi Wah", "Chan")
    assert (taiwan.local, taiwan.first, taiwan.last) == ("陳志華", "Chih-Hua", "Chen")
    assert hong_kong.other_script == "陈志华"
    assert (hong_kong.standard_first, hong_kong.standard_last) == ("Zhihua", "Chen")
    assert hong_kong.english == "Peter"


def _character(names: ChineseNames, wanted: str):
    rng = Random(1)
    while (found := names.character(rng, "M", 1980)).simplified != wanted:
        pass
    return found


@pytest.mark.parametrize(
    ("culture", "characters", "lowest", "highest"),
    [
        (MAINLAND, "王", 0.06, 0.09),
        (MAINLAND, "李", 0.06, 0.09),
        (HONG_KONG, "陳", 0.08, 0.13),
        (TAIWAN, "陳", 0.09, 0.13),
        (TAIWAN, "林", 0.07, 0.10),
    ],
)
def test_surnames_are_as_frequent_as_in_life(
    names: ChineseNames, culture: str, characters: str, lowest: float, highest: float
) -> None:
    rng = Random(2)
    drawn = [names.surname(rng, culture) for _ in range(8000)]
    share = sum(characters in (one.simplified, one.traditional) for one in drawn) / len(drawn)
    assert lowest < share < highest


@pytest.mark.parametrize("culture", [MAINLAND, HONG_KONG, TAIWAN])
def test_namesakes_are_rare(names: ChineseNames, culture: str) -> None:
    rng = Random(3)
    whole = Counter(
        (names.surname(rng, culture).simplified, names.given(rng, culture, "M", 1985))
        for _ in range(10_000)
    )
    assert whole.most_common(1)[0][1] <= 40
    assert len(whole) > 7000


@pytest.mark.parametrize(("culture", "lowest", "highest"), [(MAINLAND, 0.2, 0.4),
                                                            (HONG_KONG, 0.005, 0.06)])  # fmt: skip
def test_share_of_single_character_names(
    names: ChineseNames, culture: str, lowest: float, highest: float
) -> None:
    rng = Random(4)
    drawn = [names.given(rng, culture, "F", 1985) for _ in range(3000)]
    assert lowest < sum(len(one) == 1 for one in drawn) / 3000 < highest


def test_generations_and_genders_have_names_of_their_own(names: ChineseNames) -> None:
    rng = Random(5)

    def share(characters: str, gender: str, year: int) -> float:
        drawn = [names.character(rng, gender, year).simplified for _ in range(3000)]
        return sum(one in characters for one in drawn) / 3000

    assert share("秀英兰", "F", 1955) > 5 * share("秀英兰", "F", 2010)
    assert share("梓涵萱", "F", 2010) > 5 * share("梓涵萱", "F", 1955)
    assert share("强军刚", "F", 1980) < 0.01


def test_lists_are_long_enough_and_without_repetition() -> None:
    characters = [row["simplified"] for row in rows("chinese_given_characters")]
    surnames = [row["simplified"] for row in rows("chinese_surnames")]
    assert len(set(characters)) == len(characters) >= 300
    assert len(set(surnames)) == len(surnames) >= 100
