"""`scv docs`: pages that are made from the code, so that they can't be stale."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scv.console import console
from scv.errors import Exit, sentences

FOLDER = Path(__file__).parents[2] / "docs"
DICTIONARY, MODEL_CARD, NAMES = "dictionary.md", "model-card.md", "names.md"


@sentences
def docs(
    check: Annotated[bool, typer.Option("--check", help="Only say what is stale.")] = False,
) -> None:
    """Write docs/dictionary.md and the tables of docs/model-card.md and docs/names.md."""
    from resolution.model.artefact import SHIPPED, read_model
    from scv.dictionary import dictionary_page
    from scv.model_card import with_model_tables
    from scv.name_tables import PAIRS, read_pairs, with_name_tables

    pages = {
        DICTIONARY: dictionary_page(),
        MODEL_CARD: with_model_tables(_current(MODEL_CARD), read_model(SHIPPED)),
        NAMES: with_name_tables(_current(NAMES), read_pairs(PAIRS)),
    }
    stale = [name for name, page in pages.items() if page != _current(name)]
    if check and stale:
        console.print(f"stale: {', '.join(f'docs/{name}' for name in stale)}; type: scv docs")
        raise typer.Exit(Exit.FAULT)
    for name in stale:
        (FOLDER / name).write_text(pages[name], encoding="utf-8")
        console.print(f"wrote docs/{name}")
    if not stale:
        console.print("the pages are up to date")


def _current(name: str) -> str:
    page = FOLDER / name
    return page.read_text(encoding="utf-8") if page.exists() else ""
