"""Forecasts against pairs that are really made, and the budget."""

from __future__ import annotations

from itertools import combinations

import duckdb
import pytest

from resolution.errors import BudgetError
from resolution.forecast import Forecast, forecast
from resolution.model.blocking import PREDICTION_RULES, BlockingRule
from resolution.nodes import build_nodes
from tests.resolution.tables import record, silver

RECORDS = [
    record("r1", emails=["a.bell@x.org"], phones=["+442079460001"], name_key="ann bell"),
    record("r2", emails=["a.bell@x.org", "other.one@x.org"], name_key="ann bell"),
    record("r3", emails=["other.one@x.org"], phones=["+442079460001"], postcode="A1"),
    record("r4", phones=["+442079460001"], name_key="ann bell", postcode="A1"),
    record("r5", name_key="ann bell", postcode="A1"),
]


def nodes(connection: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    build_nodes(connection)
    return list(connection.sql("from nodes").to_arrow_table().to_pylist())


def meet(rule: BlockingRule, left: dict[str, object], right: dict[str, object]) -> int:
    """How many keys of the rule two nodes share."""
    shared = 1
    for column in rule.columns:
        one, other = left[column], right[column]
        if column in rule.exploded:
            shared *= len(set(one or ()) & set(other or ()))  # type: ignore[call-overload]
        else:
            shared *= one is not None and one == other
    return shared


def test_pairs_of_every_rule_are_those_that_meet() -> None:
    connection = silver(RECORDS)
    rows = nodes(connection)
    found = {rule.rule: rule.pairs for rule in forecast(connection).rules}
    made = {
        rule.name: sum(meet(rule, left, right) for left, right in combinations(rows, 2))
        for rule in PREDICTION_RULES
    }
    assert found == {name: pairs for name, pairs in made.items() if pairs}
    assert found["same mailbox"] == 2
    assert found["same phone"] == 3


def test_the_largest_block_is_told_without_its_value() -> None:
    connection = silver(RECORDS)
    build_nodes(connection)
    (phone,) = [rule for rule in forecast(connection).rules if rule.rule == "same phone"]
    assert phone.largest_block == 3
    assert len(phone.key_hash) == 12


def test_a_budget_names_rule_kind_and_remedy() -> None:
    connection = silver(RECORDS)
    build_nodes(connection)
    found: Forecast = forecast(connection)
    found.check(found.pairs)
    with pytest.raises(BudgetError) as caught:
        found.check(found.pairs - 1)
    message = str(caught.value)
    worst = max(found.rules, key=lambda rule: rule.pairs)
    assert worst.rule in message
    assert worst.key_hash in message
    assert "linking.most_pairs" in message
    assert "7946" not in message


def test_nobody_makes_no_pairs() -> None:
    connection = silver([])
    build_nodes(connection)
    assert forecast(connection) == Forecast(0, ())
