"""The code location: everything that Dagster shall know, put together."""

from __future__ import annotations

import dagster as dg

from dagster_project.assets.bronze import bronze_assets
from dagster_project.assets.layers import layer_assets
from dagster_project.checks import audit_checks
from dagster_project.follow_up import what_was_left
from dagster_project.jobs import job
from dagster_project.resources import PipelineResource
from dagster_project.schedules import nightly
from dagster_project.sensors import new_drops
from pipelines.config import load_config


@dg.definitions
def definitions() -> dg.Definitions:
    """Read contracts and `scv.yml`; the graph follows the contracts."""
    config = load_config()
    catalog = config.catalog()
    return dg.Definitions(
        assets=[bronze_assets(catalog), *layer_assets(catalog)],
        asset_checks=audit_checks(catalog),
        jobs=[job],
        schedules=[nightly(config.schedule)],
        sensors=[new_drops, what_was_left],
        resources={"pipeline": PipelineResource()},
        # Assets that are launched from the page belong to no job of ours. Steps in processes of
        # their own would each start from the last publication: their checks passed on nothing.
        executor=dg.in_process_executor,
    )
