"""Two publications by hand, as `resolution.difference` reads them."""

from __future__ import annotations

from typing import Any

import duckdb

from resolution.difference import compare
from resolution.history import NO_HISTORY

Customers = dict[str, tuple[str, str | None]]
"""By customer: records, a letter each, and the e-mail address."""


def sides(
    before: Customers, after: Customers, known: tuple[str, ...] = ()
) -> duckdb.DuckDBPyConnection:
    """A connection with both; `known` are ids that the history of `before` has."""
    connection = duckdb.connect()
    for customers, suffix in ((before, "last_"), (after, "")):
        connection.execute(
            f"create table {suffix}customers (customer_id text, email text, publication text)"
        )
        connection.execute(f"create table {suffix}identities (record_id text, customer_id text)")
        for name, (letters, email) in customers.items():
            row = [name, email, "p1" if suffix else "p2"]
            connection.execute(f"insert into {suffix}customers values (?, ?, ?)", row)
            for letter in letters:
                connection.execute(f"insert into {suffix}identities values (?, ?)", [letter, name])
    connection.execute(NO_HISTORY)
    for name in known:
        connection.execute("insert into history (to_id) values (?)", [name])
    connection.execute("create temp table history_between as from history where false")
    return connection


def rows(connection: duckdb.DuckDBPyConnection, **options: Any) -> dict[str, tuple[Any, ...]]:
    """change, from_ids, to_ids, attributes by customer."""
    compare(connection, **options)
    found = connection.execute(
        "select customer_id, change, from_ids, to_ids, attributes from differences"
    )
    return {name: tuple(rest) for name, *rest in found.fetchall()}
