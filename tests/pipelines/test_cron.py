"""Cron expressions: what a scheduler takes passes, what it would refuse is named."""

from __future__ import annotations

import pytest

from pipelines.cron import check_cron


@pytest.mark.parametrize(
    "expression",
    ["0 2 * * *", "*/15 0-6 1,15 jan-mar MON-FRI", "0 0 * * 7", "5/10 * * * *", "@daily"],
)
def test_what_a_scheduler_takes(expression: str) -> None:
    check_cron(expression)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "has 0"),
        ("0 2 * *", "has 4"),
        ("60 2 * * *", "'60' is no minute"),
        ("0 24 * * *", "'24' is no hour"),
        ("0 2 0 * *", "'0' is no day of the month"),
        ("0 2 * 13 *", "'13' is no month"),
        ("0 2 * * mo", "'mo' is no day of the week"),
        ("0 5-2 * * *", "'5-2' is no hour"),
        ("*/0 * * * *", "'*/0' is no minute"),
        ("0 2, * * *", "'' is no hour"),
        ("@nightly", "has 1"),
    ],
)
def test_what_is_none_is_named(expression: str, says: str) -> None:
    with pytest.raises(ValueError, match=says.replace("*", r"\*")):
        check_cron(expression)
