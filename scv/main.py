"""The command line `scv`."""

from __future__ import annotations

import atexit
import os
import sys
import traceback
from typing import NoReturn

# Nothing that we ship phones home; set before either library is imported.
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import typer

from scv.commands.backup import backup, restore_backup
from scv.commands.compare import compare
from scv.commands.demo import demo
from scv.commands.dev import dev
from scv.commands.diff import diff
from scv.commands.docs import docs
from scv.commands.doctor import doctor
from scv.commands.evaluate import evaluate
from scv.commands.explain import explain
from scv.commands.export import export
from scv.commands.generate import generate
from scv.commands.init import init
from scv.commands.judgements import judgements
from scv.commands.link import link
from scv.commands.maintain import maintain
from scv.commands.migrate import migrate
from scv.commands.publications import publications
from scv.commands.quarantine import quarantine
from scv.commands.rebuild import rebuild
from scv.commands.resolve import resolve
from scv.commands.run import run
from scv.commands.sources import sources
from scv.commands.sql import sql
from scv.commands.train import train

app = typer.Typer(
    name="scv",
    help="The single customer view: feeds in, one validated golden customer table out.",
    no_args_is_help=True,
    add_completion=False,
    # Its tracebacks follow a cycle of chained exceptions for ever; Python's own do not.
    pretty_exceptions_enable=False,
)
for command in (
    init, demo, generate, run, rebuild, train, evaluate, compare, explain, resolve, diff, sql, link,
    export, maintain, migrate, backup, doctor, dev, docs,
):  # fmt: skip
    app.command()(command)
app.command("restore-backup")(restore_backup)
app.add_typer(publications, name="publications")
app.add_typer(sources, name="sources")
app.add_typer(quarantine, name="quarantine")
app.add_typer(judgements, name="judgements")


def main() -> NoReturn:
    """Run a command and leave with its exit code, past the interpreter's own tear-down.

    Native threads of the libraries (seen with DuckDB and delta-rs) now and then abort there
    ("terminate called without an active exception"), and a script would see 134 instead of 0.
    """
    code = 1
    try:
        app()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # noqa: BLE001  (the traceback is shown, the process ends right after)
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
