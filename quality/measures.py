"""Numbers about whole tables, by SQL over their Parquet files.

Uniqueness and references as Spark windows took seconds a column; DuckDB answers in tenths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb

from quality.report import Severity
from sources.literals import literals
from sources.schema import TableSchema

TABLE_OF = {
    "records": "silver.records",
    "links": "silver.links",
    "events": "silver.events",
    "constraints": "resolution.constraints",
    "edges": "resolution.edges",
    "clusters": "resolution.clusters",
    "identities": "resolution.identities",
    "history": "golden.identity_history",
    "identifiers": "golden.identifier_resolution",
    "periods": "golden.crosswalk_history",
    "customers": "golden.customers",
    "attributes": "golden.attributes",
    "crosswalk": "golden.crosswalk",
}
"""Relations that the SQL may name, and the tables that they show."""


@dataclass(frozen=True)
class Measure:
    """A number by SQL about `relation`, with its limits; `keys` is SQL for ids of rows that
    break it.
    """

    name: str
    relation: str
    sql: str
    because: str
    severity: Severity = "critical"
    minimum: float | None = None
    maximum: float | None = None
    keys: str | None = None


def unique(relation: str, key: tuple[str, ...]) -> Measure:
    """No two rows of the relation have the same key, and none lacks a part of it."""
    columns = ", ".join(key)
    lacking = " or ".join(f"{column} is null" for column in key)
    repeated = (
        f"select {columns} from {relation} group by {columns} having count(*) > 1 or {lacking}"
    )
    return Measure(
        name=f"{relation}_repeated_keys",
        relation=relation,
        sql=f"select count(*) from ({repeated})",
        because=f"{relation} has one row per {columns}.",
        maximum=0,
        keys=f"select concat_ws(' ', {columns}) from ({repeated})",
    )


def references(relation: str, column: str, other: str, other_column: str) -> Measure:
    """Every value of the column exists in the other relation; where it may come later, replace
    severity and reason.
    """
    dangling = (
        f"select distinct {column} as key from {relation} where {column} is not null"
        # One null in the other relation would make every 'not in' unknown, and nothing dangle.
        f" and {column} not in"
        f" (select {other_column} from {other} where {other_column} is not null)"
    )
    return Measure(
        name=f"{relation}_{column}_dangling",
        relation=relation,
        sql=f"select count(*) from ({dangling})",
        because=f"{relation}.{column} must be found in {other}.",
        maximum=0,
        keys=f"select key from ({dangling})",
    )


_KEYS = {"customers": "customer_id", "history": "coalesce(to_id, from_id)"}
"""What names a row of these relations; a record_id elsewhere."""


def misfits(name: str, relation: str, broken: str, because: str) -> Measure:
    """No row of the relation is broken, as SQL says it; null where a row is asked nothing."""
    key = _KEYS.get(relation, "record_id")
    return Measure(
        name=name,
        relation=relation,
        sql=f"select count(*) from {relation} where {broken}",
        because=because,
        maximum=0,
        keys=f"select {key} from {relation} where {broken}",
    )


def misfit_share(name: str, relation: str, broken: str, because: str, largest: float) -> Measure:
    """At most this share of the rows that are asked is broken, as in `misfits`."""
    return replace(
        misfits(name, relation, broken, because),
        sql=f"select coalesce(avg(({broken})::int), 0) from {relation}",
        maximum=largest,
    )


def columns(relation: str, schema: TableSchema) -> Measure:
    """The relation has the columns that are documented, and no other ones."""
    documented = ", ".join(f"('{field.name}')" for field in schema.fields)
    differing = (
        "select coalesce(column_name, name) as name"
        f" from (describe {relation}) full join (values {documented}) documented(name)"
        " on column_name = name where column_name is null or name is null"
    )
    return Measure(
        name=f"{relation}_columns",
        relation=relation,
        sql=f"select count(*) from ({differing})",
        because=f"Readers of {relation} go by its documented columns.",
        maximum=0,
        keys=f"select name from ({differing})",
    )


def one_of(column: str, values: Iterable[str]) -> str:
    """SQL that is true where the column holds another value."""
    return f"{column} not in ({literals(values)})"


def take(
    connection: duckdb.DuckDBPyConnection, measures: list[Measure]
) -> Mapping[str, float | None]:
    """The measures' numbers, by name."""
    return {measure.name: connection.execute(measure.sql).fetchall()[0][0] for measure in measures}


def failing_keys(
    connection: duckdb.DuckDBPyConnection, measure: Measure, most: int
) -> tuple[str, ...]:
    """Some opaque ids behind a measure that broke its limit."""
    if measure.keys is None:
        return ()
    rows = connection.execute(f"{measure.keys} order by 1 limit {most}").fetchall()
    return tuple(str(row[0]) for row in rows)
