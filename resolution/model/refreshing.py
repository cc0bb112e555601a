"""Term frequencies of a model renewed, and what that changes: weights of levels and the prior stay.

Frequencies are frozen with a model, so that no night changes what an unchanged pair weighs. Where a
base has grown or its people are others, they are renewed as an act of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from resolution.model.artefact import Model, Terms, versioned
from resolution.model.terms import term_adjustments
from resolution.nodes import build_nodes


@dataclass(frozen=True)
class TermChange:
    """One column's frequencies: terms listed before and now, in how many of both the adjustment
    differs, the largest difference, and the adjustment of unlisted terms; milli-bits.
    """

    column: str
    listed_before: int
    listed_now: int
    changed: int
    largest_change: int
    unlisted_before: int
    unlisted_now: int


def refresh_statistics(connection: duckdb.DuckDBPyConnection, model: Model) -> Model:
    """The model with the frequencies of the relations `records` and `links` (silver tables)."""
    build_nodes(connection)
    nodes = connection.execute("select count(*) from nodes").fetchall()[0][0]
    refreshed = {
        "terms": {column: term_adjustments(connection, column) for column in model.terms},
        "training": model.training | {"refreshed_from": model.version, "refreshed_on_nodes": nodes},
    }
    return versioned(model.model_copy(update=refreshed))


def term_changes(before: Model, now: Model) -> list[TermChange]:
    """Column by column, what renewed frequencies change."""
    return [_change(name, before.terms[name], now.terms[name]) for name in sorted(before.terms)]


def _change(column: str, before: Terms, now: Terms) -> TermChange:
    names = set(before.adjustments) | set(now.adjustments)
    differences = [
        abs(now.adjustments.get(name, now.unlisted) - before.adjustments.get(name, before.unlisted))
        for name in names
    ]
    return TermChange(
        column=column,
        listed_before=len(before.adjustments),
        listed_now=len(now.adjustments),
        changed=sum(1 for difference in differences if difference),
        largest_change=max(differences, default=0),
        unlisted_before=before.unlisted,
        unlisted_now=now.unlisted,
    )
