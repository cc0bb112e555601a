"""Great Expectations' results as plain values: what failed, which keys, and never a value."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import pytest

from quality.report import CheckResult
from quality.suites.feeds import feed_suite
from quality.suites.naming import described
from quality.validation import MOST_KEYS, validate
from sources.contract import FileContract

SECRET = "Zaphodine"
"""A value that nobody but the planted rows has."""


def suite(expectation: Any) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(name="t", expectations=[expectation])


def test_a_check_that_cannot_run_has_failed() -> None:
    missing = gxe.ExpectColumnValuesToNotBeNull(
        column="nowhere", severity="critical", meta=described("there", "")
    )
    (result,) = validate(suite(missing), pd.DataFrame([{"a": 1}]), None)
    assert (result.passed, result.stops_publication) == (False, True)
    assert result.observed == "the check itself failed to run"


def test_keys_are_few_and_values_stay_behind() -> None:
    frame = pd.DataFrame(
        [{"key": f"k{number:03d}", "name": f"{SECRET}{number}"} for number in range(50)]
    )
    none = gxe.ExpectColumnValuesToBeInSet(
        column="name", value_set=["jane"], severity="warning", meta=described("known", "")
    )
    (result,) = validate(suite(none), frame, "key")
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
    return {check.name: check for check in validate(feed_suite(CONTRACT), frame, "file")}


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
    ("changes", "name", "observed", "expected"),
    [
        ({"rows": 9}, "bound_rows", "9 (1 of 2 break it)", "from 10 to 100"),
        ({"rows": 101}, "bound_rows", "101 (1 of 2 break it)", "from 10 to 100"),
        ({"quarantined_share": 0.06}, "bound_quarantined_share", "0.06 (1 of 2 break it)",
         "at most 0.05"),
        ({"readable_share_at": 0.8}, "bound_readable_share_at", "0.8 (1 of 2 break it)",
         "at least 0.9"),
        ({"problem": "no_header"}, "no_file_set_aside", "1 of 2 break it", "values to be null"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_number_is_told_against_its_bound(
    changes: dict[str, Any], name: str, observed: str, expected: str
) -> None:
    result = feed_results(**changes)[name]
    assert (result.observed, result.expected) == (observed, expected)


@pytest.mark.parametrize(
    ("changes", "name"), [({"rows": 10}, "bound_rows"), ({"rows": 100}, "bound_rows")]
)
def test_the_limits_themselves_are_allowed(changes: dict[str, Any], name: str) -> None:
    assert feed_results(**changes)[name].passed
