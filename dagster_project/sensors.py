"""A run as soon as a drop is complete, beside or instead of the nightly one."""

# Dagster reads annotations at run time, so they are not postponed here.

import hashlib
import json
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.jobs import job

if TYPE_CHECKING:
    from pipelines.config import Config

SECONDS_BETWEEN_LOOKS = 60


@dg.sensor(
    name="new_drops",
    job=job,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    description="Starts a run when files have arrived, late ones too, and none changed since the"
    " look before.",
)
def new_drops(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Off until somebody turns it on. The cursor holds what the last look saw, and what the last
    request was for: a drop that is still arriving is not taken half.
    """
    from pipelines.config import load_config

    config = load_config()
    now = landing_state(config)
    cursor = json.loads(context.cursor) if context.cursor else {}
    if cursor.get("requested") == now:
        return dg.SkipReason("Nothing has arrived since the last request.")
    if cursor.get("seen") != now:
        context.update_cursor(json.dumps({**cursor, "seen": now}))
        return dg.SkipReason("Files have arrived or changed; the next look tells if all are there.")
    if _is_pinned(config):
        return dg.SkipReason("A restored publication is pinned: scv publications release.")
    waiting = _waiting(config)
    context.update_cursor(json.dumps({"seen": now, "requested": now}))
    if not waiting:
        return dg.SkipReason("All files in the landing folder are in the live publication.")
    # Without a partition a run takes all that is unprocessed, in the order of days.
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=now)], cursor=context.cursor)


def landing_state(config: "Config") -> str:
    """A hash of names, sizes and times of all files that a contract takes."""
    from sources.delivery import find_files

    digest = hashlib.sha256()
    if config.landing.is_dir():
        for _, path, _ in find_files(config.landing, config.catalog()):
            status = path.stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _is_pinned(config: "Config") -> bool:
    from pipelines.delta import TableStore
    from pipelines.manifest import pin, read_manifest

    return pin(read_manifest(TableStore(config.warehouse))) is not None


def _waiting(config: "Config") -> int:
    from pipelines.plan import Plan

    return len(Plan(config).waiting)
