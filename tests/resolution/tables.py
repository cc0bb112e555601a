"""Silver tables on DuckDB without Spark: the schemas of the code, rows from plain dictionaries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from resolution import vetoes
from resolution.model.features import FEATURES
from sources.record import LINKS, RECORDS
from sources.schema import TableSchema

START = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN_TYPES = {
    "string": "varchar",
    "int": "integer",
    "bigint": "bigint",
    "double": "double",
    "boolean": "boolean",
    "timestamp": "timestamptz",
}

NODE_ARRAYS = (
    "name_keys", "name_roots", "emails", "logins", "phones", "sole_sources",
    "name_letters", "initial_letters", "login_letters", "rare_letters",
)  # fmt: skip
NODE_TYPES = (
    dict.fromkeys([*FEATURES, *vetoes.FEATURES], "varchar")
    | dict.fromkeys(NODE_ARRAYS, "varchar[]")
    | dict.fromkeys(["birth_year", "only_birth_year", "only_generation"], "integer")
)
"""What scoring reads of a node, and its DuckDB type."""


def duckdb_type(spark_type: str) -> str:
    """The DuckDB type of a column that is documented in Spark's DDL."""
    nested = re.fullmatch(r"(array|map|struct)<(.*)>", spark_type.strip())
    if nested is None:
        return PLAIN_TYPES[spark_type.strip()]
    kind, inner = nested.groups()
    if kind == "array":
        return f"{duckdb_type(inner)}[]"
    parts = split_at_commas(inner)
    if kind == "map":
        return f"map({', '.join(duckdb_type(part) for part in parts)})"
    fields = [part.strip().split(" ", 1) for part in parts]
    return f"struct({', '.join(f'{name} {duckdb_type(of)}' for name, of in fields)})"


def split_at_commas(text: str) -> list[str]:
    """Split at commas that are in no angle brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def make_table(
    connection: duckdb.DuckDBPyConnection, name: str, schema: TableSchema, rows: Iterable[dict]
) -> None:
    """A table with the schema's columns; columns that a row does not name are null."""
    columns = ", ".join(f'"{field.name}" {duckdb_type(field.type)}' for field in schema.fields)
    connection.execute(f"create or replace table {name} ({columns})")
    for row in rows:
        named = ", ".join(f'"{key}"' for key in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {name} ({named}) values ({marks})", list(row.values()))


def silver(
    records: Iterable[dict], links: Iterable[tuple[str, str]] = ()
) -> duckdb.DuckDBPyConnection:
    """A connection with `records` and `links`; links are pairs of a cookie and a log-in."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    make_table(connection, "records", RECORDS, records)
    stated = [{"kind": "login", "left_id": left, "right_id": right} for left, right in links]
    make_table(connection, "links", LINKS, stated)
    return connection


def record(record_id: str, **values: Any) -> dict[str, Any]:
    """A record seen on the day that its id's last digits say; `name` is (given, family)."""
    day = int(re.sub(r"\D", "", record_id) or 0) % 365
    row: dict[str, Any] = {
        "record_id": record_id,
        "source": "crm",
        "source_key": record_id,
        "first_seen": START + timedelta(days=day),
        "last_seen": START + timedelta(days=day),
        "deleted": False,
        "version": "1",
    }
    given, family = values.pop("name", (None, None))
    if given or family:
        key = " ".join(sorted(part for part in (given, family) if part))
        row |= {
            "name_given": given,
            "name_family": family,
            "name_key": key,
            "name_keys": [key],
            "name_roots": [given] if given else [],
        }
    for plural, spelling in (("emails", "mailbox"), ("phones", "national")):
        if plural in values:
            values[plural] = [
                {
                    "value": value,
                    "first_seen": row["first_seen"],
                    "last_seen": row["last_seen"],
                    "file": "f",
                    "line": 1,
                    spelling: value,
                }
                for value in values[plural]
            ]
    return row | values
