"""`scv doctor`: what has to be right on this machine, and which versions there are."""

from __future__ import annotations

import typer

from scv.console import console, show_table
from scv.errors import Exit, sentences
from scv.options import ConfigFile, Landing, Warehouse


@sentences
def doctor(warehouse: Warehouse = None, landing: Landing = None, config: ConfigFile = None) -> None:
    """Check Python, Java, jars, libraries, memory, disk and folders."""
    from pipelines.config import load_config
    from scv.doctor import run_checks, versions

    settings = load_config(config, warehouse=warehouse, landing=landing)
    findings = run_checks(settings.warehouse, settings.landing)
    show_table(
        "Checks",
        ["", "check", "found", "remedy"],
        [("ok" if f.ok else f.severity.upper(), f.name, f.detail, f.remedy) for f in findings],
    )
    show_table("Versions", ["library", "version"], versions().items())
    if any(not finding.ok and finding.severity == "error" for finding in findings):
        console.print("This machine is not ready; see the remedies above.")
        raise typer.Exit(Exit.INPUT)
