"""A run goes on from bronze, or not at all."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from dagster_project.resources import OBSERVER, Observer, PipelineResource
from pipelines.config import Config


def test_a_launch_without_bronze_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    resource = PipelineResource(
        warehouse=str(tmp_path / "warehouse"), landing=str(tmp_path / "landing")
    )
    resource.setup_for_execution(dg.build_init_resource_context())
    with pytest.raises(dg.Failure, match="scv run --from --to"):
        _ = resource.candidate
    assert not (tmp_path / "warehouse" / "ops").exists()


def test_a_run_of_the_command_line_has_the_configuration_that_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scv.yml").write_text("warehouse: other\n", encoding="utf-8")
    given = Config(warehouse=tmp_path / "warehouse")
    token = OBSERVER.set(Observer(lambda *_: None, given))
    try:
        assert PipelineResource().config() == given
    finally:
        OBSERVER.reset(token)
    assert PipelineResource().config().warehouse == tmp_path / "other"
