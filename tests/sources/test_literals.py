from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sources.literals import literal, literals


@pytest.mark.parametrize(
    "value", ["", "plain", "it's", "''", "a\\b", "a;--b", Path("/x y/o'clock.parquet"), "客户"]
)
def test_a_literal_is_read_as_the_value(value: str | Path) -> None:
    assert duckdb.execute(f"select {literal(value)}").fetchall() == [(str(value),)]


def test_several_have_commas_between() -> None:
    assert literals(["a", "b'c"]) == "'a', 'b''c'"
    assert not literals([])
