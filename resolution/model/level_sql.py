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


def first_alike(column: str, apart: int) -> str:
    """SQL: whether the first values of two arrays begin alike and are at most so many letters
    apart. All values against all took a third of scoring, and nearly all arrays hold one.
    """
    left, right = f'"{column}_l"[1]', f'"{column}_r"[1]'
    return where(
        f"substr({left}, 1, 1) = substr({right}, 1, 1)"
        f" and abs(length({left}) - length({right})) <= {apart}",
        f"damerau_levenshtein({left}, {right}) <= {apart}",
    )


def level(condition: str, label: str) -> levels.CustomLevel:
    """A level of this name."""
    return levels.CustomLevel(condition, label_for_charts=label)


def null(condition: str) -> ComparisonLevelCreator:
    """The level of pairs that have nothing to compare."""
    return levels.CustomLevel(condition).configure(is_null_level=True)
