"""`scv sources`: the feeds and whether their contracts hold together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scv.commands.files import Later, decide_and_run, read_account
from scv.console import console, show_table
from scv.errors import sentences
from scv.options import ConfigFile, Landing, Warehouse

sources = typer.Typer(help="List feeds, check their contracts, take a delivered file out again.")


@sources.command("list")
@sentences
def list_sources(config: ConfigFile = None) -> None:
    """Every kind of file: where it lies, how it is delivered, what becomes of it."""
    from pipelines.config import load_config

    catalog = load_config(config).catalog()
    show_table(
        "",
        ["feed", "table", "location", "delivery", "records", "events"],
        [
            (
                source.feed,
                contract.table,
                contract.location,
                contract.delivery,
                ", ".join(f"{mapping.source} ({mapping.trust})" for mapping in contract.records),
                len(contract.events),
            )
            for source, contract in catalog.files
        ],
    )


@sources.command()
@sentences
def check(
    directories: Annotated[
        list[Path] | None, typer.Argument(help="Folders of <feed>/source.yml; default all.")
    ] = None,
    config: ConfigFile = None,
    landing: Landing = None,
) -> None:
    """Read the contracts, try their expressions, and list files that no contract takes."""
    from pipelines.config import load_config
    from pipelines.session import build_session
    from pipelines.strays import untaken_files
    from sources.catalog import load_catalog
    from sources.trial import try_contract

    settings = load_config(config, landing=landing)
    catalog = load_catalog(directories) if directories else settings.catalog()
    session = build_session("scv sources check", Path(settings.warehouse) / ".spark")
    for source, contract in catalog.files:
        try_contract(session, source, contract)
        console.print(f"{source.feed}: {contract.table} holds together")
    if settings.landing.is_dir():
        for path in untaken_files(settings.landing, catalog):
            console.print(f"no contract takes {path.relative_to(settings.landing)}")


@sources.command()
@sentences
def withdraw(
    file: Annotated[str, typer.Argument(help="Path within the landing folder.")],
    reason: Annotated[str, typer.Option(help="Why; kept in ops.file_decisions.")],
    later: Later = False,
    warehouse: Warehouse = None,
    landing: Landing = None,
    config: ConfigFile = None,
) -> None:
    """Take a wrongly delivered file out again, and resolve anew without it."""
    from pipelines.file_decisions import WITHDRAW

    settings, account = read_account(config, warehouse, landing)
    decide_and_run(settings, account, [file], (WITHDRAW, reason), later=later)
