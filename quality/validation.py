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

from quality.report import CheckResult, Severity, plain_number

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
        results.append(_check(suite.name, outcome, keys, frame))
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


def _check(table: str, outcome: Any, keys: tuple[str, ...], frame: Any) -> CheckResult:
    configuration = outcome.expectation_config
    meta = configuration.meta or {}
    raised = [
        str(error.get("exception_message", "")) for error in _exceptions(outcome.exception_info)
    ]
    observed = _observed(outcome, frame) if not raised else "the check itself failed to run"
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


def _observed(outcome: Any, frame: Any) -> str:
    """Numbers only: the one that was asked for, or how many rows break it and the worst of them."""
    observed, rows, broken = (
        outcome.result.get(name) for name in ("observed_value", "element_count", "unexpected_count")
    )
    if isinstance(observed, int | float):
        return plain_number(observed)
    if not isinstance(rows, int | float) or not isinstance(broken, int | float):
        return "no rows"
    told = f"{plain_number(broken)} of {plain_number(rows)} break it"
    low, high = _limits(outcome.expectation_config)
    if not broken or (low is None and high is None):
        return told
    # Only accounts and measures come with limits, and they hold nothing of a person.
    numbers = frame[outcome.expectation_config.kwargs["column"]]
    worst = numbers.min() if low is not None and numbers.min() < low else numbers.max()
    return f"{plain_number(worst)} ({told})"


def _expected(configuration: Any) -> str:
    """The limits, or in words what is asked of every row."""
    low, high = _limits(configuration)
    if low is not None and high is not None:
        return f"from {plain_number(low)} to {plain_number(high)}"
    if low is not None:
        return f"at least {plain_number(low)}"
    if high is not None:
        return f"at most {plain_number(high)}"
    return str(configuration.type).removeprefix("expect_column_").replace("_", " ")


def _limits(configuration: Any) -> tuple[float | None, float | None]:
    return configuration.kwargs.get("min_value"), configuration.kwargs.get("max_value")
