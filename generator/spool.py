"""Collecting lines in any order and handing them back sorted, within bounded memory.

Lines are kept by file and, for the large files, by bucket of their order number. When they
outgrow the memory limit all buckets are appended to temporary files; reading back sorts one
bucket at a time, so the result does not depend on when that happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

BUCKETS = 64
# About 300 MB of lines with Python's own overhead.
MEMORY_LIMIT = 150_000_000


class FileKey(NamedTuple):
    """A file to be written: its kind (contacts, members, ...) and the number of its drop."""

    kind: str
    drop: int


Entry = tuple[int, str]


class Spool:
    """Lines with order numbers; `order_limit` is above every order number of a kind."""

    def __init__(self, folder: Path, order_limits: dict[str, int], memory_limit: int) -> None:
        self._folder = folder
        self._widths = {kind: limit // BUCKETS + 1 for kind, limit in order_limits.items()}
        self._memory_limit = memory_limit
        self._held = 0
        self._buckets: dict[tuple[FileKey, int], list[Entry]] = {}
        self._spilled: set[tuple[FileKey, int]] = set()

    def add(self, key: FileKey, order: int, line: str) -> None:
        # Only the first drop is large; the later ones fit into one bucket each.
        bucket = (key, order // self._widths[key.kind] if key.drop == 0 else 0)
        held = self._buckets.get(bucket)
        if held is None:
            held = self._buckets[bucket] = []
        held.append((order, line))
        self._held += len(line)
        if self._held > self._memory_limit:
            self._spill()

    def lines(self, key: FileKey) -> Iterator[str]:
        """Lines of one file by order number, equal numbers by text; forgets them."""
        for number in range(BUCKETS + 1):
            bucket = (key, number)
            entries = self._buckets.pop(bucket, [])
            if bucket in self._spilled:
                path = self._path(bucket)
                entries += _read(path)
                path.unlink()
            entries.sort()
            for _, line in entries:
                yield line

    def _path(self, bucket: tuple[FileKey, int]) -> Path:
        (kind, drop), number = bucket
        return self._folder / f"{kind}.{drop}.{number}"

    def _spill(self) -> None:
        for bucket, entries in self._buckets.items():
            with self._path(bucket).open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{order}\t{line}\n" for order, line in entries)
            self._spilled.add(bucket)
        self._buckets.clear()
        self._held = 0


def _read(path: Path) -> list[Entry]:
    entries = []
    with path.open(encoding="utf-8", newline="\n") as file:
        for text in file:
            order, _, line = text.partition("\t")
            entries.append((int(order), line[:-1]))
    return entries
