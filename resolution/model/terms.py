"""What a shared name is worth by how many people have it, in integer milli-bits."""

from __future__ import annotations

import math

import duckdb

from resolution.model.artefact import Level, Terms
from resolution.thresholds import RARE_NAME_NODES

WHOLE_NAMES = {"name_key": "same name", "name_han": "same characters"}
"""Columns whose levels are anchored at the weight of a rare name: a listed name is worth less."""

LISTED_FROM = 4
"""A part of a name that is seen this often is listed; rarer ones count as the rarest listed."""

COMMONEST = -20_000
"""Milli-bits; below this no frequency matters any more."""


def term_adjustments(
    connection: duckdb.DuckDBPyConnection, column: str, nodes_per_person: float, rare: Level | None
) -> Terms:
    """Adjustments of one column of `nodes`.

    For whole names `rare` is the level whose weight is that of a rare name; for parts of names
    it is None, and a term counts against the column's average agreement.
    """
    rows = connection.execute(
        f"select {column} as term, count(*) as nodes from nodes"
        f" where {column} is not null group by 1 order by 2 desc, 1"
    ).fetchall()
    total = sum(count for _, count in rows)
    if not total:
        return Terms(unlisted=0, adjustments={})
    if rare is not None:
        return Terms(unlisted=0, adjustments=_whole_names(rows, total, nodes_per_person, rare))
    agreement = sum((count / total) ** 2 for _, count in rows)
    listed = {
        term: round(1000 * math.log2(agreement / (count / total)))
        for term, count in rows
        if count >= LISTED_FROM
    }
    return Terms(
        unlisted=round(1000 * math.log2(agreement / (LISTED_FROM / total))), adjustments=listed
    )


def _whole_names(
    rows: list[tuple[str, int]], total: int, nodes_per_person: float, rare: Level
) -> dict[str, int]:
    """Names that more than RARE_NAME_NODES nodes have, against the weight of a rare name.

    One person is left out of the count: the name's own bearer brings several nodes, and how
    often strangers have it is what the others are. Agreement among matches is taken as certain.
    """
    found = {}
    for term, count in rows:
        if count > RARE_NAME_NODES:
            strangers = max(count - nodes_per_person, 1.0) / total
            weight = round(-1000 * math.log2(strangers))
            found[term] = max(COMMONEST, min(0, weight - rare.weight))
    return found
