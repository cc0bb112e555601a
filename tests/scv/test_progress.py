"""What a run tells on stderr."""

from __future__ import annotations

import json

import pytest

from pipelines.run import StageResult
from scv.progress import LogFormat, progress

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
