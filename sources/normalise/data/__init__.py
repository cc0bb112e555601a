"""The lists this package packages, and how they are read.

Each list is a small comma-separated file whose first line, a comment, says what it is.
"""

from __future__ import annotations

import csv
from importlib import resources


def read_rows(file_name: str) -> list[list[str]]:
    """Rows of a packaged list, without comments and the header row."""
    text = resources.files(__name__).joinpath(file_name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return list(csv.reader(lines))[1:]


def read_words(file_name: str, kind: str) -> frozenset[str]:
    """The words of one kind in a packaged list with the columns kind, word."""
    return frozenset(word for row_kind, word in read_rows(file_name) if row_kind == kind)
