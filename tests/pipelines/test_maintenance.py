"""Compacted and vacuumed, and every kept publication still reads the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import maintenance
from pipelines.delta import TableStore
from pipelines.errors import PublicationError
from pipelines.maintenance import kept, maintain
from pipelines.manifest import Publication, live, read_manifest
from pipelines.publication_decisions import restore
from tests.pipelines.publications import put
from tests.pipelines.test_delta import ids, numbers

NAME = "bronze.things"


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path / "warehouse")


def publish(store: TableStore, *values: int, mode: str = "append") -> Publication:
    version = store.write_arrow(numbers(*values), NAME, mode)
    return put(store, "published", tables={NAME: version})


def parquet(store: TableStore) -> int:
    return len(list(Path(store.location(NAME)).glob("*.parquet")))


def shown(store: TableStore, row: Publication) -> list[int]:
    return ids(store, NAME, row.tables[NAME])


def test_what_no_kept_publication_names_goes_and_the_rest_reads_the_same(store: TableStore) -> None:
    rows = [publish(store, number, mode="overwrite") for number in range(4)]
    store.write_arrow(numbers(99), NAME, "append")  # a failed candidate
    Path(store.location(NAME), "part-left-by-a-killed-task.parquet").write_bytes(b"x")
    done = maintain(store, keep=2, hours=0, run_id="r")
    assert {row.table: row.deleted for row in done}[NAME] == 4
    assert parquet(store) == 2
    assert [shown(store, row) for row in rows[2:]] == [[2], [3]]
    assert live(read_manifest(store)) == rows[3]


def test_young_files_stay_for_readers_that_began(store: TableStore) -> None:
    for number in range(3):
        publish(store, number, mode="overwrite")
    maintain(store, keep=1, hours=1, run_id="r")
    assert parquet(store) == 3


def test_a_dry_run_counts_and_deletes_nothing(store: TableStore) -> None:
    for number in range(3):
        publish(store, number, mode="overwrite")
    head = store.version(NAME)
    done = maintain(store, keep=1, hours=0, run_id="r", dry_run=True)
    assert {row.table: row.deleted for row in done}[NAME] == 2
    assert (parquet(store), store.version(NAME)) == (3, head)


def test_many_small_files_become_few_as_a_publication_of_the_same_rows(
    store: TableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "MOST_FILES", 3)
    rows = [publish(store, number) for number in range(5)]
    store.write_arrow(numbers(99), NAME, "append")  # a failed candidate
    maintain(store, keep=9, hours=0, run_id="r")
    row = live(read_manifest(store))
    assert row is not None
    assert (row.state, row.publication) == ("maintained", "p000006")
    assert shown(store, row) == [0, 1, 2, 3, 4]
    assert len(store.files(NAME, row.tables[NAME])) == 1
    assert [shown(store, one) for one in rows] == [list(range(n + 1)) for n in range(5)]


def test_the_next_run_finds_nothing_to_bring_back(store: TableStore) -> None:
    rows = [publish(store, number, mode="overwrite") for number in range(3)]
    maintain(store, keep=1, hours=0, run_id="r")
    head = store.version(NAME)
    store.reset(NAME, rows[-1].tables[NAME])
    assert store.version(NAME) == head


def test_a_publication_that_has_expired_is_refused_by_a_restore(store: TableStore) -> None:
    first, *_, last = [publish(store, number, mode="overwrite") for number in range(3)]
    maintain(store, keep=1, hours=0, run_id="r")
    with pytest.raises(PublicationError, match="p000001 has expired"):
        restore(store, first.publication, "r")
    assert restore(store, last.publication, "r").restored_from == "p000003"


def test_the_live_one_is_always_kept(store: TableStore) -> None:
    rows = [publish(store, number) for number in range(3)]
    put(store, "rejected", tables=rows[0].tables)
    assert kept(read_manifest(store), 0) == rows[2:]
    assert kept(read_manifest(store), 2) == rows[1:]
    assert maintain(TableStore(store.warehouse + "-new"), keep=1, hours=0, run_id="r") == []
