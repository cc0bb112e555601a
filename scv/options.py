"""Options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Warehouse = Annotated[
    Path | None, typer.Option("--warehouse", help="Folder of all tables; over scv.yml.")
]
Landing = Annotated[
    Path | None, typer.Option("--landing", help="Folder of delivered files; over scv.yml.")
]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file; default ./scv.yml.")
]
ModelFile = Annotated[Path | None, typer.Option("--model", help="Trained model; over scv.yml.")]
PublicationId = Annotated[
    str | None, typer.Option("--publication", help="A publication; default the live one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
