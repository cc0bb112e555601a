"""One pass over a file's bytes: what is hashed, counted and kept, whatever the blocks are."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources import content
from sources.content import BYTE_ORDER_MARK, HashedFile, open_bytes, read_content, same_bytes
from sources.errors import FileChangedError

PIECES = st.sampled_from([b"\n", b"\n\n", b" ", b"\r\n", b"a", b"b,c\n", b"\0", BYTE_ORDER_MARK])
BYTES = st.lists(PIECES, max_size=30).map(b"".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("content")


@settings(max_examples=200, deadline=None)
@given(text=BYTES, block=st.integers(3, 9), packed=st.booleans())
def test_lines_and_hash_do_not_depend_on_blocks(
    folder: Path, text: bytes, block: int, packed: bool
) -> None:
    delivered = gzip.compress(text) if packed else text
    path = folder / ("file.gz" if packed else "file")
    path.write_bytes(delivered)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "BLOCK", block)
        found = read_content(path)
    lines = text.removeprefix(BYTE_ORDER_MARK).split(b"\n")
    assert found.lines == sum(1 for line in lines if line.strip())
    assert (found.first, found.first_filled) == (lines[0], bool(lines[0].strip()))
    assert (found.size, found.sha256) == (len(delivered), hashlib.sha256(delivered).hexdigest())
    assert found.problem is None


def test_of_a_long_first_line_the_beginning_is_kept(folder: Path) -> None:
    path = folder / "long"
    path.write_bytes(b"x" * 3_000_000 + b"\ny\n")
    found = read_content(path)
    assert (len(found.first), found.lines) == (content.LONGEST_HEADER, 2)


def test_what_hides_lines_can_be_counted_away(folder: Path) -> None:
    path = folder / "hidden"
    path.write_bytes(b"a\rb\r\r\nc")
    assert [read_content(path, (old, b"\n")).lines for old in (b"\r", b"")] == [3, 2]
    path.write_bytes(b"a\0\n\0")
    assert [read_content(path, (old, b"")).lines for old in (b"\0", b"")] == [1, 2]


def test_no_more_than_was_asked_for_is_read_and_hashed(folder: Path) -> None:
    path = folder / "grown"
    path.write_bytes(b"abcdef")
    with HashedFile(path, most=4) as raw:
        assert raw.read() == b"abcd"
        assert (raw.size, raw.sha256) == (4, hashlib.sha256(b"abcd").hexdigest())


def test_the_same_bytes_or_none(folder: Path) -> None:
    path = folder / "same"
    path.write_bytes(b"a\nb\nmore")
    with open_bytes(str(path)) as stream:
        assert stream.readlines() == [b"a\n", b"b\n", b"more"]
    known = hashlib.sha256(b"a\nb\n").hexdigest()
    with same_bytes(str(path), 4, known) as stream:
        assert stream.readlines() == [b"a\n", b"b\n"]
    for size in (3, 5):
        with (
            pytest.raises(FileChangedError, match="changed while it was read"),
            same_bytes(str(path), size, known) as stream,
        ):
            stream.readlines()
