"""Decisions made by hand, and naive readings of them that share no code with ours."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any

from resolution.judgements.judgement import Judgement

START = datetime(2026, 11, 1, tzinfo=UTC)


def number_id(number: int) -> str:
    return str(uuid.UUID(int=number))


def judged(number: int, verdict: str, *records: str, **values: Any) -> Judgement:
    """Decision `number`, taken in hour `number` unless `hour` says otherwise."""
    hour, others = values.pop("hour", number), tuple(values.get("others", ()))
    few = len(records) + len(others) == 2
    kinds = {"pinned": "pin", "retracted": None}
    plain: dict[str, Any] = {
        "judgement_id": number_id(number),
        "kind": kinds.get(verdict, "pair" if few else "cluster"),
        "verdict": verdict,
        "reason": "seen on paper",
        "decided_by": "steward",
        "decided_at": START + timedelta(hours=hour),
        "records": records,
        "others": others,
    }
    if verdict == "different" and few and not others:
        plain |= {"records": records[:1], "others": records[1:]}
    return Judgement(**plain | {key: each for key, each in values.items() if key != "others"})


def retraction(number: int, of: int, **values: Any) -> Judgement:
    return judged(number, "retracted", retracts=number_id(of), **values)


def moved(number: int, record: str, target: str, *others: str) -> Judgement:
    return judged(number, "same", record, target, others=others, kind="move")


Pairs = dict[tuple[str, str], tuple[str, set[str]]]


def said_of_pairs(judgements: Iterable[Judgement]) -> Pairs:
    """The last verdict on every pair, each decision written out as all its pairs, and who says so
    without a break.
    """
    said: Pairs = {}
    for row in sorted(judgements, key=lambda one: (one.decided_at, one.judgement_id)):
        if row.verdict == "pinned":
            continue
        verdicts = []
        if row.kind == "move":
            verdicts = [(row.records, "same")]
            verdicts += [((row.records[0], other), "different") for other in row.others]
        elif row.others:
            verdicts = [(pair, "different") for pair in product(row.records, row.others)]
        else:
            verdicts = [(pair, row.verdict) for pair in combinations(row.records, 2)]
        for pair, verdict in verdicts:
            key = (min(pair), max(pair))
            before = said.get(key, ("", set()))
            by = before[1] if before[0] == verdict else set()
            said[key] = (verdict, by | {row.judgement_id})
    return said


def closure(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """For each record all that pairs lead to, by merging sets until nothing changes."""
    sets: list[set[str]] = []
    for pair in pairs:
        touched = [one for one in sets if one & set(pair)]
        sets = [one for one in sets if one not in touched] + [set(pair).union(*touched)]
    return {record: one for one in sets for record in one}
