"""The demo is about its own feeds, whatever lies in the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.config import Config
from pipelines.lock import WriterLock
from scv.commands import demo, run
from scv.main import app


class CapturedError(Exception):
    """Carries what the demo would run."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "ensure_feeds", lambda: None)
    return tmp_path


def test_the_configuration_of_the_folder_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "scv.yml").write_text("shipped_sources: false\nwarehouse: mine\n", encoding="utf-8")

    def capture(settings: Config, *_: Any) -> None:
        raise CapturedError(settings)

    monkeypatch.setattr(run, "execute", capture)
    result = CliRunner().invoke(app, ["demo"])
    assert isinstance(result.exception, CapturedError)
    assert result.exception.args[0] == Config(
        warehouse=folder / demo.WAREHOUSE, landing=folder / demo.FEEDS / "landing"
    )


def test_a_warehouse_that_is_written_to_is_not_deleted(folder: Path) -> None:
    table = demo.WAREHOUSE / "golden"
    table.mkdir(parents=True)
    with WriterLock(demo.WAREHOUSE, "another"):
        result = CliRunner().invoke(app, ["demo"])
        assert result.exit_code == 5
        assert table.is_dir()
    demo.empty_warehouse()
    assert not table.exists()
