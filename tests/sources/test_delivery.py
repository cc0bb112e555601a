"""Files as delivered: which count, how many lines they hold, and which are set aside whole."""

from __future__ import annotations

import gzip
import hashlib
from datetime import date
from pathlib import Path

import pytest

from sources.catalog import Catalog
from sources.delivery import Delivery, Problem, find_files
from sources.problems import remedy
from tests.sources.landing import CLUB, DAY, contract, deliver, inspect, varied

HEADER = "member,name,email,changed,Free note"
ROW = "1,Ann,ann@post.org,2026-01-05T10:00:00Z,x\n"
PACKED = varied(location="club/dt={day}/members.csv.gz")
LINES = varied(location="club/dt={day}/members.jsonl.gz", format="jsonl")


def delivered(tmp_path: Path, content: str | bytes) -> Delivery:
    deliver(tmp_path, f"club/dt={DAY}/members.csv", content)
    (delivery,) = inspect(tmp_path, CLUB)
    return delivery


def test_files_in_the_order_of_days_and_nothing_else(tmp_path: Path) -> None:
    for day in ("2026-01-07", "2026-01-05", "2026-01-06"):
        deliver(tmp_path, f"club/dt={day}/members.csv", HEADER)
    deliver(tmp_path, "club/dt=2026-01-05/_SUCCESS", "")
    deliver(tmp_path, "gym/dt=2026-01-05/members.csv", HEADER)
    found = find_files(tmp_path, Catalog((contract(CLUB),)))
    assert [day.isoformat() for _, _, day in found] == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert {file.table for file, _, _ in found} == {"club_members"}


def test_what_is_known_of_a_file(tmp_path: Path) -> None:
    content = f"\ufeff{HEADER}\r\n\r\n{ROW}\n  \n{ROW}".encode()
    assert delivered(tmp_path, content) == Delivery(
        table="club_members",
        name=f"club/dt={DAY}/members.csv",
        path=str(tmp_path / f"club/dt={DAY}/members.csv"),
        day=date(2026, 1, 5),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        lines=2,
        header=tuple(HEADER.split(",")),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", Problem("empty_file")),
        ("\n" + ROW, Problem("no_header")),
        (ROW + ROW, Problem("no_header")),
        (b"caf\xe9,member\n" + ROW.encode(), Problem("bad_encoding")),
        ("x" * 3_000_000, Problem("no_header")),
        (b"\xef\xbb\xbf\n" + ROW.encode(), Problem("no_header")),
        ("member,name,Free note\n1,Ann,x\n", Problem("missing_column", "changed")),
        ("member,name,changed,name\n1,Ann,x,Ann\n", Problem("repeated_column", "name")),
    ],
    ids=lambda value: value.code if isinstance(value, Problem) else "",
)
def test_a_file_whose_header_can_not_be_used(
    tmp_path: Path, content: str | bytes, problem: Problem
) -> None:
    assert delivered(tmp_path, content).problem == problem
    assert remedy(problem.code).endswith(".")


def test_a_header_in_another_order_with_more_and_without_an_optional_column(
    tmp_path: Path,
) -> None:
    delivery = delivered(tmp_path, ' changed ,"name",shoe size,member\n' + "x,y,z,1\n")
    assert delivery.problem is None
    assert delivery.header == ("changed", "name", "shoe size", "member")


@pytest.mark.parametrize("document", [PACKED, LINES], ids=["csv", "jsonl"])
def test_gzip_that_is_cut_off_or_damaged_is_set_aside_whole(tmp_path: Path, document: dict) -> None:
    name = document["files"][0]["location"].format(day=DAY)
    path = deliver(tmp_path, name, f"{HEADER}\n" + ROW * 5_000)
    (whole,) = inspect(tmp_path, document)
    assert (whole.problem, whole.lines) == (None, 5_000 + (document is LINES))
    packed = path.read_bytes()
    for content, code in (
        (packed[:-9], "truncated_gzip"),
        (packed[: len(packed) // 2], "truncated_gzip"),
        (packed[:5], "truncated_gzip"),
        (packed[:50] + bytes(9) + packed[59:], "damaged_gzip"),
        (packed[:-8] + bytes(8), "damaged_gzip"),
        (packed + b"more", "damaged_gzip"),
        (ROW.encode(), "not_gzip"),
    ):
        path.write_bytes(content)
        (delivery,) = inspect(tmp_path, document)
        assert delivery.problem is not None, code
        assert delivery.problem.code == code
        assert remedy(code).endswith(".")


def test_two_gzip_files_in_one_are_one_file(tmp_path: Path) -> None:
    path = deliver(tmp_path, f"club/dt={DAY}/members.csv.gz", f"{HEADER}\n{ROW}")
    path.write_bytes(path.read_bytes() + gzip.compress(ROW.encode()))
    (delivery,) = inspect(tmp_path, PACKED)
    assert (delivery.problem, delivery.lines) == (None, 2)


def test_an_empty_packed_file_of_lines_holds_nothing(tmp_path: Path) -> None:
    deliver(tmp_path, f"club/dt={DAY}/members.jsonl.gz", "")
    (delivery,) = inspect(tmp_path, LINES)
    assert (delivery.problem, delivery.lines) == (None, 0)
