"""Which decisions about files are still to be carried out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.delta import TableStore
from pipelines.errors import FileDecisionError
from pipelines.file_decisions import FileDecision, decide, pending, read_decisions
from pipelines.run import Run
from sources.delivery import Problem
from tests.pipelines.runs import configure
from tests.sources.landing import CLUB, deliver


def at(hour: int) -> datetime:
    return datetime(2026, 2, 1, hour, tzinfo=UTC)


def row(file: str, hour: int, problem: str | None = None, sha256: str = "s") -> dict[str, Any]:
    return {"file": file, "sha256": sha256, "problem": problem, "ingested_at": at(hour)}


def decision(file: str, action: str, hour: int, sha256: str = "s") -> FileDecision:
    return FileDecision(file, sha256, action, "because", "somebody", at(hour))


CASES: list[tuple[str, list[FileDecision], list[dict[str, Any]], dict[str, str]]] = [
    ("nothing decided", [], [row("a", 1)], {}),
    ("withdrawn", [decision("a", "withdraw", 2)], [row("a", 1)], {"a": "withdraw"}),
    ("done", [decision("a", "withdraw", 2)], [row("a", 3, "withdrawn")], {}),
    ("a restore undid it", [decision("a", "withdraw", 2)], [row("a", 1)], {"a": "withdraw"}),
    ("other bytes under the name", [decision("a", "withdraw", 2)], [row("a", 1, sha256="t")], {}),
    ("replay", [decision("a", "replay", 2)], [row("a", 1)], {"a": "replay"}),
    ("replayed", [decision("a", "replay", 2)], [row("a", 3)], {}),
    (
        "the last one counts",
        [decision("a", "withdraw", 2), decision("a", "replay", 4)],
        [row("a", 3, "withdrawn")],
        {"a": "replay"},
    ),
    (
        "withdrawn again after a replay",
        [decision("a", "replay", 2), decision("a", "withdraw", 4)],
        [row("a", 3)],
        {"a": "withdraw"},
    ),
]


@pytest.mark.parametrize(
    ("decisions", "account", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_pending(
    decisions: list[FileDecision], account: list[dict[str, Any]], expected: dict[str, str]
) -> None:
    assert {file: action for (file, _), action in pending(decisions, account).items()} == expected


def test_decisions_are_kept_with_who_and_why(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    account = [row("a", 1), row("a", 2, sha256="t"), row("b", 1)]
    assert decide(store, account, ["a"], "withdraw", "wrong shop") == 2
    kept = read_decisions(store)
    assert {(one.file, one.sha256, one.action, one.reason) for one in kept} == {
        ("a", "s", "withdraw", "wrong shop"),
        ("a", "t", "withdraw", "wrong shop"),
    }
    assert all(one.decided_by for one in kept)


def test_a_file_that_nobody_knows_is_refused_and_nothing_kept(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    with pytest.raises(FileDecisionError, match="no file 'c'"):
        decide(store, [row("a", 1)], ["a", "c"], "withdraw", "because")
    assert read_decisions(store) == []


def test_a_withdrawn_file_stays_out_where_no_account_holds_it(tmp_path: Path) -> None:
    config, name = configure(tmp_path, CLUB), "club/dt=2026-01-05/members.csv"
    deliver(config.landing, name, "member,changed\n")
    (came,) = Run(config).deliveries
    assert came.problem is None
    store = TableStore(config.warehouse)
    known = [row(name, 1, sha256=came.sha256), row("other", 1, sha256=came.sha256)]
    for action, problem in (("withdraw", Problem("withdrawn")), ("replay", None)):
        decide(store, known, [name], action, "because")
        assert [one.problem for one in Run(config).deliveries] == [problem]
