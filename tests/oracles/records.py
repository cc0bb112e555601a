"""What a record is, in plain Python: small, slow, and independent of the assembly on Spark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.sources.delivered import Delivered

NAME = ("given", "family")
ADDRESS = ("street", "town")


def at(row: Delivered) -> datetime:
    """When the row speaks of: its own time, else the beginning of its batch day."""
    text = row.values.get("changed")
    return datetime.fromisoformat(text) if text else datetime(2026, 1, row.day)  # noqa: DTZ001


def _filled(row: Delivered, columns: Sequence[str]) -> bool:
    return any(row.values.get(column) is not None for column in columns)


def _seen(rows: list[Delivered], column: str) -> list[tuple[Any, ...]]:
    """value, first seen, last seen, file and line of its latest row; the latest value first."""
    by_value: dict[str, list[tuple[datetime, str, int]]] = defaultdict(list)
    for row in rows:
        value = row.values.get(column)
        if value is not None:
            by_value[value].append((at(row), row.file, row.line))
    found = [(value, min(places)[0], *max(places)) for value, places in by_value.items()]
    return sorted(found, key=lambda one: (one[2], one[0]), reverse=True)


def expected(rows: Sequence[Delivered], *, accumulate: bool, snapshot: bool) -> dict[str, Any]:
    """Record by key, as a dictionary of what the tests compare."""
    by_key: dict[str, list[Delivered]] = defaultdict(list)
    for row in rows:
        by_key[str(row.values["member"])].append(row)
    newest = max(row.day for row in rows)
    made = {}
    for key, mine in by_key.items():
        order = sorted(mine, key=lambda row: (at(row), row.day, row.hash, row.file, row.line))
        latest = order[-1]

        def pick(columns: Sequence[str], rows: list[Delivered] = order) -> list[str | None]:
            chosen = rows[-1:]
            if accumulate:
                chosen = [row for row in rows if _filled(row, columns)][-1:]
            return [chosen[0].values.get(column) if chosen else None for column in columns]

        answers = [row for row in order if row.values.get("agreed") in ("Y", "N")]
        gone = latest.values.get("gone") == "Y" and not accumulate
        made[key] = {
            "name": pick(NAME),
            "address": pick(ADDRESS),
            "language": pick(["language"])[0],
            "emails": _seen(mine, "email"),
            "phones": _seen(mine, "phone"),
            "consents": [
                ("marketing", row.values["agreed"] == "Y", at(row)) for row in answers[-1:]
            ],
            "deleted": gone or (snapshot and max(row.day for row in mine) < newest),
            "seen": (at(order[0]), at(latest)),
        }
    return made
