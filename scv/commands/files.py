"""What `scv sources withdraw` and `scv quarantine replay` share: decide, then run the job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scv.console import console

if TYPE_CHECKING:
    from pipelines.config import Config

Later = Annotated[bool, typer.Option("--later", help="Leave it to the next run.")]


def read_account(
    config: Path | None, warehouse: Path | None, landing: Path | None
) -> tuple[Config, list[dict[str, Any]]]:
    """The configuration, and the files that the live publication holds."""
    from pipelines.config import load_config
    from pipelines.snapshot import Snapshot

    settings = load_config(config, warehouse=warehouse, landing=landing)
    return settings, Snapshot(settings.warehouse).arrow("ops.files").to_pylist()


def decide_and_run(
    settings: Config,
    account: list[dict[str, Any]],
    files: list[str],
    decision: tuple[str, str],
    *,
    later: bool,
) -> None:
    """Put the decision (action and reason) on record, and resolve anew unless that is to wait."""
    from pipelines.delta import TableStore
    from pipelines.file_decisions import decide
    from scv.commands.run import execute, leave, report
    from scv.progress import Progress

    count = decide(TableStore(settings.warehouse), account, files, *decision)
    console.print(f"{decision[0]}: {count} files on record in ops.file_decisions")
    if later:
        console.print("The next run carries it out.")
        return
    outcome = execute(settings, (None, None), Progress(quiet=False))
    report(outcome)
    leave(outcome)
