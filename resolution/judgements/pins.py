"""Golden values that a steward has pinned."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from resolution.errors import JudgementError
from resolution.golden.survivorship import read_rules
from resolution.judgements.judgement import PINNED, Judgement


@dataclass(frozen=True)
class Pin:
    """The golden value of whichever customer has this record. Where records of one customer are
    pinned to different values, the latest `moment` is the newest word.
    """

    record_id: str
    attribute: str
    value: str
    judgement_id: str
    decided_at: datetime

    @property
    def moment(self) -> tuple[datetime, str]:
        return self.decided_at, self.judgement_id


def pins(judgements: Iterable[Judgement]) -> list[Pin]:
    """The latest pin of each record and attribute, in their order; `judgements` are live ones."""
    latest: dict[tuple[str, str], Pin] = {}
    for row in sorted(judgements, key=lambda one: one.moment):
        if row.verdict == PINNED and row.attribute is not None and row.value is not None:
            record = row.records[0]
            latest[record, row.attribute] = Pin(
                record, row.attribute, row.value, row.judgement_id, row.decided_at
            )
    return [latest[key] for key in sorted(latest)]


def check_pin(row: Judgement) -> None:
    """Raise `JudgementError` for an attribute that can't be pinned, or a group that is no JSON.

    Not part of a judgement itself: a ledger outlives the attributes of a release. Consents are
    no attributes of survivorship, so nobody can pin a yes over a customer's no.
    """
    rules = read_rules()
    if row.attribute not in rules:
        raise JudgementError(
            f"is none of {', '.join(rules)}; write one of them",
            column="attribute",
            judgement_id=row.judgement_id,
        )
    parts = rules[row.attribute].parts
    if parts and not _is_group(row.value or "", parts):
        raise JudgementError(
            f"of '{row.attribute}' is a JSON object of text with some of {', '.join(parts)};"
            " write it as golden.attributes does",
            column="value",
            judgement_id=row.judgement_id,
        )


def _is_group(text: str, parts: tuple[str, ...]) -> bool:
    try:
        group = json.loads(text)
    except ValueError:
        return False
    return (
        isinstance(group, dict)
        and bool(group)
        and set(group) <= set(parts)
        and all(isinstance(value, str) and value for value in group.values())
    )
