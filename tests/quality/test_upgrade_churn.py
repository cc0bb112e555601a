"""The share of records that an upgrade gave another customer, and what counts for it."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from quality.identity_measures import upgrade_churn
from quality.measures import failing_keys, take
from quality.suites.measures import measure_suite
from quality.validation import validate

MOVED = ("p000005", 0, "model", "A", "B", ["r1", "r2"])

OTHERS = [
    ("p000004", 0, "model", "A", "B", ["r3"]),
    ("p000005", 3, "data", "A", "B", ["r3"]),
    ("p000005", 0, "migration", "A", "B", ["r3"]),
    ("p000005", 0, "model", None, "B", ["r3"]),
    ("p000005", 0, "model", "A", None, ["r3"]),
]
"""Of another publication, by another cause, or records without an id to keep."""


@pytest.fixture
def tables() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "create table history (publication text, step int, cause text, from_id text, to_id text,"
        " records text[])"
    )
    connection.execute("create table identities as select 'r' || range as record_id from range(10)")
    for row in OTHERS:
        connection.execute("insert into history values (?, ?, ?, ?, ?, ?)", row)
    return connection


def share(tables: duckdb.DuckDBPyConnection) -> float | None:
    measure = upgrade_churn("p000005", 0.02)
    return take(tables, [measure])[measure.name]


@pytest.mark.parametrize("cause", ["model", "rule"])
def test_records_that_an_upgrade_moved(tables: duckdb.DuckDBPyConnection, cause: str) -> None:
    assert share(tables) == 0
    row = [cause if value == "model" else value for value in MOVED]
    tables.execute("insert into history values (?, ?, ?, ?, ?, ?)", row)
    assert share(tables) == 0.2
    assert failing_keys(tables, upgrade_churn("p000005", 0.02), 9) == ("r1", "r2")


def test_nobody_published_is_no_churn(tables: duckdb.DuckDBPyConnection) -> None:
    tables.execute("delete from identities")
    assert share(tables) == 0


@pytest.mark.parametrize(("share", "passed"), [(0.02, True), (0.021, False)])
def test_the_limit_holds_and_does_not_reject(share: float, passed: bool) -> None:
    measure = upgrade_churn("p000005", 0.02)
    frame = pd.DataFrame([{measure.name: share}])
    (result,) = validate(measure_suite("identity", [measure]), frame, None)
    assert result.passed is passed
    assert measure.severity == "holding"
