"""The bytes of one delivered file: hashed while they are read, unpacked, and counted in lines.

One pass hashes and counts, and whoever reads rows later reads the same bytes or none: a file may
grow or be replaced at any time. The line count is the yardstick of the reconciliation and shares
no code with the reader of rows.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from sources.errors import FileChangedError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
GZIP_BEGINNING = b"\x1f\x8b"
BLOCK = 1 << 18
LONGEST_HEADER = 1_000_000
"""Bytes; what comes after them in a first line is counted and not kept."""


class Content(NamedTuple):
    """What one pass over a file tells.

    `size` and `sha256` are of the bytes as delivered, `lines` the physical lines that are not
    blank, `first` the first line without its end and without a byte-order mark, `first_filled`
    whether that is one of `lines`, `problem` a reason code where unpacking failed; then `lines`
    are those that could be read.
    """

    size: int
    sha256: str
    lines: int
    first: bytes
    first_filled: bool
    problem: str | None


class HashedFile(io.RawIOBase):
    """The first `most` bytes of a file, hashed as they are read."""

    def __init__(self, path: Path | str, most: int = sys.maxsize) -> None:
        self._file = Path(path).open("rb", buffering=0)  # noqa: SIM115  (closed by close)
        self._left = most
        self._hash = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer)[: self._left]
        count = self._file.readinto(view) or 0
        self._hash.update(view[:count])
        self._left -= count
        self.size += count
        return count

    def read_to_end(self) -> None:
        """Hash what nobody has read."""
        while self.read(BLOCK):
            pass

    @property
    def sha256(self) -> str:
        """Of all that was read so far, hexadecimal."""
        return self._hash.hexdigest()

    def close(self) -> None:
        self._file.close()
        super().close()


class _LineCounter:
    """Counts lines that are not blank, block by block, in the memory of one block."""

    def __init__(self) -> None:
        self.filled = 0
        self.first = b""
        self.first_filled = False
        self._in_first = True
        self._line_filled = False

    def add(self, block: bytes) -> None:
        *ended, rest = block.split(b"\n")
        if ended:
            self._add_to_line(ended[0])
            self._end_line()
            self.filled += sum(1 for line in ended[1:] if line and not line.isspace())
        self._add_to_line(rest)

    def end(self) -> None:
        """The file ends; its last line may have no line end."""
        self._end_line()

    def _add_to_line(self, piece: bytes) -> None:
        if self._in_first:
            self.first += piece[: LONGEST_HEADER - len(self.first)]
        self._line_filled = self._line_filled or bool(piece.strip())

    def _end_line(self) -> None:
        if self._in_first:
            self.first_filled = self._line_filled
        self.filled += self._line_filled
        self._in_first = self._line_filled = False


def read_content(path: Path, replaced: tuple[bytes, bytes] = (b"", b"")) -> Content:
    """Read a file to its end; lines are counted with the first of `replaced` become the second.

    Raises `OSError` where the file can't be read.
    """
    counter, problem = _LineCounter(), None
    with HashedFile(path) as raw:
        packed = _is_packed(path)
        if packed and not _begins_as_gzip(path):
            packed, problem = False, "not_gzip"
        # Kept until the end: the raw file is closed when nobody holds the stream over it.
        stream = _unpacked(raw, packed=packed)
        try:
            for block in _blocks(stream):
                counter.add(block.replace(*replaced) if replaced[0] else block)
        except EOFError:
            problem = "truncated_gzip"
        except (gzip.BadGzipFile, zlib.error):
            problem = "damaged_gzip"
        counter.end()
        raw.read_to_end()
        return Content(
            raw.size, raw.sha256, counter.filled, counter.first, counter.first_filled, problem
        )


def _is_packed(path: Path | str) -> bool:
    return str(path).endswith(".gz")


def _begins_as_gzip(path: Path) -> bool:
    """An empty file holds nothing that could be no gzip."""
    with path.open("rb") as stream:
        return stream.read(len(GZIP_BEGINNING)) in (b"", GZIP_BEGINNING)


def _blocks(stream: io.BufferedIOBase) -> Iterator[bytes]:
    """The bytes without a byte-order mark, as many as there are, until the end or the damage."""
    beginning = stream.read(len(BYTE_ORDER_MARK))
    yield beginning.removeprefix(BYTE_ORDER_MARK)
    # read() would lose what it has when it meets the damage.
    while block := stream.read1(BLOCK):
        yield block


def _unpacked(raw: HashedFile, *, packed: bool) -> io.BufferedIOBase:
    plain = io.BufferedReader(raw, BLOCK)
    return gzip.GzipFile(fileobj=plain, mode="rb") if packed else plain


@contextmanager
def open_bytes(path: str) -> Iterator[IO[bytes]]:
    """The file's bytes for reading line by line, unpacked where its name ends in .gz."""
    with HashedFile(path) as raw:
        yield _by_lines(raw, path)


def _by_lines(raw: HashedFile, path: str) -> IO[bytes]:
    # gzip's own readline() takes 0.4 microseconds a line, that of a buffer over it 0.15.
    return io.BufferedReader(_unpacked(raw, packed=_is_packed(path)), BLOCK)


@contextmanager
def same_bytes(path: str, size: int, sha256: str) -> Iterator[IO[bytes]]:
    """The bytes of this size and hash, for reading to their end; what was appended is not read.

    Raises `FileChangedError`, at the end at the latest, where the file holds other bytes.
    """
    try:
        with HashedFile(path, most=size) as raw:
            yield _by_lines(raw, path)
            found = raw.sha256
    except (OSError, EOFError, zlib.error) as error:
        raise FileChangedError(path) from error
    if found != sha256:
        raise FileChangedError(path)
