"""Tables for the asset pages."""

from __future__ import annotations

from typing import Any

from dagster_project.markdown import MOST_ROWS, file_table, stage_table, table
from pipelines.run import StageResult


def file(name: str, **values: Any) -> dict[str, Any]:
    plain = dict.fromkeys(("delivered", "accepted", "quarantined", "redelivered"), 0)
    return plain | {"file": name, "problem": None, "new_columns": []} | values


def test_cells() -> None:
    text = table(("a", "b"), [(12345, None), ("x|y", ["p", "q"])])
    assert text.splitlines() == ["| a | b |", "| --- | --- |", "| 12,345 |  |", "| x\\|y | p, q |"]


def test_the_longest_stage_has_the_longest_bar() -> None:
    text = stage_table([StageResult("one", 2.0, {"t": 3}), StageResult("two", 8.0, {"t": 0})])
    first, second = text.splitlines()[2:]
    assert "t 3" in first
    assert first.count("█") * 4 == second.count("█") > 0
    assert stage_table([]).count("\n") == 1


def test_a_stage_says_why_it_took_an_engine() -> None:
    text = stage_table([StageResult("resolve", 1.0, {}, note="on spark: scv.yml says so")])
    assert text.splitlines()[2].endswith("|  | on spark: scv.yml says so |")


def test_files_with_something_to_look_at_come_first_and_the_rest_is_counted() -> None:
    account = [file(f"plain{number}") for number in range(MOST_ROWS)]
    account.append(file("bad", quarantined=2))
    lines = file_table(account).splitlines()
    assert lines[2].startswith("| bad |")
    assert lines[-1] == "… and 1 more in ops.files"
