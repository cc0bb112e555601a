"""No line of a file is lost or read twice, whatever bytes it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.content import BYTE_ORDER_MARK
from sources.framing import LONGEST_ROW, FramedRow, frame_csv, frame_json_lines
from tests.sources.landing import CLUB, DAY, deliver, inspect, varied

PIECES = [
    b",", b'"', b'""', b"a", b"1", b" ", b"\t", b"\r", b"\n", b"\r\n", b"\n\n", b"\0", b"\xff",
    b"\xe9", b"\x0b", b"\x0c", "陳".encode(), "\u2028".encode(), "\u0085".encode(), b'{"a":1}',
    BYTE_ORDER_MARK, b'x,"y\nz",w,v,u\n', b"1,2,3,4,5\n", b'1,"2",3,4,5\n', b'1,"2,3,4,5\n',
]  # fmt: skip
BYTES = st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join)
MANY_LINES = st.lists(
    st.sampled_from([b'1,"2,3,4,5\n', b"1,2,3,4,5\n", b"\n", b'1,2",3,4,5\n', b'1,"2",3,4,5\r\n']),
    max_size=120,
).map(b"".join)
HEADER = "member,name,email,changed,Free note"
JSON = varied(location="club/dt={day}/members.jsonl", format="jsonl")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("framing")


def check_account(content: bytes, rows: list[FramedRow], delivered: int, first: int) -> None:
    """Every line below the header that is not blank is in exactly one row, in order."""
    assert sum(row.lines for row in rows) == delivered
    lines = content.split(b"\n")
    ends = [*[row.line for row in rows[1:]], len(lines) + 1][: len(rows)]
    begin = first
    for row, end in zip(rows, ends, strict=True):
        assert not any(line.strip() for line in lines[begin - 1 : row.line - 1])
        spanned = [line for line in lines[row.line - 1 : end - 1] if line.strip()]
        assert len(spanned) == row.lines
        begin = end
    assert not any(line.strip() for line in lines[begin - 1 :])


@settings(max_examples=400, deadline=None)
@given(body=BYTES | MANY_LINES, mark=st.booleans())
def test_every_line_of_a_csv_file_is_in_one_row(folder: Path, body: bytes, mark: bool) -> None:
    content = BYTE_ORDER_MARK * mark + f"{HEADER}\n".encode() + body
    path = deliver(folder, f"club/dt={DAY}/members.csv", content)
    (delivery,) = inspect(folder, CLUB)
    rows = list(frame_csv(str(path), 5))
    assert delivery.problem is None
    assert delivery.header == tuple(HEADER.split(","))
    check_account(content, rows, delivery.lines, first=2)
    assert all((row.fields is None) == (row.problem is not None) for row in rows)
    assert all(len(row.fields) == 5 for row in rows if row.fields is not None)


@settings(max_examples=200, deadline=None)
@given(content=BYTES)
def test_every_line_of_a_json_file_is_one_row(folder: Path, content: bytes) -> None:
    path = deliver(folder, f"club/dt={DAY}/members.jsonl", content)
    (delivery,) = inspect(folder, JSON)
    rows = list(frame_json_lines(str(path)))
    assert delivery.problem is None
    check_account(content.removeprefix(BYTE_ORDER_MARK), rows, delivery.lines, first=1)
    assert all(row.lines == 1 for row in rows)


@settings(max_examples=100, deadline=None)
@given(
    fields=st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
            min_size=5,
            max_size=5,
        ),
        max_size=12,
    ),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_quoted_properly_comes_back(
    folder: Path, fields: list[list[str]], end: str
) -> None:
    quoted = [",".join('"' + text.replace('"', '""') + '"' for text in row) for row in fields]
    content = end.join([HEADER, *quoted]).encode()
    path = deliver(folder, f"club/dt={DAY}/members.csv", content)
    read = list(frame_csv(str(path), 5))
    spans = [1 + text.count("\n") for text in quoted]
    assert len(content) < LONGEST_ROW
    if max(spans, default=0) <= 20:
        assert [row.fields for row in read] == fields
