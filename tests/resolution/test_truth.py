"""Truth files: both headers are read, and every mistake is placed by file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolution.errors import ResolutionError, TruthError
from resolution.truth import read_truth

HEADER = "source,key,person_id,household_id,evidence\n"
GOOD = "crm,C1,P1,H1,strong\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "truth.csv"
    path.write_bytes(text.encode("utf-8"))
    return path


@pytest.mark.parametrize("first", ["source", "feed", "\ufefffeed"])
def test_both_headers_are_read(tmp_path: Path, first: str) -> None:
    text = f"{first},key,person_id,household_id,evidence,remark\n" + "crm,007,P1,,weak,NA\n"
    frame = read_truth(write(tmp_path, text))
    assert list(frame.columns) == ["source", "key", "person_id", "household_id", "evidence"]
    assert frame.to_numpy().tolist() == [["crm", "007", "P1", "", "weak"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["row 1", "empty", "the header must be"]),
        (HEADER, ["row 2", "no records"]),
        ("source,key,person_id\ncrm,C1,P1\n", ["row 1", "no column household_id, evidence"]),
        (HEADER + GOOD + "crm,C2,P2,H2,sure\n", ["row 3", "column evidence", "strong, weak, none"]),
        (HEADER + GOOD + "crm,,P2,H2,weak\n", ["row 3", "column key", "is empty"]),
        (HEADER + GOOD + "crm,C2\n", ["row 3", "column person_id", "is empty"]),
        (HEADER + GOOD + "\n" + "crm,C2,P2,H2,weak\n", ["row 3", "column source", "is empty"]),
        (HEADER + GOOD + GOOD + GOOD, ["row 3", "column key", "repeats", "1 more such rows"]),
        (HEADER + GOOD + "crm,C2,P2,H2,weak,extra\n", ["line 3", "as many fields"]),
    ],
)
def test_mistakes_are_placed(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = write(tmp_path, text)
    with pytest.raises(TruthError) as caught:
        read_truth(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    for part in expected:
        assert part in message
    assert "C2" not in message


def test_an_absent_file_and_a_foreign_encoding_are_explained(tmp_path: Path) -> None:
    with pytest.raises(TruthError, match="cannot be opened"):
        read_truth(tmp_path / "absent.csv")
    path = tmp_path / "truth.csv"
    path.write_bytes(HEADER.encode() + "crm,é,P1,H1,weak\n".encode("latin-1"))
    with pytest.raises(TruthError, match="not UTF-8"):
        read_truth(path)


def test_the_error_is_one_of_resolution() -> None:
    assert issubclass(TruthError, ResolutionError)
