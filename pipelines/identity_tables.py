"""The tables that say who is whose customer, and since when: written by a run, by a restore of an
earlier publication, and by a migration, always in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import duckdb

from pipelines.delta import TableStore
from pipelines.views import open_view, open_views, utc_connection
from resolution.churn import churn
from resolution.golden.schema import CROSSWALK_HISTORY, IDENTIFIER_RESOLUTION, IDENTITY_HISTORY
from resolution.history import NO_HISTORY, Cause, Occasion, changes
from resolution.identifiers import crosswalk_periods, resolve_identifiers
from resolution.identity import NO_FOUNDERS, NO_IDENTITIES
from resolution.schema import IDENTITIES
from sources.record import RECORDS
from sources.schema import TableSchema

DERIVED = {
    IDENTIFIER_RESOLUTION: ("identifier_resolution", "customer_id"),
    CROSSWALK_HISTORY: ("crosswalk_history", "record_id, valid_from"),
}
"""Tables that follow from the history: their relation, and their order."""


def open_last(
    connection: duckdb.DuckDBPyConnection, store: TableStore, published: Mapping[str, int]
) -> None:
    """`last_identities` and `history` as a publication has them; empty where it has none."""
    opened: list[tuple[str, TableSchema, str]] = [
        ("last_identities", IDENTITIES, NO_IDENTITIES),
        ("history", IDENTITY_HISTORY, NO_HISTORY),
    ]
    for view, table, nothing in opened:
        if table.name in published:
            open_view(connection, view, store, table.name, published[table.name])
        else:
            connection.execute(nothing)


def write_history(
    connection: duckdb.DuckDBPyConnection, store: TableStore, versions: Mapping[str, int]
) -> dict[str, int]:
    """Append `changes` to the history, and write what follows from it; the new versions."""
    columns = ", ".join(IDENTITY_HISTORY.columns)
    grown = connection.sql(f"select {columns} from changes").to_arrow_table()
    version = versions.get(IDENTITY_HISTORY.name)
    if grown.num_rows or version is None:
        version = store.write_arrow(grown, IDENTITY_HISTORY.name, "append")
    connection.execute("drop table if exists temp.history")
    open_view(connection, "history", store, IDENTITY_HISTORY.name, version)
    resolve_identifiers(connection)
    crosswalk_periods(connection)
    made = {IDENTITY_HISTORY.name: version}
    for table, (relation, order) in DERIVED.items():
        made[table.name] = write(connection, store, table, relation, order)
    return made


def write(
    connection: duckdb.DuckDBPyConnection,
    store: TableStore,
    table: TableSchema,
    relation: str,
    order: str,
) -> int:
    """Replace a table's rows by a relation's; the new version."""
    columns = ", ".join(table.columns)
    rows = connection.sql(f"select {columns} from {relation} order by {order}").to_arrow_table()
    return store.write_arrow(rows, table.name, "overwrite")


def record_restore(
    store: TableStore, live: Mapping[str, int], wanted: Mapping[str, int], occasion: Occasion
) -> tuple[dict[str, int], dict[str, int]]:
    """Write into the history how customers change when `wanted` follows `live` (versions by
    table). The versions of the tables that must not go back, for the new publication, and its
    churn.
    """
    with utc_connection() as connection:
        open_last(connection, store, live)
        open_views(connection, store, {"identities": IDENTITIES}, wanted)
        connection.execute(NO_FOUNDERS)
        changes(connection, occasion)
        churned = churn(connection)
        return write_history(connection, store, live), churned


def begin_history(
    store: TableStore, versions: Mapping[str, int], publication: str
) -> dict[str, int]:
    """The history of customers that were there before there was one; the new versions.

    Where a publication from before is brought back, the history of later ones goes on.
    """
    with utc_connection() as connection:
        begun = IDENTITY_HISTORY.name in versions
        without = {name: version for name, version in versions.items() if name != IDENTITIES.name}
        open_last(connection, store, versions if begun else without)
        open_views(connection, store, {"known": IDENTITIES, "records": RECORDS}, versions)
        connection.execute(
            "create temp table identities as"
            " select record_id, customer_id, state, $publication as since from known",
            {"publication": publication},
        )
        # As they were founded: by the record seen first. A second id of it must be another one.
        connection.execute(
            "create temp view founders as select customer_id,"
            " arg_min(record_id, struct_pack(first_seen, record_id)) as founder"
            " from identities join records using (record_id) group by customer_id"
        )
        changes(connection, Occasion(publication, datetime.now(UTC), Cause("migration")))
        version = write(connection, store, IDENTITIES, "identities", "record_id")
        return {IDENTITIES.name: version} | write_history(connection, store, versions)
