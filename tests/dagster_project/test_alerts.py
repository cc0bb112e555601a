"""A failed step is told to a command and to a webhook, without the error's own text."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.alerts import alert, kind_of
from dagster_project.resources import PipelineResource
from pipelines.errors import HeldError, PinnedError


@dg.op
def breaks() -> None:
    raise RuntimeError("Ann Example, ann@post.org")


@dg.op
def works() -> None:
    return


@dg.job(hooks={alert}, executor_def=dg.in_process_executor)
def breaking() -> None:
    breaks()


@dg.job(hooks={alert}, executor_def=dg.in_process_executor)
def working() -> None:
    works()


def run(job: dg.JobDefinition, folder: Path, alerts: str) -> dg.ExecuteInProcessResult:
    config = folder / "scv.yml"
    config.write_text(f"alerts:\n{alerts}", encoding="utf-8")
    resource = PipelineResource(config_file=str(config))
    return job.execute_in_process(resources={"pipeline": resource}, raise_on_error=False)


def command(folder: Path) -> tuple[str, Path]:
    heard = folder / "heard.json"
    code = f"import sys; open({str(heard)!r}, 'w').write(sys.stdin.read())"
    return f"  command: {json.dumps([sys.executable, '-c', code])}\n", heard


def test_the_command_hears_of_a_failure_and_of_nothing_personal(tmp_path: Path) -> None:
    setting, heard = command(tmp_path)
    result = run(breaking, tmp_path, setting)
    assert not result.success
    text = heard.read_text(encoding="utf-8")
    assert json.loads(text) == {
        "run": result.run_id,
        "job": "breaking",
        "step": "breaks",
        "error": "RuntimeError",
    }
    assert "Ann" not in text


def test_a_check_that_blocks_is_heard_of(tmp_path: Path) -> None:
    @dg.asset
    def table() -> None:
        return

    @dg.multi_asset_check(specs=[dg.AssetCheckSpec("holds", asset="table", blocking=True)])
    def audit() -> Iterator[dg.AssetCheckResult]:
        yield dg.AssetCheckResult(asset_key="table", check_name="holds", passed=False)

    setting, heard = command(tmp_path)
    config = tmp_path / "scv.yml"
    config.write_text(f"alerts:\n{setting}", encoding="utf-8")
    definitions = dg.Definitions(
        assets=[table],
        asset_checks=[audit],
        jobs=[dg.define_asset_job("checked", dg.AssetSelection.all(), hooks={alert})],
        resources={"pipeline": PipelineResource(config_file=str(config))},
    )
    made = definitions.resolve_job_def("checked")
    assert not made.execute_in_process(raise_on_error=False).success
    assert json.loads(heard.read_text(encoding="utf-8"))["step"] == "audit"


def test_nobody_hears_of_a_run_that_works(tmp_path: Path) -> None:
    setting, heard = command(tmp_path)
    assert run(working, tmp_path, setting).success
    assert not heard.exists()


def test_the_webhook_gets_the_message(tmp_path: Path) -> None:
    heard: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        run(breaking, tmp_path, f"  webhook: http://127.0.0.1:{server.server_port}/hook\n")
    finally:
        server.shutdown()
        server.server_close()
    assert [message["step"] for message in heard] == ["breaks"]


def test_an_alert_that_can_not_be_sent_is_logged_and_hides_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    result = run(breaking, tmp_path, '  command: ["/none/such"]\n')
    assert not result.success
    said = capfd.readouterr().err
    assert "alert not sent: FileNotFoundError" in said
    assert '"step": "breaks"' in said


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (HeldError("p000005 is held"), "a candidate waits for approval"),
        (PinnedError("p000004 is pinned"), "a restored publication is pinned"),
        (RuntimeError("Ann"), "RuntimeError"),
        (None, "a check that blocks failed"),
    ],
)
def test_an_error_goes_by_words_that_are_ours(error: BaseException | None, told: str) -> None:
    assert kind_of(error) == told
