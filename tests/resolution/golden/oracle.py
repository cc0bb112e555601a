"""Survivorship in plain Python, one candidate at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resolution.golden.survivorship import Rule

Value = str | tuple[str | None, ...]
"""A value, or a unit's parts in the order of the rule."""


@dataclass(frozen=True)
class Candidate:
    value: Value
    record_id: str
    trust: int
    observed_at: datetime
    source: str = "crm"
    file: str = "f"
    line: int = 1


def parts_of(value: Value) -> tuple[str | None, ...]:
    return value if isinstance(value, tuple) else (value,)


def winner(candidates: list[Candidate], rule: Rule) -> tuple[Candidate, int] | None:
    """The surviving candidate and how many other distinct values lost."""
    if not candidates:
        return None

    def rank(candidate: Candidate) -> tuple[Any, ...]:
        keys: list[Any] = []
        for criterion in rule.prefer:
            if criterion == "trust":
                keys.append(-candidate.trust)
            elif criterion == "recency":
                keys.append(-candidate.observed_at.timestamp())
            elif criterion == "frequency":
                keys.append(-sum(other.value == candidate.value for other in candidates))
            elif criterion == "strictness":
                keys.append(parts_of(candidate.value)[0] == "true")
            else:
                filled = [part for part in parts_of(candidate.value) if part is not None]
                keys += [-len(filled), -len("".join(filled))]
        text = tuple((part is not None, part or "") for part in parts_of(candidate.value))
        return (*keys, candidate.record_id, text)

    distinct = {candidate.value for candidate in candidates}
    return min(candidates, key=rank), len(distinct) - 1
