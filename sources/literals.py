"""Values as literals of standard SQL, for statements that take no parameters: a view on files, the
target of a copy, a predicate of delta-rs. Spark escapes in its own way (`sources.values.quoted`).
"""

from __future__ import annotations

from collections.abc import Iterable


def literal(value: object) -> str:
    """A text or a path between quotes; quotes within it are doubled."""
    escaped = str(value).replace("'", "''")
    return f"'{escaped}'"


def literals(values: Iterable[object]) -> str:
    """Them all with commas between; empty without any."""
    return ", ".join(literal(value) for value in values)
