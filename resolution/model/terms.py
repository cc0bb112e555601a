"""What a shared name is worth by how many people have it, in integer milli-bits."""

from __future__ import annotations

import math

import duckdb

from resolution.model.artefact import Terms

LISTED_FROM = 2
"""A part of a name that is seen this often is listed; rarer ones count as the rarest listed."""


def term_adjustments(connection: duckdb.DuckDBPyConnection, column: str) -> Terms:
    """Adjustments of one column of `nodes`: a term against the column's average agreement."""
    rows = connection.execute(
        f"select {column} as term, count(*) as nodes from nodes"
        f" where {column} is not null group by 1 order by 2 desc, 1"
    ).fetchall()
    total = sum(count for _, count in rows)
    if not total:
        return Terms(unlisted=0, adjustments={})
    agreement = sum((count / total) ** 2 for _, count in rows)
    listed = {
        term: round(1000 * math.log2(agreement / (count / total)))
        for term, count in rows
        if count >= LISTED_FROM
    }
    return Terms(
        unlisted=round(1000 * math.log2(agreement / (LISTED_FROM / total))), adjustments=listed
    )
