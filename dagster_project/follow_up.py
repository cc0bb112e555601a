"""A second run where the first one published a model, rule or decision and left files waiting."""

# Dagster reads annotations at run time, so they are not postponed here.

import dagster as dg

from dagster_project.jobs import job


@dg.run_status_sensor(
    name="what_was_left",
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[job],
    request_job=job,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Another model, rule or release and decisions of stewards are published first, on"
    " unchanged input; this starts the run that takes in what waited.",
)
def what_was_left(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
    """On from the start, unlike schedules: without it files would wait a night longer."""
    from pipelines.config import load_config
    from pipelines.manifest import live, read_manifest
    from pipelines.plan import Plan

    plan = Plan(load_config())
    row = live(read_manifest(plan.store))
    if row is None or row.run_id != context.dagster_run.run_id or row.inputs:
        return dg.SkipReason("The run took in what there was.")
    if not plan.has_work:
        return dg.SkipReason("Nothing waits.")
    return dg.RunRequest(run_key=row.publication)
