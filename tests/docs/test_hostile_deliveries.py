"""The page of hostile deliveries says what the tests say, case by case."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from sources.problems import REMEDIES
from tests.sources.hostile import CASES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "hostile-deliveries.md"
NOTHING = "nothing"
COLUMNS = "case | what arrives | what becomes of it | reason | what the sender does | test"


class Entry(NamedTuple):
    """A line of the page's tables."""

    case: str
    arrives: str
    becomes: str
    reason: str
    sender: str
    test: str


def entries() -> list[Entry]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [line[2:-2] for line in lines if line.startswith("| ") and not line.startswith("| ---")]
    cells = [[cell.strip(" `") for cell in re.split(r" \|(?= )", row)] for row in rows]
    return [Entry(*row) for row in cells if " | ".join(row) != COLUMNS]


ENTRIES = entries()


def test_there_is_one_line_for_each_case() -> None:
    names = [entry.case for entry in ENTRIES]
    assert len(set(names)) == len(names)
    assert len(names) >= 40
    in_the_table = {entry.case for entry in ENTRIES if entry.test == "test_delivery"}
    assert in_the_table == {case.name for case in CASES}


def test_reasons_are_those_of_the_cases() -> None:
    reasons = {entry.case: {entry.reason} - {""} for entry in ENTRIES}
    assert {case.name: case.reasons for case in CASES} == {
        case.name: reasons[case.name] for case in CASES
    }


def test_every_reason_code_occurs() -> None:
    assert {entry.reason for entry in ENTRIES} - {""} == set(REMEDIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.case for entry in ENTRIES])
def test_the_sender_does_what_quarantine_says(entry: Entry) -> None:
    assert entry.sender == (REMEDIES[entry.reason] if entry.reason else NOTHING)
    assert entry.arrives
    assert entry.becomes


def test_every_test_exists() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    defined = set(re.findall(r"^def (test_\w+)\(", tests, re.MULTILINE))
    assert {entry.test for entry in ENTRIES} - defined == set()
