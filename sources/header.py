"""The header of a CSV file: its column names, and whether they are the contract's."""

from __future__ import annotations

import csv

from sources.content import LONGEST_HEADER
from sources.contract import FileContract


def read_header(line: bytes) -> tuple[tuple[str, ...], str | None]:
    """The column names, and a reason code where they can't be read."""
    if len(line) >= LONGEST_HEADER:
        return (), "lone_carriage_return" if b"\r" in line else "no_header"
    try:
        # A NUL is what UTF-16 without a mark looks like.
        text = line.replace(b"\0", b"\xff").decode("utf-8").strip("\r\n")
        return tuple(name.strip() for name in next(csv.reader([text]))), None
    except UnicodeDecodeError:
        return (), "bad_encoding"
    except csv.Error:
        # The reader refuses a name beyond its limit, too: a file of another kind.
        return (), "lone_carriage_return" if "\r" in text else "no_header"


def misfit(columns: tuple[str, ...], contract: FileContract) -> tuple[str, str | None] | None:
    """Reason code and column of what keeps these columns from being the contract's."""
    known = {contract.header_name(name) for name in contract.columns}
    if not known & set(columns):
        return "no_header", None
    repeated = [name for name in columns if columns.count(name) > 1]
    if repeated:
        return "repeated_column", repeated[0]
    for name in contract.required_columns:
        if contract.header_name(name) not in columns:
            return "missing_column", name
    return None
