"""The ledger as a table: appended to whole or not at all, and a system of record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines import backup
from pipelines.backup import back_up, restore_backup
from pipelines.config import make_secret
from pipelines.delta import TableStore
from pipelines.errors import BackupError, PublicationError
from pipelines.judgements import (
    ARROW,
    Appended,
    append_judgements,
    as_before,
    companions,
    evidence,
    read_judgements,
    retract,
)
from pipelines.maintenance import MOST_FILES, maintain
from pipelines.publication_decisions import restore
from pipelines.snapshot import Snapshot
from pipelines.tables import published_tables
from resolution.errors import JudgementError
from resolution.judgements.judgement import JUDGEMENTS, Judgement
from resolution.judgements.ledger import live
from sources.catalog import load_catalog
from tests.pipelines.publications import put
from tests.pipelines.small import publish_small, rid
from tests.resolution.judgements.made import judged, moved, number_id, retraction

A, B, C, DELETED, NOBODY = rid("a"), rid("b"), rid("c"), rid("d"), rid("0")
SECRET = "zaphodine@example.org"


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    """Customers of records a, b and of c, and a deleted record d."""
    return publish_small(
        tmp_path / "warehouse", {"one": "ab", "two": "c"}, [("a", "b", 9_000), ("a", "c", -4_000)]
    )


def test_what_is_appended_is_read_back_in_its_order(store: TableStore) -> None:
    rows = [
        judged(1, "same", A, B, weight=-3, model_version="m"),
        judged(2, "different", A, B, others=[C, DELETED]),
        moved(3, B, A, C),
        judged(4, "pinned", A, attribute="email", value="a@b.org"),
        retraction(5, 1),
    ]
    assert append_judgements(store, rows[3:] + rows[:3]) == Appended(added=5, repeated=0)
    assert read_judgements(store) == rows
    assert store.version(JUDGEMENTS.name) == 0


def test_the_columns_are_those_that_are_documented() -> None:
    assert ARROW.names == JUDGEMENTS.columns


def test_what_is_on_record_is_counted_and_nothing_written(store: TableStore) -> None:
    rows = [judged(1, "same", A, B), judged(2, "same", A, C)]
    append_judgements(store, rows[:1])
    assert append_judgements(store, [rows[0], rows[1], rows[1]]) == Appended(1, 2)
    assert append_judgements(store, rows) == Appended(0, 2)
    assert store.version(JUDGEMENTS.name) == 1
    assert store.rows(JUDGEMENTS.name) == 2


def test_rows_that_two_writers_kept_twice_count_once(store: TableStore) -> None:
    append_judgements(store, [judged(1, "same", A, B)])
    store.write_arrow(store.read_arrow(JUDGEMENTS.name), JUDGEMENTS.name, "append")
    assert (store.rows(JUDGEMENTS.name), len(read_judgements(store))) == (2, 1)


REFUSED: list[tuple[str, list[Judgement], str, str]] = [
    ("same id", [judged(1, "different", A, B)], number_id(1), "stands for two different decisions"),
    (
        "same id in the batch",
        [judged(7, "same", A, B), judged(7, "same", A, C)],
        number_id(7),
        "stands for two different decisions",
    ),
    ("no such record", [judged(7, "same", A, NOBODY)], number_id(7), f"no record {NOBODY}; look"),
    ("other side", [judged(7, "different", A, NOBODY)], number_id(7), f"others: .*{NOBODY}"),
    ("moved away from", [moved(7, A, B, NOBODY)], number_id(7), f"others: .*{NOBODY}"),
    ("pin", [judged(7, "pinned", NOBODY, attribute="email", value="x")], number_id(7), NOBODY),
    (
        "attribute",
        [judged(7, "pinned", A, attribute="mood", value="x")],
        number_id(7),
        "attribute: is none of name",
    ),
    ("retracts nothing", [retraction(7, 8)], number_id(7), f"there is no judgement {number_id(8)}"),
    ("circle", [retraction(7, 8), retraction(8, 7)], number_id(7), "in a circle"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("batch", "by", "says"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_one_that_can_not_be_kept_stops_the_batch(
    store: TableStore, batch: list[Judgement], by: str, says: str
) -> None:
    append_judgements(store, [judged(1, "same", A, B)])
    with pytest.raises(JudgementError, match=says) as refused:
        append_judgements(store, [judged(6, "same", A, C), *batch])
    assert refused.value.judgement_id == by
    assert read_judgements(store) == [judged(1, "same", A, B)]


def test_an_error_names_some_ids_and_no_text_that_is_none(store: TableStore) -> None:
    unknown = [rid(digit) for digit in "0123456789"]
    with pytest.raises(JudgementError, match=f"{unknown[4]} and 6 more; look") as refused:
        append_judgements(store, [judged(1, "same", A, SECRET, *unknown)])
    assert SECRET not in str(refused.value)
    assert unknown[5] not in str(refused.value)
    with pytest.raises(JudgementError, match="for 1 names, which are no record_ids") as refused:
        append_judgements(store, [judged(1, "same", A, SECRET)])
    assert SECRET not in str(refused.value)


def test_an_old_ledger_may_name_what_is_gone(store: TableStore) -> None:
    old = [judged(1, "same", A, NOBODY), judged(2, "pinned", A, attribute="mood", value="x")]
    assert append_judgements(store, old, allow_unknown=True) == Appended(2, 0)
    # What is on record is not asked again, so that a record that goes later is in nobody's way.
    assert append_judgements(store, [*old, retraction(3, 1)]) == Appended(1, 2)
    with pytest.raises(JudgementError, match="there is no judgement"):
        append_judgements(store, [retraction(4, 9)], allow_unknown=True)


def test_a_warehouse_without_a_publication_takes_nothing(tmp_path: Path) -> None:
    empty = TableStore(tmp_path / "none")
    assert read_judgements(empty) == []
    for allow in (False, True):
        with pytest.raises(PublicationError):
            append_judgements(empty, [judged(1, "same", A, B)], allow_unknown=allow)
    assert not (tmp_path / "none").exists()


def test_records_are_those_of_the_live_publication_not_of_a_candidate(store: TableStore) -> None:
    row = [{"record_id": NOBODY, "source": "crm"}]
    rejected = store.write_arrow(pa.Table.from_pylist(row), "silver.records", "append")
    put(store, "rejected", tables={"silver.records": rejected})
    with pytest.raises(JudgementError, match=NOBODY):
        append_judgements(store, [judged(1, "same", A, NOBODY)])
    put(store, "published", tables={"silver.records": rejected})
    assert append_judgements(store, [judged(1, "same", A, NOBODY)]) == Appended(1, 0)


def words(number: int) -> dict[str, Any]:
    return {"reason": "was wrong", "decided_by": "steward", "own_id": number_id(number)}


def test_a_decision_is_retracted_once(store: TableStore) -> None:
    append_judgements(store, [judged(1, "same", A, B)])
    made = retract(store, number_id(1), **words(2))
    assert (made.retracts, live(read_judgements(store))) == (number_id(1), [])
    with pytest.raises(JudgementError, match=f"is retracted already, by {number_id(2)}"):
        retract(store, number_id(1), **words(3))
    with pytest.raises(JudgementError, match=f"there is no judgement {number_id(9)}"):
        retract(store, number_id(9), **words(3))
    # The very same again, as after a connection that was lost, changes nothing.
    assert retract(store, number_id(1), **words(2)) == made
    retract(store, number_id(2), **words(4))
    assert live(read_judgements(store)) == [judged(1, "same", A, B)]
    assert retract(store, number_id(1), **words(5)).judgement_id == number_id(5)


def test_only_time_and_evidence_of_a_repeated_decision_may_differ() -> None:
    before = judged(1, "same", A, B, weight=7, model_version="m")
    again = judged(1, "same", A, B, hour=9, weight=8)
    assert as_before([before], again) == before
    assert as_before([before], judged(1, "same", A, C, hour=9)) != before
    assert as_before([before], replace(again, judgement_id=number_id(2))).weight == 8


def test_companions_are_the_others_of_the_customer(store: TableStore) -> None:
    assert [companions(store, one) for one in (A, B, C, DELETED)] == [(B,), (A,), (), ()]


def test_the_evidence_is_that_of_the_live_publication(store: TableStore) -> None:
    assert evidence(store, [B, A]) == ("model-1", 9_000)
    assert evidence(store, [A, C]) == ("model-1", -4_000)
    assert evidence(store, [B, C]) == ("model-1", None)
    assert evidence(store, [A, B, C]) == ("model-1", None)


# --- a system of record


def test_no_run_and_no_restore_resets_it(store: TableStore) -> None:
    assert JUDGEMENTS.name not in published_tables(load_catalog())
    append_judgements(store, [judged(1, "same", A, B)])
    put(store, "published", tables=Snapshot(store.warehouse).publication.tables)
    restore(store, "p000001", "run")
    assert len(read_judgements(store)) == 1


def test_it_is_there_for_questions_beside_every_publication(store: TableStore) -> None:
    append_judgements(store, [judged(1, "same", A, B)])
    for publication in (None, "p000001"):
        with Snapshot(store.warehouse, publication).duckdb() as connection:
            query = "select verdict, records, weight from resolution.judgements"
            assert connection.execute(query).fetchall() == [("same", [A, B], None)]


def test_many_small_commits_are_compacted_and_none_is_lost(store: TableStore) -> None:
    for number in range(1, MOST_FILES + 3):
        append_judgements(store, [judged(number, "same", A, B)])
    before = read_judgements(store)
    (done,) = [row for row in maintain(store, 1, 0, "run") if row.table == JUDGEMENTS.name]
    assert (done.files_before, done.files_after) == (MOST_FILES + 2, 1)
    assert read_judgements(store) == before


@pytest.fixture
def saved(store: TableStore, tmp_path: Path) -> Path:
    """A backup with one decision in it."""
    key, out = tmp_path / "warehouse.key", tmp_path / "b.tar.gz"
    make_secret(key)
    append_judgements(store, [judged(1, "same", A, B)])
    assert back_up(store, key, out) == {"ops.publications": 1, "resolution.judgements": 1}
    return out


def test_a_backup_brings_it_back(saved: Path, tmp_path: Path) -> None:
    fresh = TableStore(tmp_path / "new")
    assert restore_backup(saved, fresh, tmp_path / "new.key")["resolution.judgements"] == 1
    assert read_judgements(fresh) == [judged(1, "same", A, B)]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["ops", "resolution"]
    # Decisions go on before the next run: nothing is published that could say what is known.
    assert append_judgements(fresh, [judged(2, "same", A, C)], allow_unknown=True).added == 1


def killed(boundary: str) -> None:
    if boundary == "after restoring resolution":
        raise KeyboardInterrupt


@pytest.fixture
def halfway(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TableStore:
    """A restore that was killed when the ledger was in place and the manifest was not."""
    store = TableStore(tmp_path / "new")
    with monkeypatch.context() as patch:
        patch.setattr(backup, "reach", killed)
        with pytest.raises(KeyboardInterrupt):
            restore_backup(saved, store, tmp_path / "new.key")
    assert [path.name for path in Path(store.warehouse).glob("[!.]*")] == ["resolution"]
    return store


def test_a_restore_that_was_killed_between_folders_begins_again(
    halfway: TableStore, saved: Path, tmp_path: Path
) -> None:
    with pytest.raises(PublicationError):
        append_judgements(halfway, [judged(2, "same", A, C)], allow_unknown=True)
    restore_backup(saved, halfway, tmp_path / "new.key")
    assert read_judgements(halfway) == [judged(1, "same", A, B)]
    assert sorted(path.name for path in Path(halfway.warehouse).iterdir()) == ["ops", "resolution"]


@pytest.mark.parametrize("name", ["silver/records/part.parquet", "notes.txt"])
def test_what_came_meanwhile_is_not_taken_for_a_killed_restore(
    halfway: TableStore, saved: Path, tmp_path: Path, name: str
) -> None:
    other = Path(halfway.warehouse) / name
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text("x")
    with pytest.raises(BackupError, match="is not empty"):
        restore_backup(saved, halfway, tmp_path / "new.key")
    assert (other.read_text(), len(read_judgements(halfway))) == ("x", 1)
