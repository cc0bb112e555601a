"""How the command line shows things: tables for people, JSON for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

WIDE = 10_000
"""Columns where nobody looks at a screen: a line that is wrapped can't be found by its words."""

console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


def show_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, grouped: bool = True
) -> None:
    """Rows under a heading; text from data is never read as markup. `grouped` counts are easier to
    read, but a year is no count.
    """
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*["" if cell is None else _plain(cell, grouped=grouped) for cell in row])
    console.print(table)


def show_json(document: Any) -> None:
    """A document on stdout, keys in order, times as ISO text."""
    print(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, default=str))


def _plain(cell: Any, *, grouped: bool) -> str:
    counts = grouped and isinstance(cell, int) and not isinstance(cell, bool)
    text = f"{cell:,}" if counts else str(cell)
    return text.replace("[", r"\[")
