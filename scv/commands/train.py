"""`scv train`: a linking model from the records of a warehouse, without labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scv.console import console, show_table
from scv.errors import sentences
from scv.options import ConfigFile, PublicationId, Warehouse
from scv.outputs import check_output


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
) -> None:
    """Train on the silver records of a publication; the model is used when scv.yml names it."""
    from pipelines.config import load_config
    from pipelines.snapshot import Snapshot
    from resolution.model.artefact import write_model
    from resolution.model.training import TrainingSettings, train_on_records

    check_output(out)
    snapshot = Snapshot(load_config(config, warehouse=warehouse).warehouse, publication)
    with snapshot.duckdb() as connection:
        connection.execute("create view records as from silver.records")
        connection.execute("create view links as from silver.links")
        model = train_on_records(connection, TrainingSettings(name, seed, charts))
    write_model(model, out)
    show_table(
        f"Model {model.version} from {model.training['nodes']:,} nodes",
        ["comparison", "level", "weight in bits"],
        [
            (comparison, level.label, f"{level.weight / 1000:+.1f}")
            for comparison, levels in model.comparisons.items()
            for level in levels
            if level.number >= 0
        ],
    )
    console.print(f"wrote {out}; use it: 'model: {out}' in scv.yml, or --model {out}")
