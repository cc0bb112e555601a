"""What the asset pages show of a stage."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dagster_project.assets.layers import _materialise, layer_assets
from pipelines.run import StageResult
from resolution.schema import CLUSTERS, EDGES
from sources.catalog import load_catalog


def metadata(note: str) -> list[dict[str, Any]]:
    """What is shown of two tables that a stage made."""
    run: Any = SimpleNamespace(results=[], versions={EDGES.name: 3, CLUSTERS.name: 4})
    rows = {EDGES.name: 20, CLUSTERS.name: 30, "held": 1}

    def stage(run: Any) -> None:
        run.results.append(StageResult("resolve", 1.239, rows, note=note))

    shown = list(_materialise(run, stage, (EDGES, CLUSTERS)))
    return [dict(one.metadata or {}) for one in shown]


def test_a_table_shows_its_rows_and_the_stage_its_counts() -> None:
    first, second = metadata("")
    assert first == {"dagster/row_count": 20, "seconds": 1.24, "delta_version": 3, "held": 1}
    assert (second["dagster/row_count"], second["delta_version"]) == (30, 4)


def test_what_readers_see_may_not_grow_old_unseen() -> None:
    fresh = {
        ".".join(spec.key.path)
        for asset in layer_assets(load_catalog())
        for spec in asset.specs
        if spec.freshness_policy is not None
    }
    golden = {
        "golden.attributes", "golden.crosswalk", "golden.customers", "golden.crosswalk_history",
        "golden.identifier_resolution", "golden.identity_history",
    }  # fmt: skip
    assert fresh == golden | {"ops.publications"}


@pytest.mark.parametrize("table", [0, 1])
def test_each_table_shows_why_the_stage_took_an_engine(table: int) -> None:
    assert metadata("on spark: scv.yml says so")[table]["note"].text == "on spark: scv.yml says so"
