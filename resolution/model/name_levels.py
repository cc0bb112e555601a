"""Names in any order and script: the levels on which two of them are compared."""

from __future__ import annotations

from splink import comparison_level_library as levels
from splink import comparison_library as comparisons

from resolution.model.level_sql import alike, level, null, overlap, where

_SAME_FAMILY = '"name_family_l" = "name_family_r"'
_WHOLE = 'length("name_given_l") > 1 and length("name_given_r") > 1'
"""The key of 'J. Smith' says as little as its initial."""


def name() -> comparisons.CustomComparison:
    """From the same characters to nothing in common."""
    return comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            level(_in_login("name_letters"), "name in a log-in"),
            level(_in_login("initial_letters"), "initial and family name in a log-in"),
            null('"name_key_l" is null or "name_key_r" is null'),
            level('"name_han_l" = "name_han_r"', "same characters"),
            level(_OTHER_CHARACTERS, "same reading, other characters"),
            level(_OTHER_SECOND_NAME, "another second given name"),
            level(_CHARACTERS_SPELT, "characters and a spelling of them"),
            level(
                '"name_key_l" = "name_key_r" and "name_family_l" is not null'
                f' and "name_family_r" is not null and {_WHOLE}',
                "same name",
            ),
            level(overlap("name_keys") + ' and length("name_given_l") > 1', "another spelling"),
            level(overlap("name_letters"), "same letters"),
            level(
                where(_SAME_FAMILY, f'{overlap("name_roots")} and length("name_given_l") > 1'),
                "same family name, related given name",
            ),
            level(where(_SAME_FAMILY, _INITIAL), "same family name, matching initial"),
            level(_ONE_NAME, "one name given, the same"),
            level(f"{_nearly('name_family')} and {_nearly('name_given')}", "a letter differs"),
            level(_TWO_LETTERS, "a letter or two differ"),
            level(where(alike("name_family", 2), alike("name_given", 2)), "both names alike"),
            level(
                f'{overlap("name_roots")} and length("name_given_l") > 1', "same given name only"
            ),
            level(_SAME_FAMILY, "same family name only"),
            levels.ElseLevel(),
        ],
    )


def _word(side: str, place: int) -> str:
    """SQL: a word of the given name; null where there is none. Not by split_part: on a column that
    is null in every row DuckDB 2.0.0 ends with an error there.
    """
    return f"string_split(\"name_given_{side}\", ' ')[{place}]"


def _agree(one: str, other: str) -> str:
    """SQL: the same word, or one is the other's initial."""
    return (
        f"({one} = {other} or (least(length({one}), length({other})) = 1"
        f" and substr({one}, 1, 1) = substr({other}, 1, 1)))"
    )


_MEET = f'("name_key_l" = "name_key_r" or {overlap("name_keys")})'

_OTHER_CHARACTERS = where(
    'length("name_han_l") > 1 and length("name_han_r") > 1',
    f'{_MEET} and not (ends_with("name_han_l", "name_han_r")'
    ' or ends_with("name_han_r", "name_han_l"))',
)
"""李玉珍 and 李玉真 sound alike and are two names; 陈李美玲 holds 李美玲."""

_OTHER_SECOND_NAME = where(
    f"{_SAME_FAMILY} and {_word('l', 2)} is not null and {_word('r', 2)} is not null",
    f"{_agree(_word('l', 1), _word('r', 1))} and not {_agree(_word('l', 2), _word('r', 2))}"
    # Written in another order they are the same two.
    f" and not {_agree(_word('l', 1), _word('r', 2))}",
)
"""John A. and John B. Smith are two people more often than one."""

_CHARACTERS_SPELT = where(
    '("name_han_l" is null) <> ("name_han_r" is null)', f"{_MEET} and {_WHOLE}"
)
"""Many characters share a reading, so a spelling proves less than the characters."""

_INITIAL = (
    '(length("name_given_l") = 1 or length("name_given_r") = 1)'
    # 'K' may be the second name of Jakai K.
    " and (contains(' ' || \"name_given_l\", ' ' || \"name_given_r\")"
    " or contains(' ' || \"name_given_r\", ' ' || \"name_given_l\"))"
)

_ONE_NAME = where(
    '"name_family_l" is null or "name_family_r" is null'
    ' or "name_given_l" is null or "name_given_r" is null',
    '"name_given_l" = "name_given_r" or "name_family_l" = "name_family_r"'
    f" or {overlap('name_roots')}",
)

_TWO_LETTERS = where(
    'length("name_key_l") > 5'
    ' and substr("name_key_l", 1, 1) = substr("name_key_r", 1, 1)'
    ' and abs(length("name_key_l") - length("name_key_r")) <= 2',
    'levenshtein("name_key_l", "name_key_r") <= 2',
)


def _nearly(column: str) -> str:
    """SQL: the same, or long enough that one letter makes no other name of it."""
    left, right = f'"{column}_l"', f'"{column}_r"'
    long = where(
        f"least(length({left}), length({right})) > 4"
        f" and abs(length({left}) - length({right})) <= 1",
        f"damerau_levenshtein({left}, {right}) <= 1",
    )
    return f"({left} = {right} or {long})"


def _in_login(letters: str) -> str:
    """SQL: whether a name is in a log-in name of somebody whose name is unknown. Where both have
    the same log-in name, that is said by it.
    """
    return where(
        '"name_key_l" is null or "name_key_r" is null',
        f'(list_has_any("{letters}_l", "login_letters_r")'
        f' or list_has_any("login_letters_l", "{letters}_r"))'
        ' and not list_has_any("logins_l", "logins_r")',
    )
