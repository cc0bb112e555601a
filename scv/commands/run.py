"""`scv run`: the same Dagster job as the schedule, in this process."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from quality.runbooks import runbook, runbooks
from scv.console import console, show_json, show_table
from scv.errors import Exit, sentences
from scv.interrupts import stopping_at_once
from scv.options import AsJson, ConfigFile, Landing, ModelFile, Warehouse
from scv.progress import LogFormat, log, progress, tell_new_key

if TYPE_CHECKING:
    from dagster_project.execution import Outcome
    from pipelines.config import Config
    from pipelines.run import Listener
    from quality.report import CheckResult


@sentences
def run(
    warehouse: Warehouse = None,
    landing: Landing = None,
    config: ConfigFile = None,
    model: ModelFile = None,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First batch day; default all."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Last batch day; default all."),
    ] = None,
    wait: Annotated[
        int | None,
        typer.Option(min=0, help="Seconds to wait for another run on the same warehouse."),
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option(help="Progress on stderr as plain lines or as lines of JSON.")
    ] = LogFormat.PLAIN,
    json: AsJson = False,
) -> None:
    """Take all unprocessed files (or those of some days) to a published golden table."""
    from pipelines.config import load_config

    settings = load_config(
        config, warehouse=warehouse, landing=landing, model=model, writer_wait=wait
    )
    if first and last and first > last:
        raise typer.BadParameter(f"--from {first.date()} lies after --to {last.date()}")
    days = (
        first.date() if first else None,
        last.date() if last else None,
    )
    outcome = execute(settings, days, progress(log_format, quiet=json))
    if log_format is LogFormat.JSON:
        log_outcome(outcome)
    if json:
        show_json(summary(outcome))
    else:
        report(outcome)
    leave(outcome)


def execute(
    settings: Config,
    days: tuple[date | None, date | None],
    listener: Listener,
    *,
    rebuild: bool = False,
) -> Outcome:
    """Refuse what cannot work with a sentence, then run the job."""
    from pipelines.errors import ConfigurationError

    if not settings.landing.is_dir():
        raise ConfigurationError(
            f"the landing folder {settings.landing} does not exist; name it with --landing or in"
            " scv.yml, or make sample feeds: scv generate DIR"
        )
    from scv.doctor import check_folder

    finding = check_folder("warehouse", settings.warehouse)
    if not finding.ok:
        raise ConfigurationError(f"{finding.detail} {finding.remedy}")
    from dagster_project.execution import execute_job

    had_key = settings.secret_path.exists()

    def tell_of_key() -> None:
        if not had_key and settings.secret_path.exists():
            tell_new_key(listener, settings.secret_path)

    try:
        with stopping_at_once(tell_of_key):
            return execute_job(settings, days, listener, rebuild=rebuild)
    finally:
        # Also after a failure: the next run would find the key and say nothing.
        tell_of_key()


def leave(outcome: Outcome) -> None:
    """End with the exit code of a run whose candidate did not go live."""
    if outcome.rejected:
        raise typer.Exit(Exit.REJECTED)
    if outcome.held:
        raise typer.Exit(Exit.HELD)


def log_outcome(outcome: Outcome) -> None:
    """The last line of a JSON log: how the run ended."""
    row = outcome.publication
    log(
        "run",
        run=row.run_id if row else None,
        state=outcome.state,
        publication=row.publication if row else None,
        files=len(row.inputs) if row else 0,
        untaken_files=outcome.untaken,
        failed_checks=list(row.failed_checks) if row else [],
    )


def summary(outcome: Outcome) -> dict[str, object]:
    """The outcome as plain values."""
    return {
        "state": outcome.state,
        "publication": asdict(outcome.publication) if outcome.publication else None,
        "untaken_files": outcome.untaken,
        "stages": [asdict(stage) for stage in outcome.stages],
        "checks": [_told(check) for check in outcome.checks],
    }


def _told(check: CheckResult) -> dict[str, object]:
    """A check with the page that helps, where it stopped the publication."""
    return asdict(check) | {"runbook": runbook(check.name) if _stopped(check) else None}


def _stopped(check: CheckResult) -> bool:
    return check.stops_publication or check.holds_publication


def report(outcome: Outcome) -> None:
    """What a person wants to know after a run."""
    row = outcome.publication
    if outcome.untaken:
        console.print(
            f"{outcome.untaken:,} files in the landing folder are taken by no contract;"
            " which: scv sources check"
        )
    if outcome.state == "nothing to do" and row is not None:
        console.print(f"Nothing new. {row.publication} stays live.")
        return
    counts = {name: count for stage in outcome.stages for name, count in stage.rows.items()}
    lines = [
        (name, counts[name]) for name in ("delivered", "accepted", "quarantined", "redelivered")
    ]
    show_table("Delivered lines", ["", "lines"], [line for line in lines if line[0] in counts])
    failed = [check for check in outcome.checks if not check.passed]
    if failed:
        show_table(
            "Checks that failed",
            ["severity", "table", "check", "observed", "expected", "keys"],
            [
                (c.severity, c.table, c.name, c.observed, c.expected, " ".join(c.failing_keys[:3]))
                for c in failed
            ],
        )
    for page in runbooks([check.name for check in failed if _stopped(check)]):
        console.print(f"What to do: {page}")
    console.print(f"{len(outcome.checks)} checks, {len(failed)} failed.")
    console.print(_verdict(outcome, counts))


def _verdict(outcome: Outcome, counts: dict[str, int]) -> str:
    """Whether it was published, in a sentence."""
    row = outcome.publication
    live = outcome.live
    if outcome.rejected or row is None:
        stays = f"{live.publication} stays live" if live else "nothing was published before"
        return (
            f"NOT PUBLISHED: a critical check failed. {stays};"
            " the candidate is on record (scv publications list)."
        )
    if outcome.held and live is not None:
        return (
            f"NOT PUBLISHED: too many ids would change, so {row.publication} is held, and"
            f" {live.publication} stays live. What would change: scv diff {live.publication}"
            f" {row.publication}. Publish it with 'scv publications approve {row.publication}"
            " --reason WHY', or go back to the model, rules or release of before."
        )
    return (
        f"Published {row.publication}: {counts.get('golden.customers', 0):,} customers from"
        f" {counts.get('golden.crosswalk', 0):,} records, model {row.model_version}."
    )
