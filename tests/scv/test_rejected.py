"""What the command line says of a candidate that was rejected, on tables made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from dagster_project.execution import Outcome
from pipelines.delta import TableStore
from pipelines.run import StageResult
from quality.report import CheckResult
from scv.commands.run import report, summary
from scv.main import app
from sources.reading import QUARANTINE
from tests.pipelines.publications import put

TABLE = "quarantine.crm_contacts"
COUNTS = ("delivered", "accepted", "quarantined", "redelivered")


def failed(name: str, severity: str = "critical") -> CheckResult:
    return CheckResult("golden.customers", name, severity, False, "2", "at most 0")  # type: ignore[arg-type]


def test_the_report_names_the_runbook_of_each_critical_check_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    checks = (
        failed("customer_id_form"), failed("known_state"), failed("held_share"),
        failed("email_fill_rate_drop", "warning"),
    )  # fmt: skip
    ingest = StageResult("ingest", 1.0, dict.fromkeys(COUNTS, 2))
    report(Outcome("rejected", None, None, stages=(ingest,), checks=checks))
    told = [line for line in capsys.readouterr().out.splitlines() if "docs/runbooks" in line]
    assert told == [
        "What to do: docs/runbooks/customer-forms.md",
        "What to do: docs/runbooks/held-share.md",
    ]


def test_the_json_names_the_runbook_where_a_check_stopped_the_publication() -> None:
    checks = (failed("held_share"), failed("email_fill_rate_drop", "warning"))
    told = summary(Outcome("rejected", None, None, checks=checks))["checks"]
    assert isinstance(told, list)
    assert [check["runbook"] for check in told] == ["docs/runbooks/held-share.md", None]


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A first run that was rejected: nothing is live."""
    store = TableStore(tmp_path)
    row = {"file": "crm/dt=2026-01-05/contacts.csv", "reason": "bad_quoting", "lines": 2}
    version = store.write_arrow(pa.Table.from_pylist([row], QUARANTINE), TABLE, "append")
    put(store, "rejected", tables={TABLE: version})
    return tmp_path


def test_a_rejected_candidate_can_be_read_by_its_name(warehouse: Path) -> None:
    words = ["--publication", "p000001", "--json", "--warehouse", str(warehouse)]
    result = CliRunner().invoke(app, ["quarantine", "list", *words])
    (shown,) = json.loads(result.stdout)
    assert (shown["reason"], shown["rows"], shown["lines"]) == ("bad_quoting", 1, 2)
    result = CliRunner().invoke(app, ["sql", f"select reason from {TABLE}", *words])
    assert json.loads(result.stdout) == [{"reason": "bad_quoting"}]


def test_without_its_name_there_is_nothing_to_read(warehouse: Path) -> None:
    result = CliRunner().invoke(app, ["quarantine", "list", "--warehouse", str(warehouse)])
    assert result.exit_code == 4
    assert "no publication yet" in result.stderr
