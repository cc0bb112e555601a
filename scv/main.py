"""The command line `scv`."""

from __future__ import annotations

import os

# Nothing that we ship phones home; set before either library is imported.
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import typer

from scv.commands.demo import demo
from scv.commands.dev import dev
from scv.commands.docs import docs
from scv.commands.doctor import doctor
from scv.commands.evaluate import evaluate
from scv.commands.explain import explain
from scv.commands.export import export
from scv.commands.generate import generate
from scv.commands.init import init
from scv.commands.publications import publications
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
    init, demo, generate, run, train, evaluate, explain, sql, export, doctor, dev, docs,
):  # fmt: skip
    app.command()(command)
app.add_typer(publications, name="publications")
app.add_typer(sources, name="sources")
