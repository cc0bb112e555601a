"""Files as delivered: which there are, what their bytes are, and how many lines they hold.

The line count is the yardstick of the reconciliation and shares no code with the reader of rows.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from sources.catalog import Catalog
from sources.contract import FileContract
from sources.errors import SourceError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
GZIP_BEGINNING = b"\x1f\x8b"


@dataclass(frozen=True)
class Problem:
    """Why a whole file is set aside: a reason code of `sources.problems` and the column, if any."""

    code: str
    column: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One delivered file.

    `name` is its path relative to the landing folder, `lines` its physical lines that are not
    blank, without the header of a CSV file.
    """

    table: str
    name: str
    path: str
    day: date
    size: int
    sha256: str
    lines: int
    header: tuple[str, ...] = ()
    problem: Problem | None = None


def find_files(landing: Path, catalog: Catalog) -> list[tuple[FileContract, Path, date]]:
    """Every file under `landing` that a contract's location matches, in the order of day and name.

    Files that no contract matches are not looked at; `scv sources check` lists them.
    """
    relative = sorted(
        path.relative_to(landing).as_posix() for path in landing.rglob("*") if path.is_file()
    )
    found = []
    for _, contract in catalog.files:
        pattern = contract.day_pattern()
        for name in relative:
            match = pattern.match(name)
            if match:
                found.append((contract, landing / name, _day(match["day"], name)))
    return sorted(found, key=lambda item: (item[2], str(item[1])))


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SourceError(
            f"{name}: '{text}' is no day; rename the folder to dt=YYYY-MM-DD"
        ) from error


def inspect_files(
    landing: Path, files: Iterable[tuple[FileContract, Path, date]]
) -> list[Delivery]:
    """Read each file once, as bytes: its hash, its lines, its header, and what is wrong with it."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda item: _inspect(landing, *item), files))


def _inspect(landing: Path, contract: FileContract, path: Path, day: date) -> Delivery:
    lines, header, problem = 0, b"", None
    try:
        with open_bytes(path) as stream:
            lines, header = _count_lines(stream, has_header=contract.format == "csv")
    except EOFError:
        problem = Problem("truncated_gzip")
    except (gzip.BadGzipFile, zlib.error):
        problem = Problem("damaged_gzip" if _is_gzip(path) else "not_gzip")
    columns: tuple[str, ...] = ()
    if problem is None and contract.format == "csv":
        columns, problem = _read_header(header, contract)
    return Delivery(
        table=contract.table,
        name=path.relative_to(landing).as_posix(),
        path=str(path),
        day=day,
        size=path.stat().st_size,
        sha256=file_hash(path),
        lines=lines,
        header=columns,
        problem=problem,
    )


def open_bytes(path: Path | str) -> IO[bytes]:
    """The file's bytes, unpacked where its name ends in .gz."""
    if str(path).endswith(".gz"):
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return Path(path).open("rb")


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(GZIP_BEGINNING)) == GZIP_BEGINNING


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes as delivered, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _count_lines(stream: IO[bytes], *, has_header: bool) -> tuple[int, bytes]:
    """Lines that are not blank, without the header; and the header's bytes."""
    first = stream.readline()
    rest = sum(1 for line in stream if not line.isspace())
    if has_header:
        return rest, first
    # A line that holds a byte-order mark and nothing else is blank.
    return rest + bool(first.removeprefix(BYTE_ORDER_MARK).strip()), b""


def _read_header(line: bytes, contract: FileContract) -> tuple[tuple[str, ...], Problem | None]:
    """The column names of a CSV file, or why they can't be used."""
    if not line.strip():
        return (), Problem("empty_file")
    try:
        text = line.removeprefix(BYTE_ORDER_MARK).decode("utf-8").strip("\r\n")
        columns = tuple(name.strip() for name in next(csv.reader([text])))
    except (UnicodeDecodeError, csv.Error):
        # The reader refuses a name beyond its limit: a file of another kind under this name.
        return (), Problem("no_header")
    known = {contract.header_name(name) for name in contract.columns}
    if not known & set(columns):
        return columns, Problem("no_header")
    repeated = [name for name in columns if columns.count(name) > 1]
    if repeated:
        return columns, Problem("repeated_column", repeated[0])
    for name in contract.required_columns:
        if contract.header_name(name) not in columns:
            return columns, Problem("missing_column", name)
    return columns, None
