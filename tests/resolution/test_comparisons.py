"""Two nodes' features and the level that each comparison must see in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from resolution.engines.duckdb import scoring_sql
from resolution.model.features import FEATURES
from tests.resolution.models import authored_levels, model
from tests.resolution.tables import NODE_ARRAYS, NODE_TYPES

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "pairs.yml").read_text("utf-8"))
ARRAYS = {*NODE_ARRAYS} - {"sole_sources"}


def nodes_of(connection: duckdb.DuckDBPyConnection, sides: list[dict[str, Any]]) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in NODE_TYPES.items())
    connection.execute(f"create or replace table nodes (node integer, {columns})")
    for number, side in enumerate(sides, start=1):
        unknown = set(side) - set(FEATURES)
        assert not unknown, f"the table of cases names features that nodes lack: {unknown}"
        row = {"node": number} | {name: [] for name in ARRAYS} | side
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into nodes ({names}) values ({marks})", list(row.values()))


def labels_of(left: dict[str, Any], right: dict[str, Any]) -> dict[str, str]:
    """The label of the level of every comparison, as the scoring SQL finds it."""
    applied = model()
    with duckdb.connect() as connection:
        nodes_of(connection, [left, right])
        connection.execute("create table terms (name text, term text, adjustment int)")
        connection.execute(
            "create table pairs as select '0' as match_key, 1 as join_key_l, 2 as join_key_r"
        )
        connection.execute(scoring_sql(applied, "pairs", keep_at=None))
        levels = connection.execute("select levels from scored").fetchall()[0][0]
    return {
        name: next(one.label for one in applied.comparisons[name] if one.number == number)
        for name, number in levels.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
@pytest.mark.parametrize("swapped", [False, True], ids=["", "swapped"])
def test_levels(case: dict[str, Any], swapped: bool) -> None:
    """Which record has the smaller id is chance, so both orders must say the same."""
    left, right = case["left"], case["right"]
    found = labels_of(right, left) if swapped else labels_of(left, right)
    assert {name: found[name] for name in case["levels"]} == case["levels"]


def test_the_table_has_a_case_for_every_level() -> None:
    authored = {
        (name, level.label) for name, levels in authored_levels().items() for level in levels
    }
    tried = {pair for case in CASES for pair in case["levels"].items()}
    assert tried == authored
