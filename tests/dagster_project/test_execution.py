"""A run of the command line tells of its failure as one of Dagster's own does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from dagster_project import execution
from dagster_project.jobs import JOB_NAME
from pipelines.config import AlertsSection, Config
from pipelines.run import StageResult
from tests.pipelines.runs import configure
from tests.sources.landing import CLUB, deliver


@dg.op
def breaks() -> None:
    raise RuntimeError("Ann Example, ann@post.org")


@dg.job(name=JOB_NAME, executor_def=dg.in_process_executor)
def breaking() -> None:
    breaks()


def silent(_: str, __: StageResult | None) -> None:
    return


@pytest.fixture
def config(tmp_path: Path) -> Config:
    made = configure(tmp_path, CLUB)
    deliver(made.landing, "club/dt=2026-01-05/members.csv", "member,name,email,changed,Free note\n")
    return made


def alerting(config: Config, *command: str) -> Config:
    return config.model_copy(update={"alerts": AlertsSection(command=command)})


def failing(job: dg.JobDefinition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "_definitions", lambda _: dg.Definitions(jobs=[job]))


def test_the_command_hears_of_a_run_that_fails(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(breaking, monkeypatch)
    heard = tmp_path / "heard.json"
    code = f"import sys; open({str(heard)!r}, 'w').write(sys.stdin.read())"
    with pytest.raises(RuntimeError, match="Ann"):
        execution.execute_job(alerting(config, sys.executable, "-c", code), (None, None), silent)
    message = json.loads(heard.read_text(encoding="utf-8"))
    assert (message["job"], message["error"]) == (JOB_NAME, "RuntimeError")
    assert "Ann" not in heard.read_text(encoding="utf-8")


def test_an_alert_that_can_not_be_sent_leaves_the_error_as_it_is(
    config: Config, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing(breaking, monkeypatch)
    with pytest.raises(RuntimeError, match="Ann"):
        execution.execute_job(alerting(config, "/none/such"), (None, None), silent)
    assert "alert not sent: FileNotFoundError" in caplog.text


def test_a_check_that_blocks_goes_by_its_own_words(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dg.asset
    def table() -> None:
        return

    @dg.multi_asset_check(specs=[dg.AssetCheckSpec("holds", asset="table", blocking=True)])
    def audit() -> Iterator[dg.AssetCheckResult]:
        yield dg.AssetCheckResult(asset_key="table", check_name="holds", passed=False)

    checked = dg.Definitions(
        assets=[table],
        asset_checks=[audit],
        jobs=[dg.define_asset_job(JOB_NAME, dg.AssetSelection.all())],
    )
    monkeypatch.setattr(execution, "_definitions", lambda _: checked)
    heard = tmp_path / "heard.json"
    code = f"import sys; open({str(heard)!r}, 'w').write(sys.stdin.read())"
    with pytest.raises(Exception, match="blocking asset check"):
        execution.execute_job(alerting(config, sys.executable, "-c", code), (None, None), silent)
    message = json.loads(heard.read_text(encoding="utf-8"))
    assert message["error"] == "a check that blocks failed"
