"""What is compared, and on which levels. Authoring only: nothing runs here."""

from __future__ import annotations

from dataclasses import dataclass

from splink import comparison_level_library as levels
from splink import comparison_library as comparisons

from resolution.model.level_sql import alike, empty, first_alike, level, null, overlap, where
from resolution.model.name_levels import name


@dataclass(frozen=True)
class TermFrequency:
    """A level of a comparison that is worth more where the shared term is rare.

    `column` names the frequency table, `term` is SQL for the shared value of a pair.
    """

    comparison: str
    label: str
    column: str
    term: str


_ONLY_FAMILY = 'case when "name_given_l" is null or "name_given_r" is null then "name_family_l" end'
_ONLY_GIVEN = (
    'case when "name_given_l" is null or "name_given_r" is null then null'
    ' when "name_family_l" is null then coalesce("name_given_l", "name_key_l")'
    ' else coalesce("name_given_r", "name_key_r") end'
)

TERM_FREQUENCIES = (
    *(
        TermFrequency(
            "name",
            "name in a log-in",
            f"name_{part}",
            f'coalesce("name_{part}_l", "name_{part}_r")',
        )
        for part in ("family", "given")
    ),
    TermFrequency(
        "name",
        "initial and family name in a log-in",
        "name_family",
        'coalesce("name_family_l", "name_family_r")',
    ),
    *(
        TermFrequency("name", label, f"name_{part}", f'"name_{part}_l"')
        for label in (
            "same characters",
            "characters and a spelling of them",
            "same name",
            "another spelling",
            "same letters",
        )
        for part in ("family", "given")
    ),
    TermFrequency("name", "same family name, related given name", "name_family", '"name_family_l"'),
    TermFrequency("name", "same family name, matching initial", "name_family", '"name_family_l"'),
    TermFrequency("name", "one name given, the same", "name_given", _ONLY_GIVEN),
    TermFrequency("name", "one name given, the same", "name_family", _ONLY_FAMILY),
    TermFrequency("name", "another second given name", "name_family", '"name_family_l"'),
    TermFrequency("name", "same given name only", "name_given", '"name_given_l"'),
    TermFrequency("name", "same family name only", "name_family", '"name_family_l"'),
)
"""A whole name is as rare as its parts together: P(family) P(given)."""


def birth() -> comparisons.CustomComparison:
    """Birth dates; a digit wrong or day and month swapped is a typing error. A year alone says what
    a year can say.
    """
    date_missing = '("birth_date_l" is null or "birth_date_r" is null)'
    return comparisons.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            null(f'{date_missing} and ("birth_year_l" is null or "birth_year_r" is null)'),
            level('"birth_date_l" = "birth_date_r"', "same day"),
            level(
                'levenshtein("birth_date_l", "birth_date_r") <= 1'
                ' or (substr("birth_date_l", 1, 4) = substr("birth_date_r", 1, 4)'
                ' and substr("birth_date_l", 6, 2) = substr("birth_date_r", 9, 2)'
                ' and substr("birth_date_l", 9, 2) = substr("birth_date_r", 6, 2))',
                "a digit differs or day and month swapped",
            ),
            level(f'{date_missing} and "birth_year_l" = "birth_year_r"', "same year, no day known"),
            level(
                f'{date_missing} and abs("birth_year_l" - "birth_year_r") = 1',
                "a year apart, no day known",
            ),
            level('substr("birth_date_l", 1, 4) = substr("birth_date_r", 1, 4)', "same year"),
            levels.ElseLevel(),
        ],
    )


_DIGITS = "regexp_replace(\"emails_{side}\"[1], '[^0-9]', '', 'g')"
_NUMBER = "regexp_replace(\"address_key_{side}\", '[^0-9]', '', 'g')"


def _same(text: str) -> str:
    """SQL: the same on both sides."""
    return f"{text.format(side='l')} = {text.format(side='r')}"


def email() -> comparisons.CustomComparison:
    """Mailboxes, and log-in names (local parts and handles) that people use again elsewhere."""
    return comparisons.CustomComparison(
        output_column_name="email",
        comparison_levels=[
            # A mailbox whose local part is too short for a log-in name is still a mailbox.
            null(f"({empty('emails')}) and ({empty('logins')})"),
            level(overlap("emails"), "same mailbox"),
            level(overlap("logins"), "same log-in name"),
            # The same digits: strangers of one name have log-in names that differ there.
            level(
                where(_same(_DIGITS), first_alike("emails", 2)),
                "a letter or two differ",
            ),
            levels.ElseLevel(),
        ],
    )


def phone() -> comparisons.CustomComparison:
    """National numbers: a number written without country code still meets itself."""
    return comparisons.CustomComparison(
        output_column_name="phone",
        comparison_levels=[
            null(empty("phones")),
            level(overlap("phones"), "same number"),
            level(first_alike("phones", 1), "a digit differs"),
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
            null(
                '("postcode_l" is null or "postcode_r" is null)'
                ' and ("address_key_l" is null or "address_key_r" is null)'
                ' and ("city_l" is null or "city_r" is null)'
            ),
            level('"address_key_l" = "address_key_r"', "same street and number"),
            level(
                where(
                    # Keys begin with the number; neighbours differ there.
                    'substr("address_key_l", 1, 3) = substr("address_key_r", 1, 3)',
                    f"{alike('address_key', 2)} and {_same(_NUMBER)}",
                ),
                "same number, street alike",
            ),
            level('"postcode_l" = "postcode_r"', "same postcode"),
            level('"city_l" = "city_r"', "same city"),
            levels.ElseLevel(),
        ],
    )


def gender() -> comparisons.CustomComparison:
    """A couple has all of a household in common, and mostly not this."""
    return comparisons.CustomComparison(
        output_column_name="gender",
        comparison_levels=[
            null('"gender_l" is null or "gender_r" is null'),
            level('"gender_l" = "gender_r"', "same gender"),
            levels.ElseLevel(),
        ],
    )


def identifier(column: str) -> comparisons.CustomComparison:
    """An identifier that a table of persons brings; a slip of the pen is still near."""
    return _values(column, 1, ("same", "a character differs"))


def other(column: str) -> comparisons.CustomComparison:
    """Any other text that is worth comparing, such as a place of birth."""
    return _values(column, 2, ("same", "alike"))


def _values(column: str, apart: int, labels: tuple[str, str]) -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            null(f'"{column}_l" is null or "{column}_r" is null'),
            level(f'"{column}_l" = "{column}_r"', labels[0]),
            level(alike(column, apart), labels[1]),
            levels.ElseLevel(),
        ],
    )


def all_comparisons() -> list[comparisons.CustomComparison]:
    """Every comparison, in the order in which explanations list them."""
    return [name(), birth(), email(), phone(), address(), gender()]
