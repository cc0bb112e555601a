"""The nightly run: whatever has arrived and is not processed."""

from __future__ import annotations

import dagster as dg

from dagster_project.jobs import job
from pipelines.config import ScheduleSection


def nightly(schedule: ScheduleSection) -> dg.ScheduleDefinition:
    """Off until somebody turns it on, at the hour that `scv.yml` says."""
    return dg.ScheduleDefinition(
        name="nightly",
        job=job,
        cron_schedule=schedule.cron,
        execution_timezone=schedule.time_zone,
        description="Takes all unprocessed drops, late ones too.",
    )
