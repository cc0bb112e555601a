"""A restore that is pinned until it is released, and a held candidate that somebody approves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.config import make_secret
from pipelines.delta import TableStore
from pipelines.errors import PinnedError, PublicationError
from pipelines.maintenance import maintain
from pipelines.manifest import (
    Publication,
    awaiting,
    live,
    pin,
    read_manifest,
    require_unpinned,
)
from pipelines.publication import publish
from pipelines.publication_decisions import approve, release, restore
from pipelines.run import Run, key_check
from quality.report import CheckResult
from scv.main import app
from tests.pipelines.publications import put
from tests.pipelines.runs import configure
from tests.pipelines.test_delta import ids, numbers
from tests.sources.landing import CLUB, deliver

NAME = "bronze.things"
ANN = ("ann", "the new model is better")


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path / "warehouse")


def make(store: TableStore, number: int, state: str = "published") -> Publication:
    """A row of this state whose one table has one number; a candidate starts from what is live."""
    base = live(read_manifest(store))
    if base is not None:
        store.reset(NAME, base.tables[NAME])
    return put(store, state, tables={NAME: store.write_arrow(numbers(number), NAME, "overwrite")})


def scv(store: TableStore, *words: object) -> Result:
    given = [*map(str, words), "--warehouse", store.warehouse]
    return CliRunner().invoke(app, given)


# --- a pin


def test_a_restore_pins_until_it_is_released(store: TableStore) -> None:
    make(store, 1)
    make(store, 2)
    assert pin(read_manifest(store)) is None
    restored = restore(store, "p000001", "run", "ann")
    assert pin(read_manifest(store)) == restored
    with pytest.raises(PinnedError, match=r"p000003 \(the tables of p000001\) is pinned since 2"):
        require_unpinned(read_manifest(store))
    released = release(store, "run", "bob")
    assert (released.publication, released.state, released.decided_by) == (
        "p000004", "released", "bob",
    )  # fmt: skip
    assert released.tables == restored.tables
    assert (released.restored_from, released.inputs) == (None, ())
    manifest = read_manifest(store)
    require_unpinned(manifest)
    assert live(manifest) == released
    with pytest.raises(PublicationError, match="nothing to release"):
        release(store, "run", "bob")


def test_maintenance_keeps_a_pin_and_a_second_restore_needs_one_release(store: TableStore) -> None:
    make(store, 1)
    make(store, 2)
    restore(store, "p000001", "run", "ann")
    again = restore(store, "p000002", "run", "ann")
    put(store, "maintained", tables=again.tables)
    assert pin(read_manifest(store)) == again
    release(store, "run", "ann")
    assert pin(read_manifest(store)) is None


def test_a_pinned_warehouse_takes_nothing_in(tmp_path: Path) -> None:
    config = configure(tmp_path, CLUB)
    store = TableStore(config.warehouse)
    make_secret(config.secret_path)
    key = key_check(config.secret_path.read_bytes())
    row = put(store, "restored", restored_from="p000000", decided_by="ann", key_check=key)
    deliver(config.landing, "club/dt=2026-01-05/members.csv", "member,changed\n1,2\n")
    settings = tmp_path / "scv.yml"
    text = "warehouse: warehouse\nlanding: landing\nsources: [feeds]\nshipped_sources: false\n"
    settings.write_text(text, encoding="utf-8")
    before = len(read_manifest(store))
    result = CliRunner().invoke(app, ["run", "--config", str(settings)])
    assert result.exit_code == 8, result.output
    assert result.stderr.count("\n") == 1
    for said in (f"{row.publication} (the tables of", "by ann", "scv publications release"):
        assert said in result.stderr
    assert len(read_manifest(store)) == before
    assert not store.exists("bronze.club_members")
    listed = json.loads(scv(store, "publications", "list", "--json").stdout)
    assert [(one["live"], one["pinned"]) for one in listed] == [(True, True)]
    assert "live, pinned" in scv(store, "publications", "list").stdout


def test_a_run_that_waited_for_the_lock_sees_a_pin_that_came_meanwhile(tmp_path: Path) -> None:
    config = configure(tmp_path, CLUB)
    run = Run(config)
    key = key_check(run.secret)
    assert run.manifest == []
    put(run.store, "restored", restored_from="p000000", key_check=key)
    with pytest.raises(PinnedError):
        run.begin()
    run.close()


# --- a held candidate


def test_a_candidate_that_a_check_holds_is_on_record_and_not_live(tmp_path: Path) -> None:
    run = Run(configure(tmp_path, CLUB))
    run.begin()
    run.close()
    held = CheckResult("t", "upgrade_churn", "holding", False, "0.3", "at most 0.02")
    run.checks.append(held)
    row = publish(run)
    assert (row.state, row.failed_checks) == ("held", ("holding: t.upgrade_churn",))
    assert live(read_manifest(run.store)) is None
    assert awaiting(read_manifest(run.store)) == [row]


def test_an_approved_candidate_is_live_with_exactly_its_tables(store: TableStore) -> None:
    make(store, 1)
    held = make(store, 2, "held")
    make(store, 3, "held")
    assert [row.publication for row in awaiting(read_manifest(store))] == ["p000002", "p000003"]
    row = approve(store, "p000002", "run", ANN)
    assert (row.publication, row.state, row.approved_from) == ("p000004", "approved", "p000002")
    assert (row.decided_by, row.reason, row.tables) == (*ANN, held.tables)
    assert (row.model_version, row.inputs) == (held.model_version, held.inputs)
    assert live(read_manifest(store)) == row
    assert ids(store, NAME, row.tables[NAME]) == [2]
    store.reset(NAME, row.tables[NAME])
    assert ids(store, NAME) == [2]
    with pytest.raises(PublicationError, match=r"p000004 was\s+published since"):
        approve(store, "p000003", "run", ANN)


@pytest.mark.parametrize("since", ["published", "restored", "migrated"])
def test_what_was_published_since_makes_a_candidate_stale(store: TableStore, since: str) -> None:
    make(store, 1)
    make(store, 2, "held")
    make(store, 3, since)
    with pytest.raises(PublicationError, match=r"can't be approved any more: p000003"):
        approve(store, "p000002", "run", ANN)
    assert live(read_manifest(store)) == read_manifest(store)[-1]


def test_only_a_held_candidate_can_be_approved_and_it_can_not_be_restored(
    store: TableStore,
) -> None:
    make(store, 1)
    make(store, 2, "rejected")
    make(store, 3, "held")
    for name, state in (("p000001", "published"), ("p000002", "rejected")):
        with pytest.raises(PublicationError, match=f"{name} is {state}; only a held"):
            approve(store, name, "run", ANN)
    with pytest.raises(PublicationError, match="scv publications approve"):
        restore(store, "p000003", "run")


def test_maintenance_keeps_what_may_still_be_approved(
    store: TableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(store, 1)
    stale = make(store, 2, "held")
    make(store, 3)
    waiting = make(store, 4, "held")
    maintain(store, keep=1, hours=0, run_id="r")
    assert not store.is_complete(NAME, stale.tables[NAME])
    row = approve(store, waiting.publication, "run", ANN)
    assert ids(store, NAME, row.tables[NAME]) == [4]


def test_the_command_puts_who_and_why_on_record(store: TableStore) -> None:
    make(store, 1)
    make(store, 2, "held")
    assert scv(store, "publications", "approve", "p000002").exit_code == 2
    words = ("publications", "approve", "p000002", "--reason", "checked", "--by", "ann")
    result = scv(store, *words)
    assert result.exit_code == 0, result.output
    assert "p000003 is live with the tables of p000002" in result.stdout
    query = "select state, decided_by, reason, approved_from from ops.publications"
    shown = scv(store, "sql", f"{query} where publication = 'p000003'", "--json")
    assert json.loads(shown.stdout) == [
        {"state": "approved", "decided_by": "ann", "reason": "checked",
         "approved_from": "p000002"}
    ]  # fmt: skip
    assert "approved from p000002" in scv(store, "publications", "list").stdout
    again = scv(store, *words)
    assert again.exit_code == 4
    assert "can't be approved any more" in again.stderr


def test_the_list_shows_the_share_of_records_that_kept_their_id(store: TableStore) -> None:
    put(store, "published", counts={"records_before": 3, "records_kept": 2})
    put(store, "published", counts={"records_before": 100_000, "records_kept": 99_999})
    shown = scv(store, "publications", "list").stdout
    assert "66.66 %" in shown
    assert "99.99 %" in shown
