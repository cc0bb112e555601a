"""A run goes on from bronze, or not at all."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from dagster_project.resources import PipelineResource


def test_a_launch_without_bronze_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    resource = PipelineResource(
        warehouse=str(tmp_path / "warehouse"), landing=str(tmp_path / "landing")
    )
    resource.setup_for_execution(dg.build_init_resource_context())
    with pytest.raises(dg.Failure, match="scv run --from --to"):
        _ = resource.candidate
    assert not (tmp_path / "warehouse" / "ops").exists()
