"""The one job, on one road for schedule, page and command line."""

from __future__ import annotations

import dagster as dg

from dagster_project.alerts import alert

JOB_NAME = "single_customer_view"

job = dg.define_asset_job(
    JOB_NAME,
    selection=dg.AssetSelection.all(),
    # Every step of another executor would start its own JVM, 10 s and more each.
    executor_def=dg.in_process_executor,
    hooks={alert},
    description="All feeds to a validated, published golden customer table.",
)
