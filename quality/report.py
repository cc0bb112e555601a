"""The result of a check in plain values, for tables, Dagster and the terminal alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "holding", "warning"]
"""What a failure does: no publication; a candidate that a person may approve; a note."""


def plain_number(value: float) -> str:
    """A count whole, a share with four digits that say something."""
    return str(int(value)) if float(value).is_integer() else f"{value:.4g}"


@dataclass(frozen=True)
class CheckResult:
    """One check. `observed` and `expected` hold numbers and names, never values of persons;
    `failing_keys` are opaque ids of some of the rows that break it.
    """

    table: str
    name: str
    severity: Severity
    passed: bool
    observed: str
    expected: str
    failing: int = 0
    failing_keys: tuple[str, ...] = ()

    @property
    def stops_publication(self) -> bool:
        """Whether nothing of the candidate can go live."""
        return self.severity == "critical" and not self.passed

    @property
    def holds_publication(self) -> bool:
        """Whether the candidate goes live only when a person approves it."""
        return self.severity == "holding" and not self.passed
