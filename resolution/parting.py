"""Which veto keeps two customers apart: read from the edges of a publication, since the rules that
were in force then need not be those of today.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

VETOED = (
    "(select left_id, right_id, veto from"
    # Edges of publications from before there were vetoes have no such column.
    " (from edges union all by name select null::varchar as veto where false)"
    " where veto is not null)"
)


@dataclass(frozen=True)
class Parting:
    """A rule of `resolution.vetoes`, and the two nodes (by their smallest record_id) of which it
    speaks.
    """

    rule: str
    left_id: str
    right_id: str


def veto_of(connection: duckdb.DuckDBPyConnection, left: str, right: str) -> str | None:
    """The rule that vetoes the nodes of two records; reads `edges` and `members`."""
    rows = connection.execute(
        f"select v.veto from {VETOED} v"
        " join members l on l.record_id = $left join members r on r.record_id = $right"
        " where v.left_id = least(l.representative, r.representative)"
        " and v.right_id = greatest(l.representative, r.representative)",
        {"left": left, "right": right},
    ).fetchall()
    return rows[0][0] if rows else None


def parting(connection: duckdb.DuckDBPyConnection, left: str, right: str) -> Parting | None:
    """A veto between the customers of two records, their own before others'; reads `edges` and
    `identities`.
    """
    rows = connection.execute(
        "with customers as ("
        " select l.customer_id as one, r.customer_id as other from identities l, identities r"
        " where l.record_id = $left and r.record_id = $right)"
        f" select v.veto, v.left_id, v.right_id from {VETOED} v"
        " join identities l on l.record_id = v.left_id"
        " join identities r on r.record_id = v.right_id"
        " join customers on (l.customer_id, r.customer_id) in ((one, other), (other, one))"
        " order by [v.left_id, v.right_id] <> [$left, $right], v.left_id, v.right_id limit 1",
        {"left": left, "right": right},
    ).fetchall()
    return Parting(*rows[0]) if rows else None
