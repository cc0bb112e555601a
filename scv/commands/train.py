"""`scv train`: a linking model from the records of a warehouse, without labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scv.console import console, show_table
from scv.errors import sentences
from scv.options import ConfigFile, PublicationId, Warehouse
from scv.outputs import check_output

if TYPE_CHECKING:
    from resolution.model.artefact import Model


@sentences
def train(
    out: Annotated[Path, typer.Option("--out", help="Where the model goes, a .json file.")],
    warehouse: Warehouse = None,
    config: ConfigFile = None,
    publication: PublicationId = None,
    name: Annotated[str, typer.Option(help="Name that its version begins with.")] = "own",
    seed: Annotated[int, typer.Option(help="Seed of the random pairs.")] = 7,
    charts: Annotated[
        Path | None, typer.Option(help="Folder for Splink's charts as HTML; default none.")
    ] = None,
    refresh_statistics: Annotated[
        bool, typer.Option(help="Only renew how frequent names are in the model of scv.yml.")
    ] = False,
) -> None:
    """Train on the silver records of a publication; the model is used when scv.yml names it."""
    from pipelines.config import load_config
    from pipelines.snapshot import Snapshot
    from resolution.model.artefact import read_model, write_model
    from resolution.model.refreshing import refresh_statistics as refreshed
    from resolution.model.training import TrainingSettings, train_on_records

    check_output(out)
    settings = load_config(config, warehouse=warehouse)
    before = read_model(settings.model) if refresh_statistics else None
    with Snapshot(settings.warehouse, publication).duckdb() as connection:
        connection.execute("create view records as from silver.records")
        connection.execute("create view links as from silver.links")
        if before is not None:
            model = refreshed(connection, before)
        else:
            model = train_on_records(connection, TrainingSettings(name, seed, charts))
    write_model(model, out)
    if before is not None:
        _show_changes(before, model)
    else:
        _show_levels(model)
    console.print(
        f"wrote {out}. What it would change: scv compare --model {out}; to use it: 'model: {out}'"
        f" in scv.yml, or --model {out}"
    )


def _show_changes(before: Model, now: Model) -> None:
    from resolution.model.refreshing import term_changes

    def bits(weight: int) -> str:
        return f"{weight / 1000:+.1f}"

    show_table(
        f"{before.version} with the frequencies of {now.training['refreshed_on_nodes']:,} nodes is"
        f" {now.version}",
        ["column", "listed before", "now", "changed", "by at most, bits", "unlisted", "now"],
        [
            (
                one.column,
                f"{one.listed_before:,}",
                f"{one.listed_now:,}",
                f"{one.changed:,}",
                f"{one.largest_change / 1000:.1f}",
                bits(one.unlisted_before),
                bits(one.unlisted_now),
            )
            for one in term_changes(before, now)
        ],
    )


def _show_levels(model: Model) -> None:
    show_table(
        f"Model {model.version} from {model.training['nodes']:,} nodes",
        ["comparison", "level", "bits, against strangers", "against a household"],
        [
            (
                comparison,
                level.label,
                f"{level.weight / 1000:+.1f}",
                f"{(level.household or 0) / 1000:+.1f}",
            )
            for comparison, levels in model.comparisons.items()
            for level in levels
            if level.number >= 0
        ],
    )
