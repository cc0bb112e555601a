"""Files that a command writes: refused before the work begins, and never left half written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import duckdb

LISTS = ("from_ids", "to_ids", "attributes", "causes")
"""Columns of differences that hold several words."""


def check_output(out: Path) -> None:
    """Make the file's folder; `ConfigurationError` where the file can't be written."""
    from pipelines.errors import ConfigurationError

    if out.is_dir():
        raise ConfigurationError(f"{out} is a folder; name a file in it")
    probe = out.with_name(out.name + ".partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(f"{out} can't be written: {error.strerror}") from error


def check_differences_file(out: Path) -> None:
    """Refuse a name that says neither CSV nor Parquet, or a file that can't be written."""
    if out.suffix not in (".csv", ".parquet"):
        raise typer.BadParameter(f"--out {out}: its name must end with .csv or .parquet")
    check_output(out)


def write_differences(
    connection: duckdb.DuckDBPyConnection, out: Path, *, values: bool = False
) -> None:
    """The rows of `resolution.difference`, whole or not at all; a list is words with spaces between
    in a CSV file.
    """
    from resolution.difference import COLUMNS, VALUES
    from sources.literals import literal

    names = [*COLUMNS, *(VALUES if values else ())]
    if out.suffix == ".csv":
        names = [
            f"array_to_string({name}, ' ') as {name}" if name in LISTS else name for name in names
        ]
    partial = out.with_name(out.name + ".partial")
    options = "header, format csv" if out.suffix == ".csv" else "format parquet"
    try:
        connection.execute(
            f"copy (select {', '.join(names)} from differences order by customer_id)"
            f" to {literal(partial)} ({options})"
        )
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
