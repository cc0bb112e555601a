"""Rows from the bytes of a file; the accounting over random bytes is in tests/properties."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sources.framing import LONGEST_ROW, MOST_LINES, FramedRow, frame_csv, frame_json_lines
from sources.problems import REMEDIES
from tests.sources.normalise.cases import read_cases

CASES = read_cases("framing")
HEADER = b"k,a,b\n"


def frame(path: Path, content: bytes, width: int = 3) -> list[FramedRow]:
    path.write_bytes(content)
    return list(frame_csv(str(path), width))


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_table_of_cases(case: dict, tmp_path: Path) -> None:
    content = case["file"].encode().replace(b"LATIN1", "café".encode("latin-1"))
    rows = frame(tmp_path / "file.csv", content)
    found = [[row.line, row.lines, row.problem or row.fields] for row in rows]
    assert found == case["rows"]
    assert {row.problem for row in rows if row.problem} <= set(REMEDIES)


def test_a_runaway_quotation_mark_is_bounded_in_lines(tmp_path: Path) -> None:
    after = [b"%d,x,y\n" % number for number in range(1000)]
    rows = frame(tmp_path / "file.csv", HEADER + b'0,"x,y\n' + b"".join(after) + b'9,x",y\n')
    problems = {row.line: row.problem for row in rows if row.problem}
    assert problems == {2: "unclosed_quote", 1003: "unclosed_quote"}
    assert len(rows) == 1002


@pytest.mark.parametrize("lines", [MOST_LINES, MOST_LINES + 1])
def test_a_quoted_row_may_span_so_many_lines_and_no_more(tmp_path: Path, lines: int) -> None:
    note = b"\n".join([b"x"] * lines)
    rows = frame(tmp_path / "file.csv", HEADER + b'1,"' + note + b'",y\n')
    if lines == MOST_LINES:
        assert [(row.lines, row.fields) for row in rows] == [(lines, ["1", note.decode(), "y"])]
    else:
        assert sum(row.lines for row in rows) == lines
        assert all(row.problem for row in rows)


def test_a_long_row_is_set_aside_with_its_beginning_and_a_long_field_is_not(
    tmp_path: Path,
) -> None:
    long, too_long = b"x" * (LONGEST_ROW // 2), b"x" * LONGEST_ROW
    plain = b"1," + long + b",y\n"
    quoted = b'2,"' + long + b'",y\n'
    rows = frame(tmp_path / "file.csv", HEADER + plain + quoted + b"3," + too_long + b",y\n4,x,y\n")
    assert [row.problem for row in rows] == [None, None, "row_too_long", None]
    assert rows[1].fields == ["2", long.decode(), "y"]
    assert rows[2].raw is not None
    assert rows[2].raw.startswith("3,xxx")
    assert len(rows[2].raw) < 2_000


def test_the_text_of_a_row_is_kept_where_its_fields_do_not_give_it(tmp_path: Path) -> None:
    rows = frame(tmp_path / "file.csv", HEADER + b'1,"x,z",y\n2,x\n3,caf\xe9,y\n4,x\0,y\n')
    assert [row.raw for row in rows] == ['1,"x,z",y', "2,x", "3,caf\\xe9,y", "4,x\\0,y"]


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl.gz"
    content = b'\xef\xbb\xbf{"a":1}\r\n\n  \n{"a":\n{"a":"caf\xe9"}\n{"a":"\0"}\n{"a":2}'
    path.write_bytes(gzip.compress(content))
    assert list(frame_json_lines(str(path))) == [
        FramedRow(1, 1, '{"a":1}', None, None),
        FramedRow(4, 1, '{"a":', None, None),
        FramedRow(5, 1, '{"a":"caf\\xe9"}', None, "bad_encoding"),
        FramedRow(6, 1, '{"a":"\\0"}', None, "nul_byte"),
        FramedRow(7, 1, '{"a":2}', None, None),
    ]
