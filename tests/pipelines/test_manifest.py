"""Publications: which is live, how ids count, and what a restore does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.delta import TableStore
from pipelines.errors import PublicationError
from pipelines.manifest import find, live, next_id, read_manifest
from pipelines.publication_decisions import restore
from tests.pipelines.publications import PLAIN, put


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path / "warehouse")


def test_a_new_warehouse_has_no_publication(store: TableStore) -> None:
    assert read_manifest(store) == []
    assert live([]) is None
    assert next_id([]) == "p000001"


def test_a_row_comes_back_as_it_was_written(store: TableStore) -> None:
    row = put(store, "rejected", tables={"a.b": 3, "c.d": 0}, failed_checks=("critical: a.b.c",))
    assert read_manifest(store) == [row]
    assert row.created_at.tzinfo is UTC


def test_ids_count_up_over_every_state_and_rejected_ones_are_not_live(store: TableStore) -> None:
    first = put(store, "published", tables={"a.b": 1})
    put(store, "rejected", tables={"a.b": 2})
    assert live(read_manifest(store)) == first
    third = put(store, "published", tables={"a.b": 3})
    put(store, "rejected", tables={"a.b": 4})
    manifest = read_manifest(store)
    assert [row.publication for row in manifest] == ["p000001", "p000002", "p000003", "p000004"]
    assert live(manifest) == third
    assert next_id(manifest) == "p000005"
    assert find(manifest, "p000002").tables == {"a.b": 2}


def test_a_restore_is_a_new_row_with_the_old_versions(store: TableStore) -> None:
    first = put(store, "published", tables={"a.b": 1}, model_version="old")
    put(store, "published", tables={"a.b": 2})
    began = datetime.now(UTC)
    restored = restore(store, first.publication, "by-hand")
    assert (restored.publication, restored.state, restored.tables) == (
        "p000003",
        "restored",
        {"a.b": 1},
    )
    assert (restored.restored_from, restored.run_id, restored.model_version) == (
        "p000001", "by-hand", "old",
    )  # fmt: skip
    assert restored.created_at >= began
    manifest = read_manifest(store)
    assert live(manifest) == restored
    assert manifest[0] == first
    again = restore(store, restored.publication, "by-hand")
    assert (again.publication, again.restored_from) == ("p000004", "p000001")


def test_what_was_never_live_or_never_was_can_not_be_restored(store: TableStore) -> None:
    put(store, "published")
    rejected = put(store, "rejected")
    with pytest.raises(PublicationError, match="was rejected and never live"):
        restore(store, rejected.publication, "by-hand")
    with pytest.raises(PublicationError, match=r"'p000009'; see 'scv publications list'"):
        restore(store, "p000009", "by-hand")
    assert len(read_manifest(store)) == 2


@given(st.lists(st.sampled_from(["published", "restored", "rejected"]), max_size=12))
def test_live_is_the_last_that_was_not_rejected(states: list[str]) -> None:
    manifest = [
        replace(PLAIN, publication=f"p{number:06d}", state=state)
        for number, state in enumerate(states, start=1)
    ]
    shown = [row for row in manifest if row.state != "rejected"]
    assert live(manifest) == (shown[-1] if shown else None)
    assert next_id(manifest) == f"p{len(states) + 1:06d}"
