"""What is compared, and on which levels. Authoring only: nothing runs here.

String distances run on romanised ASCII and only with Levenshtein: DuckDB's Jaro-Winkler counts
bytes and differs from Spark's on every fifth e-mail. Characters are compared as values and sets.
"""

from __future__ import annotations

from dataclasses import dataclass

from splink import comparison_level_library as levels
from splink import comparison_library as comparisons
from splink.internals.comparison_level_creator import ComparisonLevelCreator


@dataclass(frozen=True)
class TermFrequency:
    """A level of a comparison that is worth more where the shared term is rare.

    `column` names the frequency table, `term` is SQL for the shared value of a pair.
    """

    comparison: str
    label: str
    column: str
    term: str


_ONLY_NAME = (
    'case when "name_family_l" is null then coalesce("name_given_l", "name_key_l")'
    ' else coalesce("name_given_r", "name_key_r") end'
)

TERM_FREQUENCIES = (
    TermFrequency("name", "same characters", "name_han", '"name_han_l"'),
    TermFrequency("name", "same name", "name_key", '"name_key_l"'),
    TermFrequency("name", "another spelling", "name_key", '"name_key_l"'),
    TermFrequency("name", "same family name, related given name", "name_family", '"name_family_l"'),
    TermFrequency("name", "same family name, matching initial", "name_family", '"name_family_l"'),
    TermFrequency("name", "one name given, the same", "name_given", _ONLY_NAME),
    TermFrequency("name", "same given name only", "name_given", '"name_given_l"'),
    TermFrequency("name", "same family name only", "name_family", '"name_family_l"'),
)


def _overlap(column: str) -> str:
    """SQL that DuckDB and Spark read alike: whether two arrays share a value."""
    return f'list_has_any("{column}_l", "{column}_r")'


def _empty(column: str) -> str:
    """Splink's null level tests for null alone; an empty array would count as disagreement."""
    return f'coalesce(len("{column}_l"), 0) = 0 or coalesce(len("{column}_r"), 0) = 0'


def _level(condition: str, label: str) -> levels.CustomLevel:
    return levels.CustomLevel(condition, label_for_charts=label)


def _null(condition: str) -> ComparisonLevelCreator:
    return levels.CustomLevel(condition).configure(is_null_level=True)


_SAME_FAMILY = '"name_family_l" = "name_family_r"'
_INITIAL = (
    '(length("name_given_l") = 1 or length("name_given_r") = 1)'
    ' and substr("name_given_l", 1, 1) = substr("name_given_r", 1, 1)'
)


def name() -> comparisons.CustomComparison:
    """Names in any order and script, from the same characters to nothing in common."""
    return comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            _null('"name_key_l" is null or "name_key_r" is null'),
            _level('"name_han_l" = "name_han_r"', "same characters"),
            _level(
                '"name_key_l" = "name_key_r" and "name_family_l" is not null'
                ' and "name_family_r" is not null'
                # the key of 'J. Smith' says as little as its initial
                ' and length("name_given_l") > 1 and length("name_given_r") > 1',
                "same name",
            ),
            _level(_overlap("name_keys") + ' and length("name_given_l") > 1', "another spelling"),
            _level(
                f'{_SAME_FAMILY} and {_overlap("name_roots")} and length("name_given_l") > 1',
                "same family name, related given name",
            ),
            _level(f"{_SAME_FAMILY} and {_INITIAL}", "same family name, matching initial"),
            _level(
                '("name_family_l" is null or "name_family_r" is null) and ('
                '"name_given_l" = "name_given_r" or "name_family_l" = "name_family_r"'
                f" or {_overlap('name_roots')})",
                "one name given, the same",
            ),
            _level(
                'length("name_key_l") > 5 and levenshtein("name_key_l", "name_key_r") <= 2'
                ' and substr("name_key_l", 1, 1) = substr("name_key_r", 1, 1)',
                "a letter or two differ",
            ),
            _level(
                f'{_overlap("name_roots")} and length("name_given_l") > 1',
                "same given name only",
            ),
            _level(_SAME_FAMILY, "same family name only"),
            levels.ElseLevel(),
        ],
    )


def birth() -> comparisons.CustomComparison:
    """Birth dates; a digit wrong or day and month swapped is a typing error."""
    return comparisons.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            _null('"birth_date_l" is null or "birth_date_r" is null'),
            _level('"birth_date_l" = "birth_date_r"', "same day"),
            _level(
                'levenshtein("birth_date_l", "birth_date_r") <= 1'
                ' or (substr("birth_date_l", 1, 4) = substr("birth_date_r", 1, 4)'
                ' and substr("birth_date_l", 6, 2) = substr("birth_date_r", 9, 2)'
                ' and substr("birth_date_l", 9, 2) = substr("birth_date_r", 6, 2))',
                "a digit differs or day and month swapped",
            ),
            _level('substr("birth_date_l", 1, 4) = substr("birth_date_r", 1, 4)', "same year"),
            levels.ElseLevel(),
        ],
    )


def email() -> comparisons.CustomComparison:
    """Mailboxes, and log-in names (local parts and handles) that people use again elsewhere."""
    return comparisons.CustomComparison(
        output_column_name="email",
        comparison_levels=[
            # A mailbox whose local part is too short for a log-in name is still a mailbox.
            _null(f"({_empty('emails')}) and ({_empty('logins')})"),
            _level(_overlap("emails"), "same mailbox"),
            _level(_overlap("logins"), "same log-in name"),
            levels.ElseLevel(),
        ],
    )


def phone() -> comparisons.CustomComparison:
    """National numbers: a number written without country code still meets itself."""
    return comparisons.CustomComparison(
        output_column_name="phone",
        comparison_levels=[
            _null(_empty("phones")),
            _level(_overlap("phones"), "same number"),
            levels.ElseLevel(),
        ],
    )


def address() -> comparisons.CustomComparison:
    """One comparison for all of an address: street and postcode say nearly the same, and
    counting them twice alone halved the pair F1 on a public set.
    """
    return comparisons.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            _null(
                '("postcode_l" is null or "postcode_r" is null)'
                ' and ("address_key_l" is null or "address_key_r" is null)'
                ' and ("city_l" is null or "city_r" is null)'
            ),
            _level('"address_key_l" = "address_key_r"', "same street and number"),
            _level('"postcode_l" = "postcode_r"', "same postcode"),
            _level('"city_l" = "city_r"', "same city"),
            levels.ElseLevel(),
        ],
    )


def all_comparisons() -> list[comparisons.CustomComparison]:
    """Every comparison, in the order in which explanations list them."""
    return [name(), birth(), email(), phone(), address()]
