"""`scv diff`: what changed between two publications, for people and for systems downstream."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, Warehouse
from scv.outputs import check_differences_file, write_differences

if TYPE_CHECKING:
    from resolution.difference import Summary


@sentences
def diff(
    before: Annotated[
        str | None, typer.Argument(metavar="[A]", help="Default the one live before B.")
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="[B]", help="Default the live one.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A row per changed customer: .csv or .parquet.")
    ] = None,
    values: Annotated[
        bool, typer.Option("--values", help="Old and new values, too: personal data.")
    ] = False,
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    json: AsJson = False,
) -> None:
    """Customers born, merged, split, retired, revived or changed from A to B, and why."""
    from pipelines.config import load_config
    from pipelines.delta import TableStore
    from pipelines.differences import open_two, two_publications
    from pipelines.manifest import require_current, require_manifest
    from pipelines.views import utc_connection
    from resolution.difference import compare, summarise

    _check_options(out, values=values)
    store = TableStore(load_config(config, warehouse=warehouse).warehouse)
    manifest = require_manifest(store)
    require_current(manifest)
    first, second = two_publications(manifest, before, after)
    with utc_connection() as connection:
        open_two(connection, store, first, second)
        compare(connection, values=values)
        summary = summarise(connection)
        if out is not None:
            write_differences(connection, out, values=values)
    if json:
        ends = {"before": first.publication, "after": second.publication}
        show_json({"publications": ends, **summary.plain()})
        return
    _show(f"From {first.publication} to {second.publication}", summary)
    if out is not None:
        console.print(f"a row per changed customer in {out}")


def _check_options(out: Path | None, *, values: bool) -> None:
    if out is None:
        if values:
            raise typer.BadParameter("--values goes into a file: name one with --out")
        return
    check_differences_file(out)


def _show(title: str, summary: Summary) -> None:
    counts = summary.customers
    show_table(
        title,
        ["customers", "", "because of"],
        [
            (name, count, _told(summary.causes.get(name, {})))
            for name, count in counts.items()
            if name != "values"
        ],
    )
    if summary.attributes:
        show_table(
            f"Golden values changed of {counts['values']:,} customers",
            ["attribute", "customers"],
            list(summary.attributes.items()),
        )
    show_table("", ["records", ""], list(summary.records.items()))


def _told(causes: dict[str, int]) -> str:
    return ", ".join(f"{cause} {count:,}" for cause, count in causes.items())
