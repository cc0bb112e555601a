"""`scv docs`: pages that are made from the code, so that they can't be stale."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scv.console import console
from scv.errors import Exit, sentences

PAGE = Path(__file__).parents[2] / "docs" / "dictionary.md"


@sentences
def docs(
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is stale.")] = False,
) -> None:
    """Write docs/dictionary.md from the schemas and contracts."""
    from scv.dictionary import dictionary_page

    page = dictionary_page()
    current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if page == current:
        console.print("docs/dictionary.md is up to date")
        return
    if check:
        console.print("docs/dictionary.md is stale; type: scv docs")
        raise typer.Exit(Exit.FAULT)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    console.print("wrote docs/dictionary.md")
