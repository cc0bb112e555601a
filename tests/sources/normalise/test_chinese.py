"""Chinese surnames, readings and spellings."""

from __future__ import annotations

import pytest

from sources.normalise import chinese
from sources.normalise.romanisation import (
    cantonese_sound,
    is_given_name,
    is_pinyin,
    is_syllable,
    wade_giles,
)


@pytest.mark.parametrize(
    ("pinyin", "expected"),
    [
        ("zhang", "chang"),
        ("xie", "hsieh"),
        ("xu", "hsu"),
        ("cai", "tsai"),
        ("qiu", "chiu"),
        ("rong", "jung"),
        ("dong", "tung"),
        ("guo", "kuo"),
        ("luo", "lo"),
        ("he", "ho"),
        ("yan", "yen"),
        ("zi", "tzu"),
        ("shi", "shih"),
        ("jian", "chien"),
        ("lv", "lu"),
        ("ma", "ma"),
        ("er", "erh"),
    ],
)
def test_wade_giles(pinyin: str, expected: str) -> None:
    assert wade_giles(pinyin) == expected


@pytest.mark.parametrize(
    ("spelling", "other"),
    [("gwai", "kwai"), ("jeung", "cheung"), ("daai", "tai"), ("dung", "tung"), ("git", "kit"),
     ("lei", "lee"), ("shing", "sing"), ("tsang", "jang"), ("ming", "ming"), ("hou", "ho")],
)  # fmt: skip
def test_spellings_of_one_cantonese_sound(spelling: str, other: str) -> None:
    assert cantonese_sound(spelling) == cantonese_sound(other)


@pytest.mark.parametrize("word", ["da", "tai", "yeung", "kwok", "hsieh", "gwai", "xiong"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["alvin", "smith", "robert", "bob", "x", "strong"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_given_names_are_up_to_three_syllables() -> None:
    assert is_given_name("dawen")
    assert is_given_name("taiman")
    assert not is_given_name("peter")
    assert is_pinyin("dawen")
    assert not is_pinyin("taimun")


def test_every_listed_surname_is_simplified_and_has_a_reading() -> None:
    for characters, surname in chinese.surnames().items():
        assert 1 <= len(characters) <= 2
        assert is_pinyin(surname.pinyin), characters


def test_hong_kong_spellings_need_every_character() -> None:
    assert chinese.hong_kong_spellings("大文")[0] == "taiman"
    assert chinese.hong_kong_spellings("大龘") == []


def test_long_text_is_no_name() -> None:
    assert chinese.read_runs(("广州市天河区体育西路",)) == chinese.ChineseName()
