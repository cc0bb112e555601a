"""A second run where the first one published another model or rule and left the files waiting."""

# Dagster reads annotations at run time, so they are not postponed here.

import dagster as dg

from dagster_project.jobs import job


@dg.run_status_sensor(
    name="files_after_upgrade",
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[job],
    request_job=job,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Another model, rule or release is published on unchanged input first; this starts"
    " the run that takes in what waited.",
)
def files_after_upgrade(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
    """On from the start, unlike schedules: without it files would wait a night longer."""
    from pipelines.config import load_config
    from pipelines.manifest import live, read_manifest
    from pipelines.run import Run

    run = Run(load_config())
    row = live(read_manifest(run.store))
    if row is None or row.run_id != context.dagster_run.run_id or row.inputs:
        return dg.SkipReason("The run took in what there was.")
    if not run.waiting and not run.pending:
        return dg.SkipReason("Nothing waits.")
    return dg.RunRequest(run_key=row.publication)
