"""Person names."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sources.normalise.names import ParsedName, parse_name, parsed
from tests.sources.normalise.cases import read_cases

CASES = read_cases("names")
FIELDS = ("given", "family", "full")
SCALARS = ("given", "family", "key", "han", "script", "suffix")
ENGLISH = st.sampled_from(["Alvin", "Mary", "Bob", "Kenneth", "Zoë"])
SURNAMES = st.sampled_from(["Lui", "Smith", "O'Neill", "Garcia", "Chan", "Wong-Smith"])
NAME_LIKE = st.text(alphabet="aBcJ .,'-()陳大文先生歐é\u200bＡ9", max_size=20)
ANY_NAME = st.none() | st.text(max_size=30) | NAME_LIKE


def fields_of(case: dict[str, Any]) -> tuple[str | None, ...]:
    return tuple(case["in"].get(field) for field in FIELDS)


def whole(text: str) -> ParsedName:
    return parse_name(None, None, text)


def keys_of(text: str) -> set[str]:
    return set(whole(text).keys or ())


@pytest.mark.parametrize("case", CASES["parsed"], ids=lambda case: str(case["in"]))
def test_table_of_cases(case: dict[str, Any]) -> None:
    name = parse_name(*fields_of(case))
    assert {field: getattr(name, field) for field in SCALARS} == {
        field: case["out"].get(field) for field in SCALARS
    }


@pytest.mark.parametrize(("left", "right"), CASES["meeting"])
def test_spellings_of_one_name_meet(left: str, right: str) -> None:
    assert keys_of(left) & keys_of(right)


@pytest.mark.parametrize(("left", "right"), CASES["apart"])
def test_names_of_two_people_do_not_meet(left: str, right: str) -> None:
    assert not keys_of(left) & keys_of(right)


@pytest.mark.parametrize("case", CASES["roots"], ids=lambda case: str(case["given"]))
def test_roots(case: dict[str, Any]) -> None:
    assert parse_name(case["given"], "Smith", None).roots == tuple(case["roots"])


@settings(max_examples=300, deadline=None)
@given(ANY_NAME, ANY_NAME, ANY_NAME)
@example("\x00", "()", '"')
@example("Jr", ",", "Dr.")
@example("-", "'-'", "de")
@example("Mr Jr", "van", "欧阳,Jr (陳)")
def test_every_input_gives_a_consistent_name(
    first: str | None, last: str | None, full: str | None
) -> None:
    name = parse_name(first, last, full)
    if name.key is None:
        assert name == ParsedName()
        return
    assert name.given or name.family
    assert name.keys is not None
    assert name.keys[0] == name.key
    assert len(set(name.keys)) == len(name.keys)
    words = " ".join(part for part in (name.given, name.family) if part)
    assert sorted(words.split(" ")) == name.key.split(" ")
    assert all(
        character.isascii() and (character.islower() or character == " ") for character in words
    )
    assert name.script in ("latin", "han", "mixed")
    assert (name.roots is None) or list(name.roots) == sorted(set(name.roots))
    if name.given:
        assert name.roots is not None
        assert name.given in name.roots


@given(ENGLISH, SURNAMES)
def test_key_does_not_depend_on_order(given_name: str, family: str) -> None:
    key = parse_name(given_name, family, None).key
    for text in (f"{given_name} {family}", f"{family} {given_name}", f"{family}, {given_name}"):
        assert whole(text).key == key
        assert whole(text.upper()).key == key


@given(st.lists(st.sampled_from("大文小明志偉家欣"), min_size=1, max_size=2).map("".join))
def test_characters_and_their_pinyin_have_one_key(given_characters: str) -> None:
    name = whole("陳" + given_characters)
    assert name.given is not None
    assert whole(f"Chen {name.given}").key == name.key
    assert whole(f"{name.given} Chen".title()).key == name.key
    assert whole("陈" + given_characters).key == name.key


def test_a_batch_agrees_with_single_names() -> None:
    rows = [fields_of(case) for case in CASES["parsed"]] + [(None, None, None)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    result = parsed(*(pa.array(column, pa.string()) for column in columns)).to_pylist()
    for row, values in zip(rows, result, strict=True):
        name = parse_name(*row)._asdict()
        expected = {
            field: list(value) if isinstance(value, tuple) else value
            for field, value in name.items()
        }
        assert values == expected
