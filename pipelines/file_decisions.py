"""Decisions about delivered files: take one out again, or take one in anew.

The decisions are an append-only record of their own, so that they survive a rejected candidate and
a restore. What is still to be done follows from them and from the account of the publication that
a run starts from.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from pipelines.delta import TableStore
from pipelines.errors import FileDecisionError
from pipelines.tables import FILE_DECISIONS

WITHDRAW, REPLAY = "withdraw", "replay"
WITHDRAWN = "withdrawn"

_ARROW = pa.schema(
    [
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("action", pa.string()),
        ("reason", pa.string()),
        ("decided_by", pa.string()),
        ("decided_at", pa.timestamp("us", tz="UTC")),
    ]
)

Account = list[dict[str, Any]]
"""Rows of `ops.files`."""


@dataclass(frozen=True)
class FileDecision:
    """What was decided about the bytes of one delivered file."""

    file: str
    sha256: str
    action: str
    reason: str
    decided_by: str
    decided_at: datetime


def decide(store: TableStore, account: Account, files: list[str], action: str, reason: str) -> int:
    """Put a decision on record for each of these files of a publication; how many there are.

    Raises `FileDecisionError` for a file that the account does not know; then nothing is kept.
    """
    known = {row["file"] for row in account}
    for file in files:
        if file not in known:
            raise FileDecisionError(
                f"the live publication holds no file '{file}'; its files:"
                ' scv sql "select file, delivered from ops.files". A file that only a rejected'
                " or an earlier publication holds: move it out of the landing folder"
            )
    now, who = datetime.now(UTC), getpass.getuser()
    rows = [
        {"file": row["file"], "sha256": row["sha256"], "action": action, "reason": reason}
        | {"decided_by": who, "decided_at": now}
        for row in account
        if row["file"] in set(files)
    ]
    store.write_arrow(pa.Table.from_pylist(rows, _ARROW), FILE_DECISIONS.name, "append")
    return len(rows)


def read_decisions(store: TableStore) -> list[FileDecision]:
    """All decisions, oldest first."""
    if not store.exists(FILE_DECISIONS.name):
        return []
    rows = store.read_arrow(FILE_DECISIONS.name).to_pylist()
    return sorted((FileDecision(**row) for row in rows), key=lambda one: one.decided_at)


def withdrawn(decisions: list[FileDecision]) -> set[tuple[str, str]]:
    """Files, with their hash, that stay out until somebody decides otherwise."""
    last = {(one.file, one.sha256): one.action for one in decisions}
    return {key for key, action in last.items() if action == WITHDRAW}


def pending(decisions: list[FileDecision], account: Account) -> dict[tuple[str, str], str]:
    """What is still to be done, by file and hash: the last decision counts, and one that the
    account already shows is done.
    """
    last = {(one.file, one.sha256): one for one in decisions}
    found = {}
    for row in account:
        decision = last.get((row["file"], row["sha256"]))
        if decision is None or decision.decided_at <= row["ingested_at"]:
            continue
        if decision.action == REPLAY or row["problem"] != WITHDRAWN:
            found[row["file"], row["sha256"]] = decision.action
    return found
