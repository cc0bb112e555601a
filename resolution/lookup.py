"""What became of one id: today's customers, and the rows of the history that led there.

Reads a DuckDB connection with the tables of a publication (`golden.identifier_resolution`,
`golden.identity_history`, `golden.crosswalk_history`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb

from resolution.errors import ResolutionError

MOST_NAMED = 3
"""Ids of records or judgements that a sentence names; the table has all."""


DETAILED = ("model", "rule", "restore", "migration")
"""Causes that a sentence tells; of others the records or judgements are named."""


@dataclass(frozen=True)
class Change:
    """A row of the history; `records` is how many went this way."""

    publication: str
    changed_at: datetime
    kind: str
    from_id: str | None
    to_id: str | None
    records: int
    cause: str | None
    because: str


@dataclass(frozen=True)
class Lookup:
    """`status` is that of `golden.identifier_resolution`, or `record` for a record_id."""

    id: str
    status: str
    current_ids: tuple[str, ...]
    changes: tuple[Change, ...]

    def plain(self) -> dict[str, object]:
        """As plain values, times in ISO form."""
        rows = [asdict(one) | {"changed_at": one.changed_at.isoformat()} for one in self.changes]
        return asdict(self) | {"changes": rows}


def look_up(connection: duckdb.DuckDBPyConnection, wanted: str) -> Lookup:
    """Of a customer_id that was ever published, or of a record_id. A customer's changes are those
    that it took part in, and those of the customers that it ended in, until today.

    `ResolutionError` where no publication ever had this id.
    """
    rows = connection.execute(
        "select status, current_ids from golden.identifier_resolution where customer_id = $id",
        {"id": wanted},
    ).fetchall()
    if rows:
        status, current = rows[0]
        return Lookup(
            wanted, status, tuple(current), _changes(connection, CUSTOMER_CHANGES, wanted)
        )
    changes = _changes(connection, RECORD_CHANGES, wanted)
    if not changes:
        raise ResolutionError(f"no publication ever had a customer or a record '{wanted}'")
    owner = changes[-1].to_id
    return Lookup(wanted, "record", (owner,) if owner else (), changes)


_COLUMNS = """
publication, changed_at, kind, from_id, to_id, len(records), cause,
coalesce(detail, list_aggregate(coalesce(cause_records, []) || coalesce(cause_decisions, []),
    'string_agg', ' '), '')
"""

CUSTOMER_CHANGES = f"""
with recursive onward as (
    select $id as customer_id
    union
    select to_id from golden.identity_history join onward on from_id = customer_id
    where to_id is not null and customer_id not in (
        select customer_id from golden.identifier_resolution where status = 'current'
    )
)
select {_COLUMNS} from golden.identity_history
where from_id in (from onward) or to_id = $id
order by publication, step, kind, from_id, to_id
"""

RECORD_CHANGES = f"""
select {_COLUMNS} from golden.identity_history where list_contains(records, $id)
order by publication, step
"""


def _changes(connection: duckdb.DuckDBPyConnection, sql: str, wanted: str) -> tuple[Change, ...]:
    found = []
    for *plain, cause, because in connection.execute(sql, {"id": wanted}).fetchall():
        named = [because] if cause in DETAILED else because.split(" ")
        more = len(named) - MOST_NAMED
        short = " ".join(named[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        publication, at, kind, left, right, records = plain
        found.append(Change(publication, at, kind, left, right, records, cause, short))
    return tuple(found)
