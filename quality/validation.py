"""Run a suite with Great Expectations and say the result in plain values.

One suite is one validation. Failing rows are named by opaque keys; values never leave the frame.
"""

from __future__ import annotations

import logging
import os
from typing import Any

# Nothing that we run phones home; the library reads this when it is first imported.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig

from quality.report import CheckResult, Severity

MOST_KEYS = 10

logging.getLogger("great_expectations").setLevel(logging.ERROR)


def validate(suite: gx.ExpectationSuite, frame: Any, key: str | None) -> list[CheckResult]:
    """Validate a small pandas frame (a row per file, or one row of measures).

    Numbers first; the keys of failing rows in a second pass, for failed expectations alone.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frame").add_dataframe_asset("frame")
    definition = asset.add_batch_definition_whole_dataframe("whole")
    batch = definition.get_batch({"dataframe": frame})
    validated = batch.validate(suite, result_format="BASIC")
    results = []
    for outcome in validated.results:
        keys: tuple[str, ...] = ()
        if not outcome.success and key is not None:
            keys = _failing_keys(batch, outcome.expectation_config, key)
        results.append(_check(suite.name, outcome, keys))
    return results


def _failing_keys(batch: Any, configuration: Any, key: str) -> tuple[str, ...]:
    outcome = batch.validate(
        configuration.to_domain_obj(),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [key],
            "exclude_unexpected_values": True,
        },
    )
    found = outcome.result.get("unexpected_index_list") or []
    keys = [str(value) for row in found for value in _as_list(row[key])]
    return tuple(sorted(keys)[:MOST_KEYS])


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _check(table: str, outcome: Any, keys: tuple[str, ...]) -> CheckResult:
    configuration = outcome.expectation_config
    meta = configuration.meta or {}
    raised = [
        str(error.get("exception_message", "")) for error in _exceptions(outcome.exception_info)
    ]
    observed = _observed(outcome.result) if not raised else "the check itself failed to run"
    severity: Severity = "warning" if str(configuration.severity.value) == "warning" else "critical"
    return CheckResult(
        table=table,
        name=str(meta.get("name", configuration.type)),
        severity=severity,
        passed=bool(outcome.success),
        observed=observed,
        expected=_expected(configuration),
        failing=int(outcome.result.get("unexpected_count") or 0),
        failing_keys=keys,
    )


def _exceptions(information: Any) -> list[dict[str, Any]]:
    """GX reports an error in the check as a failure with a note; the note has two forms."""
    if not information:
        return []
    if "raised_exception" in information:
        return [information] if information["raised_exception"] else []
    return [item for item in information.values() if item.get("raised_exception")]


def _observed(result: dict[str, Any]) -> str:
    """Counts only: partial lists of unexpected values stay behind."""
    parts = []
    for name in ("element_count", "unexpected_count", "unexpected_percent", "observed_value"):
        value = result.get(name)
        if isinstance(value, int | float):
            parts.append(f"{name} {value:g}")
    return ", ".join(parts) or "no rows"


def _expected(configuration: Any) -> str:
    """The expectation and its limits in one line."""
    limits = {
        name: value
        for name, value in configuration.kwargs.items()
        if name in ("min_value", "max_value", "mostly", "regex", "column", "value_set")
        and value is not None
    }
    said = ", ".join(f"{name}={value}" for name, value in sorted(limits.items()))
    return f"{configuration.type} ({said})" if said else str(configuration.type)
