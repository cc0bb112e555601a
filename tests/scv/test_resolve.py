"""`scv resolve` on a real publication."""

from __future__ import annotations

import json

from typer.testing import CliRunner, Result

from pipelines.snapshot import Snapshot
from scv.main import app
from tests.conftest import Published


def scv(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_customers_and_records_are_told_with_their_causes(published: Published) -> None:
    (row,) = Snapshot(published.warehouse).arrow("golden.crosswalk").slice(0, 1).to_pylist()
    place = ("--warehouse", published.warehouse)
    result = scv("resolve", row["customer_id"], row["record_id"], "--json", *place)
    assert result.exit_code == 0, result.output
    customer, record = json.loads(result.stdout)
    assert (customer["status"], customer["current_ids"]) == ("current", [row["customer_id"]])
    assert [(one["kind"], one["cause"]) for one in customer["changes"]] == [("birth", "data")]
    assert (record["status"], record["current_ids"]) == ("record", [row["customer_id"]])
    shown = scv("resolve", row["customer_id"], *place)
    assert "a customer of this publication" in shown.stdout


def test_an_unknown_id_is_refused_in_a_sentence(published: Published) -> None:
    result = scv("resolve", "c0", "--warehouse", published.warehouse)
    assert result.exit_code == 4
    assert "no publication ever had" in result.stderr
