"""From the bytes of one file to its rows, each with its line number.

Spark's own CSV reader has no line number, and with quoted newlines one stray quotation mark made
it swallow a thousand rows without a word. A file with quoted newlines or gzip can't be split among
tasks anyway, so one task frames one file, in bounded memory.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import IO, NamedTuple

from sources.content import BYTE_ORDER_MARK, open_bytes

Opener = Callable[[str], AbstractContextManager[IO[bytes]]]
"""Gives a file's bytes, unpacked."""

LONGEST_ROW = 1_000_000
"""Bytes; a longer row is set aside with its beginning."""

# The default of 131,072 would call a long note in quotation marks bad quoting.
csv.field_size_limit(LONGEST_ROW)

_ENOUGH = LONGEST_ROW + len(BYTE_ORDER_MARK) + 1
"""Bytes of a line by which one sees that it is too long."""

MOST_LINES = 20
"""Lines that one quoted row may span: addresses and notes do, a runaway quotation mark goes on."""

KEPT_OF_A_LONG_ROW = 1_000


class FramedRow(NamedTuple):
    """One row: its first line (1 = the file's first), how many lines it spans that are not blank,
    its text where its fields don't give it, its fields (CSV), and what is wrong with it.
    """

    line: int
    lines: int
    raw: str | None
    fields: list[str] | None
    problem: str | None


class _Lines:
    """The physical lines of a file with a place to put lines back."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._returned: deque[bytes] = deque()
        self.number = 0

    def next(self) -> bytes | None:
        """The next line with its line end; None at the end of the file."""
        if self._returned:
            line = self._returned.popleft()
        else:
            line = self._stream.readline(_ENOUGH)
            if not line:
                return None
            if len(line) > LONGEST_ROW and not line.endswith(b"\n"):
                line += self._pass_over_the_rest()
        self.number += 1
        if self.number == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        return line

    def next_filled(self) -> bytes | None:
        """The next line that is not blank."""
        while (line := self.next()) is not None and not line.strip():
            pass
        return line

    def put_back(self, lines: list[bytes]) -> None:
        """These lines come again, in this order."""
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)

    def _pass_over_the_rest(self) -> bytes:
        """The rest of a line that is too long: one byte of it that is not blank, if there is one,
        since a line that begins with a megabyte of blanks may be blank or not.
        """
        filled = b""
        while piece := self._stream.readline(LONGEST_ROW):
            filled = filled or piece.strip()[:1]
            if piece.endswith(b"\n"):
                break
        return filled


def frame_json_lines(path: str, opened: Opener = open_bytes) -> Iterator[FramedRow]:
    """Each line that is not blank, as text; whether it is JSON is seen later."""
    with opened(path) as stream:
        lines = _Lines(stream)
        while (line := lines.next_filled()) is not None:
            text, problem = _decode(line)
            yield FramedRow(lines.number, 1, text, None, problem)


def frame_csv(path: str, width: int, opened: Opener = open_bytes) -> Iterator[FramedRow]:
    """Each row below the header; `width` is how many fields the header has."""
    with opened(path) as stream:
        lines = _Lines(stream)
        lines.next()
        while (line := lines.next_filled()) is not None:
            yield _csv_row(lines, line, width)


def _csv_row(lines: _Lines, line: bytes, width: int) -> FramedRow:
    text, problem = _decode(line)
    number = lines.number
    if problem:
        return FramedRow(number, 1, text, None, problem)
    if '"' not in text:
        fields = text.split(",")
        if len(fields) != width:
            return FramedRow(number, 1, text, None, "wrong_field_count")
        return FramedRow(number, 1, None, fields, None)
    return _quoted_row(lines, line, width)


def _quoted_row(lines: _Lines, first: bytes, width: int) -> FramedRow:
    """A row with quotation marks: joined with the lines after it until they are closed.

    Where they don't close in time, or what was joined is no row, the first line alone is set
    aside and the others come again as rows of their own.
    """
    number, taken = lines.number, [first]
    joined = first
    while joined.count(b'"') % 2:
        line = lines.next()
        if line is not None:
            taken.append(line)
            joined += line
        if line is None or len(taken) > MOST_LINES or len(joined) > LONGEST_ROW:
            lines.put_back(taken[1:])
            return FramedRow(number, 1, _decode(first)[0], None, "unclosed_quote")
    text, problem = _decode(joined)
    if not problem:
        fields = _parse(text)
        if fields is not None and len(fields) == width:
            spanned = sum(1 for line in taken if line.strip())
            return FramedRow(number, spanned, text, fields, None)
        problem = "bad_quoting" if fields is None else "wrong_field_count"
    if len(taken) > 1:
        lines.put_back(taken[1:])
        problem = "unclosed_quote"
    return FramedRow(number, 1, _decode(first)[0], None, problem)


def _parse(text: str) -> list[str] | None:
    """The fields of one CSV row; None where the quoting is not CSV."""
    try:
        # One string, because splitlines() also ends a line at U+2028, U+0085 and the like.
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _decode(line: bytes) -> tuple[str, str | None]:
    """The line's text without its line end, and a problem code where it is no clean text."""
    if len(line) > LONGEST_ROW:
        head = line[:KEPT_OF_A_LONG_ROW].decode("utf-8", errors="replace")
        return head.replace("\0", "\\0"), "row_too_long"
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return line.decode("utf-8", errors="backslashreplace").rstrip("\r\n"), "bad_encoding"
    if "\0" in text:
        return text.replace("\0", "\\0"), "nul_byte"
    return text, None
