"""Contracts: what they refuse, and where they find files."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from sources.catalog import read_contract
from sources.contract import ColumnContract
from sources.errors import ContractError
from tests.sources.landing import CLUB, contract, only_file, write_contract
from tests.sources.normalise.cases import read_cases

CASES = read_cases("contracts")


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The contract of the club with other values at these paths."""
    document = copy.deepcopy(CLUB)
    for path, value in changes.items():
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = document
        for part in way:
            place = place[part]
        if isinstance(place, list) and last == len(place):
            place.append(value)
        else:
            place[last] = value
    return document


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_mistakes_are_refused_with_file_place_and_remedy(case: dict, tmp_path: Path) -> None:
    path = write_contract(tmp_path, changed(case["set"]))
    with pytest.raises(ContractError) as caught:
        read_contract(path)
    for text in [str(path), "docs/add-a-source.md", *case["says"]]:
        assert text in str(caught.value)


def test_every_mistake_is_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = write_contract(tmp_path, changed({"files.0.fromat": "csv", "colour": "red"}))
    with pytest.raises(ContractError) as caught:
        read_contract(path)
    assert [line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]] == [
        "files.0.fromat",
        "colour",
    ]


@pytest.mark.parametrize("content", [b"feed: [club", b"\xff\xfe", b"", b"- a\n- b\n"])
def test_what_is_no_yaml_document_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "source.yml"
    path.write_bytes(content)
    with pytest.raises(ContractError, match=r"source\.yml"):
        read_contract(path)


def test_contracts_are_frozen() -> None:
    with pytest.raises(ValidationError):
        contract(CLUB).files[0].table = "other"


def test_a_location_finds_its_days_and_nothing_beside() -> None:
    pattern = only_file(changed({"files.0.location": "club/dt={day}/m*.csv"})).day_pattern()
    match = pattern.match("club/dt=2026-01-05/members.csv")
    assert match is not None
    assert match["day"] == "2026-01-05"
    for other in (
        "club/dt=2026-01-05/more/members.csv",
        "club/dt=2026-01-05/members.csv.tmp",
        "club/dt=2026-01-05/m/x.csv",
        "club/dt=today/members.csv",
        "old/club/dt=2026-01-05/members.csv",
        "club/dt=2026-01-05/members_csv",
    ):
        assert pattern.match(other) is None, other


def test_names_in_the_file_and_required_columns() -> None:
    file = only_file(CLUB)
    assert file.required_columns == ["member", "changed"]
    assert [file.header_name(name) for name in ("name", "note")] == ["name", "Free note"]


def test_one_expression_stands_for_a_list_of_one() -> None:
    mapping = only_file(changed({"files.0.records.0.emails": "lower(email)"})).records[0]
    assert mapping.emails == ("lower(email)",)
    assert mapping.phones == ()
    assert ColumnContract().type == "string"
