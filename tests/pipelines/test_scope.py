"""How much a run computes, by what it starts from, why it runs and what arrives."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.scope import LARGEST_CHANGE, Scope, scope_of
from resolution.schema import NODES

DELIVERED = 1_000


@pytest.fixture
def arriving(tmp_path: Path) -> Path:
    """A file of as many bytes as a run may take in without computing everything."""
    file = tmp_path / "file.csv"
    file.write_bytes(b"x" * int(LARGEST_CHANGE * DELIVERED))
    return file


def base(**differs: Any) -> SimpleNamespace:
    """The live publication, but for what differs."""
    published = {"state": "published", "tables": {NODES.name: 3}}
    return SimpleNamespace(
        **(published | {"rules_version": "rules", "code_version": "1.0"} | differs)
    )


def scope(arriving: Path, **differs: Any) -> Scope:
    """Of a night on a published warehouse, but for what differs."""
    kind = differs.pop("kind", "data")
    night = {
        "base": base(),
        "rules_version": "rules",
        "code_version": "1.0",
        "rebuild": False,
        "cause": SimpleNamespace(kind=kind),
        "takes_input": kind == "data",
        "pending": {},
        "waiting": [(None, arriving, date(2026, 1, 6))],
        "account": [{"bytes": DELIVERED - 400}, {"bytes": 400}, {"bytes": None}],
    }
    run: Any = SimpleNamespace(**(night | differs))
    return scope_of(run)


def test_a_night_computes_what_its_rows_touch(arriving: Path) -> None:
    assert scope(arriving) == Scope(records=False, customers=False, why="what new rows touch")


@pytest.mark.parametrize(
    ("differs", "why"),
    [
        ({"base": None}, "no publication to start from"),
        ({"rebuild": True}, "a rebuild was asked for"),
        ({"base": base(state="migrated")}, "of an earlier release"),
        ({"base": base(tables={})}, "of an earlier release"),
        ({"base": base(rules_version="other")}, "another contract, rule or release"),
        # A release that brings another model, too: the cause is the model.
        ({"base": base(code_version="0.9"), "kind": "model"}, "another contract, rule or release"),
        ({"pending": {("file", "hash"): "withdraw"}}, "taken out or read again"),
        ({"account": [{"bytes": DELIVERED - 1}]}, "more than 20% of what was delivered"),
    ],
)
def test_what_makes_a_run_compute_everything(
    arriving: Path, differs: dict[str, Any], why: str
) -> None:
    found = scope(arriving, **differs)
    assert (found.records, found.customers) == (True, True)
    assert found.why.startswith("everything: ")
    assert why in found.why


def test_another_model_leaves_records_alone(arriving: Path) -> None:
    assert scope(arriving, kind="model") == Scope(
        records=False, customers=True, why="all customers: another model"
    )


@pytest.mark.parametrize("pending", [{}, {("file", "hash"): "withdraw"}])
def test_decisions_touch_their_components(arriving: Path, pending: dict[Any, str]) -> None:
    """Files wait for the next run, decisions about them too."""
    found = scope(arriving, kind="steward", pending=pending)
    assert found == Scope(records=False, customers=False, why="what decisions touch")
