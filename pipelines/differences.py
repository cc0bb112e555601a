"""Two publications side by side on one connection, and which two are meant."""

from __future__ import annotations

import duckdb

from pipelines.delta import TableStore
from pipelines.errors import PublicationError
from pipelines.manifest import SAME_ROWS, Publication, find, live
from pipelines.views import open_view, open_views
from resolution.golden.schema import CROSSWALK, CUSTOMERS, IDENTITY_HISTORY
from resolution.history import NO_HISTORY

COMPARED = {"customers": CUSTOMERS, "identities": CROSSWALK}
"""What is compared, by the relations that `resolution.difference` reads."""


def two_publications(
    manifest: list[Publication], before: str | None, after: str | None
) -> tuple[Publication, Publication]:
    """By their ids; `after` is by default the live one, `before` the last one that was live before
    it and had other rows. `PublicationError` where there is none.
    """
    second = live(manifest) if after is None else find(manifest, after)
    if second is None:
        raise PublicationError("nothing is live; name two publications")
    if before is not None:
        return find(manifest, before), second
    earlier = manifest[: manifest.index(second) + 1]
    # What was only maintained or released has the rows of the one before.
    while earlier[-1].state in SAME_ROWS and len(earlier) > 1:
        earlier.pop()
    first = live(earlier[:-1])
    if first is None:
        raise PublicationError(f"nothing was published before {second.publication}")
    return first, second


def open_two(
    connection: duckdb.DuckDBPyConnection,
    store: TableStore,
    before: Publication,
    after: Publication,
) -> None:
    """The relations that `resolution.difference` reads, on a connection in UTC. `PublicationError`
    for a publication whose customers are no longer there, or that never had any.
    """
    for row, prefix in ((before, "last_"), (after, "")):
        for table in COMPARED.values():
            _require(store, row, table.name)
        open_views(connection, store, COMPARED, row.tables, prefix)
    connection.execute(NO_HISTORY)
    connection.execute("create temp table history_between as from history")
    _copy_history(connection, store, before, "history", "")
    _copy_history(connection, store, after, "history_between", before.publication)


def _copy_history(
    connection: duckdb.DuckDBPyConnection,
    store: TableStore,
    row: Publication,
    relation: str,
    since: str,
) -> None:
    """Rows of a publication's history, of publications after `since`; none from before there was
    one.
    """
    version = row.tables.get(IDENTITY_HISTORY.name)
    if version is not None:
        open_view(connection, "all_changes", store, IDENTITY_HISTORY.name, version)
        connection.execute(
            f"insert into {relation} by name from all_changes where publication > $since",
            {"since": since},
        )


def _require(store: TableStore, row: Publication, table: str) -> None:
    if table not in row.tables:
        raise PublicationError(f"{row.publication} has no table '{table}' to compare")
    if not store.is_complete(table, row.tables[table]):
        raise PublicationError(
            f"{row.publication} has expired: 'scv maintain' deleted files that only it needed"
        )
