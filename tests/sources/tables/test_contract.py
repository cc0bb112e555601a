"""Contracts of tables: what is read, and what is said where one can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.errors import ContractError
from sources.tables.contract import read_tables_contract


def contract(folder: Path, text: str) -> Path:
    path = folder / "link.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_star_serves_every_other_file(tmp_path: Path) -> None:
    found = read_tables_contract(
        contract(
            tmp_path,
            "sources:\n  a: {source: crm, columns: {full_name: name}}\n"
            "  '*': {columns: {given_name: [first, middle]}}\n",
        )
    )
    assert found.of(Path("x/a.csv")).source == "crm"
    assert found.of(Path("b.parquet")).columns.used() == ["first", "middle"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources: {a: {columns: {}}}", "sources.a: 'columns' names no column"),
        ("sources: {a: {columns: {nme: x}}}", "sources.a.columns.nme"),
        ("sources: {a: {columns: {city: x}, birth_date_formats: [yy]}}", "date format 'yy'"),
        ("sources: {a: {columns: {city: x}, phone_regions: [XX]}}", "no telephone regions"),
        ("sources: {a: {columns: {identifiers: {A b: x}}}}", "sources.a.columns.identifiers"),
        ("sources: [", r"link.yml, line 1: cannot be read as YAML"),
        ("nothing", "link.yml"),
    ],
)
def test_a_contract_that_cant_be_used_says_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        read_tables_contract(contract(tmp_path, text))


def test_a_file_without_a_contract_and_a_contract_without_a_file(tmp_path: Path) -> None:
    found = read_tables_contract(contract(tmp_path, "sources: {a: {columns: {city: x}}}"))
    with pytest.raises(ContractError, match=r"says nothing of 'b'; it knows \['a'\]"):
        found.of(Path("b.csv"))
    with pytest.raises(ContractError, match="scv link --draft"):
        read_tables_contract(tmp_path / "none.yml")
