"""Writing the collected rows as the files of the feeds."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import IO

from generator.layout import CONTACTS, FILES, HEADERS, TRUTH, TRUTH_HEADER, header
from generator.rates import Rates
from generator.spool import FileKey, Spool

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Level 3 takes a third of the time of the usual 6 for files one tenth larger.
_COMPRESSION = 3
_CHUNK = 2000

Output = IO[bytes] | gzip.GzipFile


def write_landing(directory: Path, spool: Spool, days: list[str], marks: set[FileKey]) -> None:
    """Writes every file of every drop; marks are the files that begin with a byte-order mark."""
    for kind, (feed, file_name) in FILES.items():
        for drop, day in enumerate(days):
            path = directory / "landing" / feed / f"dt={day}" / file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            key = FileKey(kind, drop)
            with _opened(path) as file:
                if key in marks:
                    file.write(_BYTE_ORDER_MARK)
                head = _head(kind, drop, bool(marks))
                _write(file, head, spool.lines(key))


def _head(kind: str, drop: int, noisy: bool) -> list[str]:
    return [header(kind, drop, noisy)] if kind in HEADERS else []


def write_truth(directory: Path, spool: Spool) -> None:
    """Writes truth/identities.csv."""
    path = directory / "truth" / "identities.csv"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        _write(file, [TRUTH_HEADER], spool.lines(FileKey(TRUTH, 0)))


def byte_order_marks(rng: Random, rates: Rates, drops: int) -> set[FileKey]:
    """The CSV files that get a mark: by chance, and the first contacts in all noisy feeds."""
    if rates.byte_order_mark <= 0:
        return set()
    keys = [FileKey(kind, drop) for kind in HEADERS for drop in range(drops)]
    return {FileKey(CONTACTS, 0)} | {key for key in keys if rng.random() < rates.byte_order_mark}


@contextmanager
def _opened(path: Path) -> Iterator[Output]:
    with path.open("wb") as raw:
        if path.suffix != ".gz":
            yield raw
            return
        # Neither name nor time inside, or two equal runs would differ in their bytes.
        with gzip.GzipFile("", "wb", _COMPRESSION, raw, mtime=0) as file:
            yield file


def _write(file: Output, head: list[str], lines: Iterable[str]) -> None:
    held = list(head)
    for line in lines:
        held.append(line)
        if len(held) >= _CHUNK:
            file.write(("\n".join(held) + "\n").encode())
            held.clear()
    if held:
        file.write(("\n".join(held) + "\n").encode())
