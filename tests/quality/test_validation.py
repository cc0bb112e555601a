"""Great Expectations' results as plain values: what failed, which keys, and never a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import pytest
from pyspark.sql import SparkSession

from quality.report import CheckResult
from quality.suites.customers import CUSTOMER_COLUMNS, customer_suite
from quality.suites.feeds import feed_suite
from quality.suites.naming import described
from quality.suites.records import RECORD_COLUMNS, record_suite
from quality.validation import MOST_KEYS, validate_pandas, validate_spark
from sources.contract import FileContract

SECRET = "Zaphodine"
"""A value that nobody but the planted rows has."""

RECORD: dict[str, Any] = {
    "record_id": "r" + "0" * 24,
    "source": "crm",
    "birth_year": 1980,
    "name_key": "jane stone",
    "first_email": "jane@x.org",
    "first_phone": "+442071838750",
}
BROKEN_RECORDS: dict[str, Any] = {
    "record_id_form": {"record_id": f"r{SECRET}"},
    "known_source": {"source": SECRET},
    "email_form": {"first_email": f"{SECRET}@nowhere"},
    "phone_form": {"first_phone": f"+44 {SECRET}"},
    "birth_year_range": {"birth_year": 1234},
}
CUSTOMER: dict[str, Any] = {
    "customer_id": "c" + "0" * 24,
    "state": "published",
    "records": 2,
    "confidence": 0.99,
    "email": "jane@x.org",
    "phone": "+442071838750",
    "birth_date": "1980-01-01",
    "last_seen": pd.Timestamp("2026-01-02"),
    "first_seen": pd.Timestamp("2026-01-01"),
}
BROKEN_CUSTOMERS: dict[str, Any] = {
    "customer_id_form": {"customer_id": f"c{SECRET}"},
    "known_state": {"state": SECRET},
    "has_records": {"records": 0},
    "confidence_range": {"confidence": 0.4},
    "email_form": {"email": f"{SECRET}@nowhere"},
    "birth_date_form": {"birth_date": f"{SECRET} 1980"},
    "seen_in_order": {"last_seen": pd.Timestamp("2025-01-01")},
}


def numbered(row: dict[str, Any], key: str, number: int) -> dict[str, Any]:
    return row | {key: f"{row[key][0]}{number:024x}"}


def planted(
    row: dict[str, Any], key: str, broken: dict[str, dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Sound rows and one that breaks each expectation; the key of the row by expectation."""
    rows = [numbered(row, key, number) for number in range(20)]
    keys = {}
    for number, (name, change) in enumerate(broken.items(), start=100):
        rows.append(numbered(row, key, number) | change)
        keys[name] = rows[-1][key]
    return rows, keys


Suite = tuple[
    Callable[[], gx.ExpectationSuite], tuple[str, ...], dict[str, Any], str, dict[str, Any]
]
SUITES: dict[str, Suite] = {
    "silver.records": (
        lambda: record_suite(["crm", "social"]),
        RECORD_COLUMNS,
        RECORD,
        "record_id",
        BROKEN_RECORDS,
    ),
    "golden.customers": (
        customer_suite,
        CUSTOMER_COLUMNS,
        CUSTOMER,
        "customer_id",
        BROKEN_CUSTOMERS,
    ),
}


@pytest.mark.parametrize("name", SUITES)
def test_every_expectation_fails_on_its_planted_row(spark: SparkSession, name: str) -> None:
    make, columns, row, key, broken = SUITES[name]
    rows, keys = planted(row, key, broken)
    frame = spark.createDataFrame(pd.DataFrame(rows)[list(columns)])
    results = validate_spark(make(), frame, key)
    assert {result.table for result in results} == {name}
    assert {result.name for result in results if not result.passed} == set(broken)
    for result in results:
        if result.name in ("record_id_form", "customer_id_form"):
            assert len(result.failing_keys) == 1
        else:
            assert result.failing_keys == (keys[result.name],)
            assert SECRET not in str(asdict(result))
        assert result.failing == 1


@pytest.mark.parametrize("name", SUITES)
def test_sound_rows_pass_every_expectation(spark: SparkSession, name: str) -> None:
    make, columns, row, key, broken = SUITES[name]
    rows, _ = planted(row, key, {})
    frame = spark.createDataFrame(pd.DataFrame(rows)[list(columns)])
    results = validate_spark(make(), frame, key)
    assert {result.name for result in results} == set(broken)
    assert [result.name for result in results if not result.passed] == []
    assert {result.failing_keys for result in results} == {()}


def test_a_check_that_cannot_run_on_spark_has_failed(spark: SparkSession) -> None:
    frame = spark.createDataFrame(pd.DataFrame([{"customer_id": CUSTOMER["customer_id"]}]))
    results = {
        check.name: check for check in validate_spark(customer_suite(), frame, "customer_id")
    }
    assert results["customer_id_form"].passed
    others = [check for name, check in results.items() if name != "customer_id_form"]
    assert len(others) == len(BROKEN_CUSTOMERS) - 1
    assert {check.passed for check in others} == {False}
    assert {check.observed for check in others} == {"the check itself failed to run"}
    assert all(check.stops_publication for check in others)


def suite(expectation: Any) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(name="t", expectations=[expectation])


def test_a_check_that_cannot_run_on_pandas_has_failed() -> None:
    missing = gxe.ExpectColumnValuesToNotBeNull(
        column="nowhere", severity="critical", meta=described("there", "")
    )
    (result,) = validate_pandas(suite(missing), pd.DataFrame([{"a": 1}]), None)
    assert (result.passed, result.stops_publication) == (False, True)
    assert result.observed == "the check itself failed to run"


def test_keys_are_few_and_values_stay_behind() -> None:
    frame = pd.DataFrame(
        [{"key": f"k{number:03d}", "name": f"{SECRET}{number}"} for number in range(50)]
    )
    none = gxe.ExpectColumnValuesToBeInSet(
        column="name", value_set=["jane"], severity="warning", meta=described("known", "")
    )
    (result,) = validate_pandas(suite(none), frame, "key")
    assert result.failing == 50
    assert result.failing_keys == tuple(f"k{number:03d}" for number in range(MOST_KEYS))
    assert SECRET not in str(asdict(result))
    assert not result.stops_publication


CONTRACT = FileContract.model_validate(
    {
        "table": "orders",
        "location": "shop/dt={day}/orders.csv",
        "format": "csv",
        "key": "order_id",
        "columns": {
            "order_id": {"required": True},
            "at": {"type": "timestamp"},
        },
        "bounds": [
            {"metric": "rows", "minimum": 10, "maximum": 100, "because": "A day has so many."},
            {"metric": "quarantined_share", "maximum": 0.05, "critical": True, "because": "b"},
            {"metric": "redelivered_share", "maximum": 0.5, "because": "c"},
            {"metric": "readable_share", "column": "at", "minimum": 0.9, "critical": True,
             "because": "d"},
        ],
    }
)  # fmt: skip
ACCOUNT = {
    "file": "shop/dt=2026-01-05/orders.csv", "delivered": 50, "accounted": 50, "problem": None,
    "new_columns": 0, "rows": 50, "quarantined_share": 0.0, "redelivered_share": 0.0,
    "readable_share_at": 1.0,
}  # fmt: skip


def feed_results(**changes: Any) -> dict[str, CheckResult]:
    frame = pd.DataFrame([ACCOUNT, ACCOUNT | {"file": "other.csv"} | changes])
    return {check.name: check for check in validate_pandas(feed_suite(CONTRACT), frame, "file")}


def test_a_good_delivery_passes_its_contract() -> None:
    results = feed_results()
    assert all(check.passed for check in results.values())
    assert len(results) == 3 + len(CONTRACT.bounds)


@pytest.mark.parametrize(
    ("changes", "name", "severity"),
    [
        ({"accounted": 49}, "every_line_accounted", "critical"),
        ({"problem": "no_header"}, "no_file_set_aside", "warning"),
        ({"new_columns": 1}, "no_new_columns", "warning"),
        ({"rows": 9}, "bound_rows", "warning"),
        ({"rows": 101}, "bound_rows", "warning"),
        ({"quarantined_share": 0.06}, "bound_quarantined_share", "critical"),
        ({"redelivered_share": 0.6}, "bound_redelivered_share", "warning"),
        ({"readable_share_at": 0.8}, "bound_readable_share_at", "critical"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_each_promise_of_a_contract_is_asked(
    changes: dict[str, Any], name: str, severity: str
) -> None:
    results = feed_results(**changes)
    assert [check.name for check in results.values() if not check.passed] == [name]
    assert results[name].severity == severity
    assert results[name].failing_keys == ("other.csv",)


@pytest.mark.parametrize(
    ("changes", "name"), [({"rows": 10}, "bound_rows"), ({"rows": 100}, "bound_rows")]
)
def test_the_limits_themselves_are_allowed(changes: dict[str, Any], name: str) -> None:
    assert feed_results(**changes)[name].passed
