"""Hostile files: each is accounted for line by line, with a reason and a remedy.

The table of files is tests/sources/hostile.py. Where files lie is in test_hostile_places.py, what
silver makes of rows that are taken in test_hostile_silver.py, and docs/hostile-deliveries.md has a
line for every case.
"""

from __future__ import annotations

import gzip
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from sources.delivery import Problem
from sources.reading import UNMAPPED, read_batches
from tests.sources.delivering import (
    FOLDER,
    NOW,
    batches,
    check_account,
    inspect,
    only,
    put,
    rows_of,
)
from tests.sources.hostile import CASES, CSV, HEADER, JSON, PACKED, Case, line, row, till
from tests.sources.landing import only_file


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_delivery(case: Case, tmp_path: Path) -> None:
    put(tmp_path, f"till/dt={case.day}/{case.file}", case.content)
    delivery = only(tmp_path, case.file)
    good, bad = rows_of(delivery, case.file)
    check_account(delivery, good, bad)
    assert delivery.lines == case.lines
    assert delivery.problem == (Problem(*case.problem) if case.problem else None)
    assert [found[case.column] for found in good] == case.good
    if case.problem is None:
        assert [(found["line"], found["reason"], found["column"]) for found in bad] == case.bad
        assert all(found["raw"] for found in bad)
        assert {name for found in good for name, _ in found[UNMAPPED] or ()} == case.new


def test_names_of_cases_are_different() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


LONG = 50_000_000


@pytest.mark.parametrize("file", [CSV, PACKED, JSON])
def test_a_row_of_50_megabytes_takes_bounded_memory(tmp_path: Path, file: str) -> None:
    content = line(1, by={"name": "x" * LONG}) if file == JSON else HEADER + row(1, "x" * LONG)
    after = line(2) if file == JSON else row(2)
    data = (content + after).encode()
    put(tmp_path, f"{FOLDER}/{file}", gzip.compress(data, 1) if file == PACKED else data)
    del content, data
    tracemalloc.start()
    delivery = only(tmp_path, file)
    good, bad = rows_of(delivery, file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [found["receipt"] for found in good] == ["2"]
    assert [(found["reason"], len(found["raw"])) for found in bad] == [("row_too_long", 1000)]
    check_account(delivery, good, bad)
    # Measured: 4.6 MB.
    assert peak < 15_000_000


@pytest.mark.parametrize("after", ["", "x"])
def test_a_line_of_two_megabytes_of_blanks(tmp_path: Path, after: str) -> None:
    put(tmp_path, f"{FOLDER}/{CSV}", HEADER + " " * 2_000_000 + after + "\n" + row(2))
    delivery = only(tmp_path)
    good, bad = rows_of(delivery)
    check_account(delivery, good, bad)
    assert [found["reason"] for found in bad] == ["row_too_long"] * len(after)


def test_a_first_line_that_is_too_long_behind_a_byte_order_mark(tmp_path: Path) -> None:
    put(tmp_path, f"{FOLDER}/{JSON}", "\ufeff" + line(1, by={"name": "x" * 1_000_000}) + line(2))
    delivery = only(tmp_path, JSON)
    good, bad = rows_of(delivery, JSON)
    check_account(delivery, good, bad)
    assert [found["reason"] for found in bad] == ["row_too_long"]


def test_many_long_rows_come_in_small_batches(tmp_path: Path) -> None:
    put(tmp_path, f"{FOLDER}/{CSV}", HEADER + row(1, "x" * 900_000) * 60)
    sizes = [batch.good.num_rows for batch in batches(only(tmp_path))]
    assert sum(sizes) == 60
    assert max(sizes) * 900_000 < 20_000_000


@pytest.mark.parametrize("file", [CSV, JSON])
def test_ten_million_empty_lines_take_seconds(tmp_path: Path, file: str) -> None:
    first, last = (line(1), line(2)) if file == JSON else (HEADER + row(1), row(2))
    put(tmp_path, f"{FOLDER}/{file}", first + "\n" * 10_000_000 + last)
    began = time.process_time()
    delivery = only(tmp_path, file)
    good, bad = rows_of(delivery, file)
    # Measured: 0.3 s to count, 3 to 5 s to frame.
    assert time.process_time() - began < 40
    check_account(delivery, good, bad)
    assert [found["receipt"] for found in good] == ["1", "2"]
    assert delivery.lines == 2


@pytest.mark.parametrize(
    ("column", "text", "ahead"),
    [
        ({"type": "timestamp"}, "2026-02-02T23:59:00+14:00", False),
        ({"type": "timestamp"}, "2026-02-03", True),
        ({"type": "timestamp"}, "2026-2-3 10:00", True),
        ({"type": "timestamp"}, "2026-1-30", False),
        ({"type": "timestamp"}, "9999-99-99", False),
        ({"type": "date"}, "2026-02-03", True),
        ({"type": "timestamp", "formats": ["dd/MM/yyyy", "MM/dd/yyyy"]}, "01/12/2026", True),
        ({"type": "timestamp", "formats": ["MM/dd/yyyy", "dd/MM/yyyy"]}, "01/12/2026", False),
        ({"type": "timestamp", "formats": ["dd/MM/yyyy", "MM/dd/yyyy"]}, "01/13/2026", False),
        ({}, "9999-12-31", False),
    ],
)
def test_an_event_time_may_lie_a_day_ahead_of_our_clock(
    tmp_path: Path, column: dict[str, Any], text: str, ahead: bool
) -> None:
    document = till("till/dt={day}/receipts.csv")
    document["files"][0]["columns"] |= {"at": column}
    kind = only_file(document)
    put(tmp_path, f"{FOLDER}/{CSV}", HEADER + row(1, at=text))
    (delivery,) = inspect(tmp_path, document)
    (batch,) = read_batches(delivery, kind, NOW)
    assert batch.bad.column("reason").to_pylist() == ["future_value"] * ahead
