"""What a failed check shows on the asset page: numbers, opaque keys, and where help is."""

from __future__ import annotations

import dagster as dg

from dagster_project.checks import _asset_check
from quality.report import CheckResult, Severity

HELD = "held_share"


def result(name: str, severity: Severity, *, passed: bool) -> CheckResult:
    return CheckResult("golden.crosswalk", name, severity, passed, "0.4", "at most 0.02")


def test_a_critical_failure_names_its_runbook() -> None:
    results = [
        result(HELD, "critical", passed=False),
        result("crosswalk_repeated_keys", "critical", passed=True),
        result("email_fill_rate_drop", "warning", passed=False),
    ]
    shown = _asset_check("golden.crosswalk", results)
    assert (shown.passed, shown.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert shown.metadata["runbooks"].value == "docs/runbooks/held-share.md"


def test_a_warning_names_none() -> None:
    shown = _asset_check("golden.crosswalk", [result(HELD, "warning", passed=False)])
    assert shown.severity == dg.AssetCheckSeverity.WARN
    assert "runbooks" not in shown.metadata
