"""`scv generate`: feeds with truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scv.console import show_table
from scv.errors import sentences


@sentences
def generate(
    directory: Annotated[Path, typer.Argument(help="Folder that gets landing/ and truth/.")],
    persons: Annotated[int, typer.Option(help="How many people there are.")] = 5_000,
    days: Annotated[int, typer.Option(help="How many daily drops.")] = 4,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    noise: Annotated[float, typer.Option(help="Scale of all disturbances; 0 = clean.")] = 1.0,
    chinese: Annotated[float, typer.Option(help="Share of Chinese people.")] = 0.3,
    later_share: Annotated[
        float, typer.Option(help="Size of a later drop beside the first one.")
    ] = 0.065,
) -> None:
    """Write the four feeds in the documented format, and who is who."""
    from generator.feeds import generate as write_feeds
    from generator.settings import GeneratorSettings

    made = write_feeds(
        directory,
        GeneratorSettings(
            persons=persons,
            days=days,
            seed=seed,
            noise=noise,
            chinese=chinese,
            later_share=later_share,
        ),
    )
    show_table("Rows", ["file kind", "rows"], sorted(made.rows.items()))
    show_table("Keys in the truth", ["source", "keys"], sorted(made.keys.items()))
