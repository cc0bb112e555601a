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
        for label in ("same characters", "same name", "another spelling", "same letters")
        for part in ("family", "given")
    ),
    TermFrequency("name", "same family name, related given name", "name_family", '"name_family_l"'),
    TermFrequency("name", "same family name, matching initial", "name_family", '"name_family_l"'),
    TermFrequency("name", "one name given, the same", "name_given", _ONLY_NAME),
    TermFrequency("name", "same given name only", "name_given", '"name_given_l"'),
    TermFrequency("name", "same family name only", "name_family", '"name_family_l"'),
)
"""A whole name is as rare as its parts together: P(family) P(given)."""


def _overlap(column: str) -> str:
    """SQL that DuckDB and Spark read alike: whether two arrays share a value."""
    return f'list_has_any("{column}_l", "{column}_r")'


def _empty(column: str) -> str:
    """Splink's null level tests for null alone; an empty array would count as disagreement."""
    return f'coalesce(len("{column}_l"), 0) = 0 or coalesce(len("{column}_r"), 0) = 0'


def _where(cheap: str, costly: str) -> str:
    """SQL: both, the second asked only where the first holds; `and` alone would ask both of every
    pair, which took three times as long.
    """
    return f"case when {cheap} then {costly} else false end"


def _alike(column: str, apart: int) -> str:
    """SQL: whether two texts, not short ones, are at most so many letters apart."""
    left, right = f'"{column}_l"', f'"{column}_r"'
    return _where(
        f"length({left}) > 3 and length({right}) > 3"
        f" and abs(length({left}) - length({right})) <= {apart}",
        f"damerau_levenshtein({left}, {right}) <= {apart}",
    )


def _any_alike(column: str, apart: int) -> str:
    """SQL: whether a value of one array is at most so many letters from one of the other."""
    near = f'list_filter("{column}_r", lambda other: damerau_levenshtein(value, other) <= {apart})'
    return _where(
        f'len("{column}_l") > 0 and len("{column}_r") > 0',
        f'len(list_filter("{column}_l", lambda value: len({near}) > 0)) > 0',
    )


def _in_login(letters: str) -> str:
    """SQL: whether a name is in a log-in name of somebody whose name is unknown. Where both have
    the same log-in name, that is said by it.
    """
    return _where(
        '"name_key_l" is null or "name_key_r" is null',
        f'(list_has_any("{letters}_l", "login_letters_r")'
        f' or list_has_any("login_letters_l", "{letters}_r"))'
        ' and not list_has_any("logins_l", "logins_r")',
    )


def _level(condition: str, label: str) -> levels.CustomLevel:
    return levels.CustomLevel(condition, label_for_charts=label)


def _null(condition: str) -> ComparisonLevelCreator:
    return levels.CustomLevel(condition).configure(is_null_level=True)


_SAME_FAMILY = '"name_family_l" = "name_family_r"'
_INITIAL = (
    '(length("name_given_l") = 1 or length("name_given_r") = 1)'
    ' and substr("name_given_l", 1, 1) = substr("name_given_r", 1, 1)'
)


def _whole_names() -> list[ComparisonLevelCreator]:
    """All of a name, or the name that is in a log-in name."""
    return [
        _level(_in_login("name_letters"), "name in a log-in"),
        _level(_in_login("initial_letters"), "initial and family name in a log-in"),
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
        _level(_overlap("name_letters"), "same letters"),
        _level(
            _where(_SAME_FAMILY, f'{_overlap("name_roots")} and length("name_given_l") > 1'),
            "same family name, related given name",
        ),
        _level(f"{_SAME_FAMILY} and {_INITIAL}", "same family name, matching initial"),
    ]


def _parts_of_names() -> list[ComparisonLevelCreator]:
    """A name of which not all is the same."""
    return [
        _level(
            _where(
                '"name_family_l" is null or "name_family_r" is null',
                '"name_given_l" = "name_given_r" or "name_family_l" = "name_family_r"'
                f" or {_overlap('name_roots')}",
            ),
            "one name given, the same",
        ),
        _level(
            _where(
                'length("name_key_l") > 5'
                ' and substr("name_key_l", 1, 1) = substr("name_key_r", 1, 1)'
                ' and abs(length("name_key_l") - length("name_key_r")) <= 2',
                'levenshtein("name_key_l", "name_key_r") <= 2',
            ),
            "a letter or two differ",
        ),
        _level(
            _where(_alike("name_family", 2), _alike("name_given", 2)),
            "both names alike",
        ),
        _level(
            f'{_overlap("name_roots")} and length("name_given_l") > 1',
            "same given name only",
        ),
        _level(_SAME_FAMILY, "same family name only"),
        levels.ElseLevel(),
    ]


def name() -> comparisons.CustomComparison:
    """Names in any order and script, from the same characters to nothing in common."""
    return comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[*_whole_names(), *_parts_of_names()],
    )


def birth() -> comparisons.CustomComparison:
    """Birth dates; a digit wrong or day and month swapped is a typing error. A year alone says what
    a year can say.
    """
    date_missing = '("birth_date_l" is null or "birth_date_r" is null)'
    return comparisons.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            _null(f'{date_missing} and ("birth_year_l" is null or "birth_year_r" is null)'),
            _level('"birth_date_l" = "birth_date_r"', "same day"),
            _level(
                'levenshtein("birth_date_l", "birth_date_r") <= 1'
                ' or (substr("birth_date_l", 1, 4) = substr("birth_date_r", 1, 4)'
                ' and substr("birth_date_l", 6, 2) = substr("birth_date_r", 9, 2)'
                ' and substr("birth_date_l", 9, 2) = substr("birth_date_r", 6, 2))',
                "a digit differs or day and month swapped",
            ),
            _level(
                f'{date_missing} and "birth_year_l" = "birth_year_r"', "same year, no day known"
            ),
            _level(
                f'{date_missing} and abs("birth_year_l" - "birth_year_r") = 1',
                "a year apart, no day known",
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
            _level(_any_alike("emails", 2), "a letter or two differ"),
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
            _level(_any_alike("phones", 1), "a digit differs"),
            levels.ElseLevel(),
        ],
    )


_NUMBER = "regexp_replace(\"address_key_{side}\", '[^0-9]', '', 'g')"


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
            _level(
                _where(
                    _alike("address_key", 2),
                    f"{_NUMBER.format(side='l')} = {_NUMBER.format(side='r')}",
                ),
                "same number, street alike",
            ),
            _level('"postcode_l" = "postcode_r"', "same postcode"),
            _level('"city_l" = "city_r"', "same city"),
            levels.ElseLevel(),
        ],
    )


def gender() -> comparisons.CustomComparison:
    """A couple has all of a household in common, and mostly not this."""
    return comparisons.CustomComparison(
        output_column_name="gender",
        comparison_levels=[
            _null('"gender_l" is null or "gender_r" is null'),
            _level('"gender_l" = "gender_r"', "same gender"),
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
            _null(f'"{column}_l" is null or "{column}_r" is null'),
            _level(f'"{column}_l" = "{column}_r"', labels[0]),
            _level(_alike(column, apart), labels[1]),
            levels.ElseLevel(),
        ],
    )


def all_comparisons() -> list[comparisons.CustomComparison]:
    """Every comparison, in the order in which explanations list them."""
    return [name(), birth(), email(), phone(), address(), gender()]
