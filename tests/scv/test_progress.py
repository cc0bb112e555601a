"""What a run tells on stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.run import StageResult
from scv.console import show_table
from scv.progress import LogFormat, progress, tell_new_key

RESULT = StageResult("ingest", 1.23456, {"bronze.crm_contacts": 7, "quarantined": 0}, "r1")


def test_json_lines_have_run_stage_seconds_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    listener = progress(LogFormat.JSON, quiet=True)
    listener("ingest", None)
    listener("ingest", RESULT)
    (line,) = capsys.readouterr().err.splitlines()
    document = json.loads(line)
    assert document.pop("time").startswith("20")
    assert document == {
        "event": "stage",
        "run": "r1",
        "stage": "ingest",
        "seconds": 1.235,
        "rows": {"bronze.crm_contacts": 7, "quarantined": 0},
        "note": "",
    }


def test_plain_lines_leave_out_what_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    listener = progress(LogFormat.PLAIN, quiet=False)
    listener("ingest", None)
    listener("ingest", RESULT)
    said = capsys.readouterr().err
    assert "ingest" in said
    assert "bronze.crm_contacts 7" in " ".join(said.split())
    assert "quarantined" not in said


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    progress(LogFormat.PLAIN, quiet=True)("ingest", RESULT)
    assert capsys.readouterr().err == ""


def test_a_plain_line_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {f"bronze.table_{number}": 1 for number in range(20)}
    progress(LogFormat.PLAIN, quiet=False)("ingest", StageResult("ingest", 1.0, rows))
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_row_of_a_table_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_table("", ["said"], [["word " * 100]])
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_new_key_is_told_in_the_form_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    for log_format in LogFormat:
        tell_new_key(progress(log_format, quiet=True), Path("warehouse.key"))
    plain, line = capsys.readouterr().err.splitlines()
    assert "warehouse.key" in plain
    assert "back it up" in plain
    assert json.loads(line)["file"] == "warehouse.key"
