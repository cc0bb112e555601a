"""Who hears of a run that failed: the log always, a command and a webhook where configured."""

# Dagster reads annotations at run time, so they are not postponed here.

import json
import subprocess
import urllib.request
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.errors import HeldError, PinnedError

if TYPE_CHECKING:
    from pipelines.config import AlertsSection

SECONDS = 20


@dg.failure_hook(name="alert", required_resource_keys={"pipeline"})
def alert(context: dg.HookContext) -> None:
    """Tell which step of which run failed and with what kind of error.

    The error's own text stays in the run's log: a library may have put a row into it.
    """
    message = {
        "run": context.run_id,
        "job": context.job_name,
        "step": context.op.name,
        "error": kind_of(context.op_exception),
    }
    context.log.error("run failed: %s", json.dumps(message))
    problem = tell(context.resources.pipeline.config().alerts, message)
    if problem:
        context.log.error("alert not sent: %s", problem)


def kind_of(error: BaseException | None) -> str:
    """The error's type in the words of an alert."""
    # Dagster keeps this class to itself.
    if error is None or type(error).__name__ == "DagsterAssetCheckFailedError":
        return "a check that blocks failed"
    if isinstance(error, HeldError):
        return "a candidate waits for approval"
    if isinstance(error, PinnedError):
        return "a restored publication is pinned"
    return type(error).__name__


def tell(section: "AlertsSection", message: dict[str, str]) -> str | None:
    """Send the message to whom the configuration names; the kind of error where that fails, since
    an alert that can't be sent must not hide what it was about.
    """
    try:
        if section.command:
            run_command(section.command, message)
        if section.webhook:
            post(section.webhook, message)
    except (OSError, subprocess.SubprocessError) as failed:
        return type(failed).__name__
    return None


def run_command(command: tuple[str, ...], message: dict[str, str]) -> None:
    """Run the command with the message as JSON on its standard input."""
    subprocess.run(command, input=json.dumps(message), text=True, check=True, timeout=SECONDS)


def post(url: str, message: dict[str, str]) -> None:
    """POST the message as JSON."""
    request = urllib.request.Request(  # noqa: S310  (the configuration takes http and https)
        url, json.dumps(message).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
        pass
