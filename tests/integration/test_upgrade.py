"""Another model gives many records another customer: held, compared, approved; a pinned restore."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipelines.delta import TableStore
from pipelines.manifest import read_manifest
from pipelines.snapshot import Snapshot
from resolution.model.artefact import SHIPPED, read_model, versioned, write_model
from scv.main import app
from tests.conftest import Published
from tests.integration.contents import contents

LESS_SURE = 12_000
"""Millibits off the prior: enough for many pairs to part."""


@dataclass
class Upgraded:
    """What the commands said, in the order of the test's story."""

    warehouse: Path
    held: Result
    seen: dict[str, Any]


@pytest.fixture(scope="module")
def upgraded(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    """The published warehouse with a model that splits many customers, run twice."""
    folder = tmp_path_factory.mktemp("upgrade")
    warehouse = published.copy_to(folder)
    shipped = read_model(SHIPPED)
    prior = shipped.prior - LESS_SURE
    changed = versioned(shipped.model_copy(update={"name": "less sure", "prior": prior}))
    write_model(changed, folder / "model.json")
    seen: dict[str, Any] = {}

    def scv(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--warehouse", str(warehouse)])

    run = ("run", "--landing", str(published.landing), "--model", str(folder / "model.json"))
    seen["before"] = contents(warehouse)
    held = scv(*run)
    seen["while held"] = contents(warehouse)
    seen["diff"] = json.loads(scv("diff", "p000001", "p000002", "--json").stdout)
    seen["again"] = scv(*run, "--json")
    seen["maintained"] = scv("maintain", "--keep", "1", "--hours", "0")
    seen["candidate"] = Snapshot(warehouse, "p000002").arrow("golden.crosswalk").to_pylist()
    seen["approved"] = scv("publications", "approve", "p000002", "--reason", "it is better")
    seen["live"] = Snapshot(warehouse).arrow("golden.crosswalk").to_pylist()
    seen["after"] = scv(*run)
    seen["restored"] = scv("publications", "restore", "p000001", "--by", "ann")
    seen["pinned"] = scv(*run)
    seen["released"] = scv("publications", "release")
    return Upgraded(warehouse, held, seen)


def test_too_many_new_ids_hold_the_candidate(upgraded: Upgraded) -> None:
    held = upgraded.held
    assert held.exit_code == 7, held.output
    assert "p000002 is held, and p000001 stays live" in held.stdout
    assert "What to do: docs/runbooks/upgrade-churn.md" in held.stdout
    assert "scv publications approve p000002 --reason WHY" in held.stdout
    row = read_manifest(TableStore(upgraded.warehouse))[1]
    assert row.state == "held"
    assert "holding: golden.identity_history.upgrade_churn" in row.failed_checks
    moved, before = row.counts["records_moved_by_model"], row.counts["records_before"]
    assert moved / before > 0.02
    assert row.counts["records_kept"] == before - moved
    assert upgraded.seen["while held"] == upgraded.seen["before"]


def test_the_difference_of_a_held_candidate_can_be_seen(upgraded: Upgraded) -> None:
    row = read_manifest(TableStore(upgraded.warehouse))[1]
    shown = upgraded.seen["diff"]
    assert shown["records"]["moved"] == row.counts["records_moved_by_model"]
    assert shown["records"]["new"] == shown["records"]["gone"] == 0
    assert shown["customers"]["split"] == row.counts["splits"]
    assert shown["causes"]["split"] == {"model": row.counts["splits"]}


def test_the_next_run_makes_the_same_candidate_again(upgraded: Upgraded) -> None:
    assert upgraded.seen["again"].exit_code == 7
    told = json.loads(upgraded.seen["again"].stdout)
    assert (told["state"], told["publication"]["publication"]) == ("held", "p000003")
    first, second = read_manifest(TableStore(upgraded.warehouse))[1:3]
    assert first.counts == second.counts


def test_an_approved_candidate_goes_live_as_it_was(upgraded: Upgraded) -> None:
    assert upgraded.seen["maintained"].exit_code == 0
    assert upgraded.seen["approved"].exit_code == 0, upgraded.seen["approved"].output
    assert upgraded.seen["live"] == upgraded.seen["candidate"]
    assert "Nothing new." in upgraded.seen["after"].stdout


def test_a_restore_stops_runs_until_it_is_released(upgraded: Upgraded) -> None:
    seen = upgraded.seen
    assert seen["restored"].exit_code == 0, seen["restored"].output
    assert seen["pinned"].exit_code == 8, seen["pinned"].output
    assert "p000005 (the tables of p000001) is pinned since" in seen["pinned"].stderr
    assert "by ann" in seen["pinned"].stderr
    assert seen["released"].exit_code == 0
    states = [row.state for row in read_manifest(TableStore(upgraded.warehouse))]
    assert states == ["published", "held", "held", "approved", "restored", "released"]
