"""How the command line shows things: tables for people, JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

console = Console(highlight=False)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows under a heading; text from data is never read as markup."""
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*["" if cell is None else _plain(cell) for cell in row])
    console.print(table)


def show_json(document: Any) -> None:
    """A document on stdout, keys in order, times as ISO text."""
    print(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, default=str))


def _plain(cell: Any) -> str:
    text = f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
    return text.replace("[", r"\[")
