"""Run the job in this process: what `scv run` and `scv demo` call."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.alerts import kind_of, tell
from dagster_project.assets.bronze import bronze_assets
from dagster_project.assets.layers import layer_assets
from dagster_project.checks import audit_checks
from dagster_project.jobs import JOB_NAME, job
from dagster_project.partitions import FIRST_DAY
from dagster_project.resources import OBSERVER, Observer, PipelineResource

if TYPE_CHECKING:
    from pipelines.config import Config
    from pipelines.manifest import Publication
    from pipelines.run import Listener, StageResult
    from quality.report import CheckResult

START_TAG, END_TAG = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The listener tells the progress; Dagster's own lines would drown it."""


@dataclass(frozen=True)
class Outcome:
    """What became of a run: published, held, rejected, or nothing to do.

    `publication` is the row that the run wrote, or the live one where it had nothing to do.
    """

    state: str
    publication: Publication | None
    live: Publication | None
    untaken: int = 0
    """Files in the landing folder that no contract takes."""
    leaves_work: bool = False
    """Whether it was about a model, rule or decision, and left what else waits to the next run."""
    stages: tuple[StageResult, ...] = ()
    checks: tuple[CheckResult, ...] = ()

    @property
    def rejected(self) -> bool:
        return self.state == "rejected"

    @property
    def held(self) -> bool:
        """Whether the candidate waits for a person's approval."""
        return self.state == "held"


def execute_job(
    config: Config,
    days: tuple[date | None, date | None],
    listener: Listener,
    *,
    rebuild: bool = False,
) -> Outcome:
    """The job, in this process, on an instance that leaves nothing behind.

    Without work nothing is started: no JVM, no new table version. Another model or rule is
    published first, on unchanged input; then the job runs once more for what is waiting, but for a
    rebuild, which leaves it to the next run. Whatever else than a failed check stops a stage is
    raised as it is.
    """
    outcome = _execute_once(config, days, listener, rebuild=rebuild)
    while not rebuild and outcome.state == "published" and outcome.leaves_work:
        outcome = _execute_once(config, days, listener)
    return outcome


def _execute_once(
    config: Config,
    days: tuple[date | None, date | None],
    listener: Listener,
    *,
    rebuild: bool = False,
) -> Outcome:
    from pipelines.manifest import live, read_manifest, require_unpinned
    from pipelines.plan import Plan

    plan = Plan(config, first_day=days[0], last_day=days[1], rebuild=rebuild)
    _check(days)
    require_unpinned(plan.manifest)
    plan.require_input()
    tags = _tags(days, plan.first_waiting)
    if not plan.has_work:
        return Outcome("nothing to do", plan.base, plan.base, len(plan.untaken))
    leaves_work = plan.leaves_work
    steps: list[str] = []

    def heard(step: str, result: StageResult | None) -> None:
        steps.append(step)
        listener(step, result)

    observer = Observer(heard, config, rebuild)
    token = OBSERVER.set(observer)
    try:
        job_definition = _definitions(config).resolve_job_def(JOB_NAME)
        job_definition.execute_in_process(run_config=QUIET, tags=tags)
    except Exception as error:
        _alert(config, observer, steps, error)
        # A failed blocking check raises, too; the manifest says whether that was it.
        if not _own_row(observer):
            raise
    finally:
        OBSERVER.reset(token)
    run, row = observer.runs[-1], _own_row(observer)
    if row is None:
        raise RuntimeError("the run ended well but left no row in the manifest")
    return Outcome(
        state=row.state,
        publication=row,
        live=live(read_manifest(run.store)),
        untaken=len(plan.untaken),
        leaves_work=leaves_work,
        stages=tuple(run.results),
        checks=tuple(run.checks),
    )


def _alert(config: Config, observer: Observer, steps: list[str], error: Exception) -> None:
    """As the job's own hook does, which Dagster does not call where errors are raised."""
    message = {
        "run": observer.runs[-1].run_id if observer.runs else "",
        "job": JOB_NAME,
        "step": steps[-1].replace(" ", "_") if steps else "",
        "error": kind_of(error),
    }
    problem = tell(config.alerts, message)
    if problem:
        logging.getLogger(__name__).error("alert not sent: %s", problem)


def _own_row(observer: Observer) -> Publication | None:
    """The manifest row that this run wrote, if it came so far."""
    from pipelines.manifest import read_manifest

    for run in observer.runs:
        for row in read_manifest(run.store):
            if row.run_id == run.run_id:
                return row
    return None


def _definitions(config: Config) -> dg.Definitions:
    catalog = config.catalog()
    return dg.Definitions(
        assets=[bronze_assets(catalog), *layer_assets(catalog)],
        asset_checks=audit_checks(catalog),
        jobs=[job],
        resources={"pipeline": PipelineResource()},
    )


def _check(days: tuple[date | None, date | None]) -> None:
    """`ConfigurationError` for a range without partitions."""
    from pipelines.errors import ConfigurationError

    today = datetime.now(UTC).date()
    if days[0] and days[0] > today:
        raise ConfigurationError(f"--from {days[0]} lies in the future; today is {today} by UTC")
    if any(day < date.fromisoformat(FIRST_DAY) for day in days if day):
        raise ConfigurationError(
            f"a range of days can begin on {FIRST_DAY} at the earliest; without --from and --to a"
            " run takes all drops, however old"
        )


def _tags(days: tuple[date | None, date | None], first_waiting: date | None) -> dict[str, str]:
    """Range tags where days were asked for; none = everything unprocessed."""
    if days == (None, None):
        return {}
    today = datetime.now(UTC).date()
    # A partition for every day since the first one would take Dagster a minute to plan.
    first = days[0] or max(first_waiting or today, date.fromisoformat(FIRST_DAY))
    last = max(min(days[1] or today, today), first)
    return {START_TAG: first.isoformat(), END_TAG: last.isoformat()}
