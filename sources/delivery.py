"""Files as delivered: which there are, what is wrong with them as a whole, and their lines."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sources.catalog import Catalog
from sources.content import Content, HashedFile, read_content
from sources.contract import FileContract
from sources.header import misfit, read_header
from sources.places import (
    expected_day,
    expected_day_below,
    is_storable,
    names_its_day,
    walk,
)

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_HIDDEN_LINES = {"lone_carriage_return": (b"\r", b"\n"), "bad_encoding": (b"\0", b"")}
"""What stands between us and the lines of such a file, and what to count in its place."""

_NOTHING = Content(size=0, sha256="", lines=0, first=b"", first_filled=False, problem=None)

Found = tuple[FileContract, Path, date]
"""What lies where a contract expects a file, and its batch day."""


@dataclass(frozen=True)
class Problem:
    """Why a whole file is set aside: a reason code of `sources.problems` and the column, if any."""

    code: str
    column: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One delivered file.

    `name` is its path relative to the landing folder, `lines` its physical lines that are not
    blank, without the header of a CSV file. `sha256` is empty where its bytes are not known.
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


def find_files(landing: Path, catalog: Catalog) -> list[Found]:
    """Whatever lies under `landing` where a contract expects a file, in the order of day and name.

    That may be a folder, a link, or a file whose day is none: `inspect_files` says so. A folder
    stands for what lies in it where we don't or can't enter it, and for files whose names no table
    can hold. The rest is not looked at; `scv sources check` lists its files.
    Raises `SourceError` where the landing folder itself can't be read.
    """
    names = walk(landing)
    # A folder may stand for several files.
    found = {
        (contract.table, path): (contract, path, day)
        for _, contract in catalog.files
        for path, day in _places(landing, names, contract)
    }
    return sorted(found.values(), key=lambda item: (item[2], str(item[1])))


def _places(
    landing: Path, names: tuple[list[str], list[str]], contract: FileContract
) -> Iterator[tuple[Path, date]]:
    everything, closed = names
    for name in everything:
        day = expected_day(contract, name)
        path = landing / name
        # A link to nothing delivers nothing.
        if day is not None and path.exists():
            yield path if is_storable(name) else path.parent, day
    for name in closed:
        day = expected_day_below(contract, landing, name)
        if day is not None:
            yield landing / name, day


def inspect_files(
    landing: Path, files: Iterable[Found], today: date | None = None
) -> list[Delivery]:
    """Read each file once, as bytes: its hash, its lines, its header, and what is wrong with it.

    `today` is the day by UTC; without it, the clock's.
    """
    # At midnight by UTC some place is 14 hours ahead.
    last_day = (today or datetime.now(UTC).date()) + timedelta(days=1)
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(partial(_inspect, landing, last_day), files))


def _inspect(landing: Path, last_day: date, found: Found) -> Delivery:
    contract, path, day = found
    name = path.relative_to(landing).as_posix()
    content = _NOTHING
    columns: tuple[str, ...] = ()
    problem = _no_file(contract, name, path)
    if problem is None:
        content, columns, problem = _look_into(path, contract)
    if problem is None and not names_its_day(contract, name, day):
        problem = Problem("not_a_day")
    if problem is None and day > last_day:
        problem = Problem("future_day")
    header_lines = contract.format == "csv" and content.first_filled
    return Delivery(
        table=contract.table,
        name=name,
        path=str(path),
        day=day,
        size=content.size,
        sha256=content.sha256,
        lines=content.lines - header_lines,
        header=columns,
        problem=problem,
    )


def _no_file(contract: FileContract, name: str, path: Path) -> Problem | None:
    """Why there is nothing to read; None for a file."""
    if path.is_symlink():
        return Problem("link")
    if path.is_file():
        return None
    if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
        return Problem("unreadable_file")
    return Problem("bad_file_name" if expected_day(contract, name) is None else "not_a_file")


def _look_into(
    path: Path, contract: FileContract
) -> tuple[Content, tuple[str, ...], Problem | None]:
    """The file's content, its header, and what is wrong with them."""
    try:
        before = _state(path)
        content = read_content(path)
        columns, problem = _judge(content, contract)
        if problem is not None and problem.code in _HIDDEN_LINES:
            content = read_content(path, _HIDDEN_LINES[problem.code])
        changed = _state(path) != before
    except OSError:
        return _NOTHING, (), Problem("unreadable_file")
    if changed:
        # Without a hash the next run does not know the file and takes it as it is then.
        return content._replace(sha256=""), (), Problem("changed_while_read")
    return content, columns, problem


def _state(path: Path) -> tuple[int, int, int]:
    status = path.lstat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _judge(content: Content, contract: FileContract) -> tuple[tuple[str, ...], Problem | None]:
    """The column names of a CSV file, and what is wrong with the file as a whole."""
    if content.problem is not None:
        return (), Problem(content.problem)
    if content.first.startswith(_UTF_16):
        return (), Problem("bad_encoding")
    if contract.format != "csv":
        return (), None
    if not content.first_filled:
        return (), Problem("no_header" if content.lines else "empty_file")
    columns, code = read_header(content.first)
    found = (code, None) if code is not None else misfit(columns, contract)
    return columns, None if found is None else Problem(*found)


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes as delivered, hexadecimal; empty for what is no file that we read."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return ""
        with HashedFile(path) as raw:
            raw.read_to_end()
            return raw.sha256
    except OSError:
        return ""
