"""What conditions of levels are made of: SQL that DuckDB and Splink read alike.

String distances run on romanised ASCII and only with Levenshtein's: DuckDB's Jaro-Winkler counts
bytes and differs from Spark's on every fifth e-mail. Characters are compared as values and sets.
"""

from __future__ import annotations

from splink import comparison_level_library as levels
from splink.internals.comparison_level_creator import ComparisonLevelCreator


def overlap(column: str) -> str:
    """SQL that DuckDB and Spark read alike: whether two arrays share a value."""
    return f'list_has_any("{column}_l", "{column}_r")'


def empty(column: str) -> str:
    """Splink's null level tests for null alone; an empty array would count as disagreement."""
    return f'coalesce(len("{column}_l"), 0) = 0 or coalesce(len("{column}_r"), 0) = 0'


def where(cheap: str, costly: str) -> str:
    """SQL: both, the second asked only where the first holds; `and` alone would ask both of every
    pair, which took three times as long.
    """
    return f"case when {cheap} then {costly} else false end"


def alike(column: str, apart: int) -> str:
    """SQL: whether two texts, not short ones, are at most so many letters apart."""
    left, right = f'"{column}_l"', f'"{column}_r"'
    return where(
        f"length({left}) > 3 and length({right}) > 3"
        f" and abs(length({left}) - length({right})) <= {apart}",
        f"damerau_levenshtein({left}, {right}) <= {apart}",
    )


def any_alike(column: str, apart: int) -> str:
    """SQL: whether a value of one array is at most so many letters from one of the other."""
    near = f'list_filter("{column}_r", lambda other: damerau_levenshtein(value, other) <= {apart})'
    return where(
        f'len("{column}_l") > 0 and len("{column}_r") > 0',
        f'len(list_filter("{column}_l", lambda value: len({near}) > 0)) > 0',
    )


def level(condition: str, label: str) -> levels.CustomLevel:
    """A level of this name."""
    return levels.CustomLevel(condition, label_for_charts=label)


def null(condition: str) -> ComparisonLevelCreator:
    """The level of pairs that have nothing to compare."""
    return levels.CustomLevel(condition).configure(is_null_level=True)
