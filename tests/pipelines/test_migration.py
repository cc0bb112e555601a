"""A warehouse of the release before: refused in one sentence, migrated, and at work again."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from pipelines import delta
from pipelines.delta import TableStore
from pipelines.errors import SchemaError
from pipelines.maintenance import maintain
from pipelines.manifest import (
    FIRST_SCHEMA_VERSION,
    MANIFEST,
    SCHEMA_VERSION,
    live,
    read_manifest,
    restore,
    schema_version,
)
from pipelines.migration import STEPS, migrate
from pipelines.snapshot import Snapshot
from scv.main import app
from tests.pipelines.publications import put

FIXTURES = Path(__file__).parents[1] / "fixtures"


def scv(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A warehouse of schema version 1, with its key and its landing folder beside it."""
    with tarfile.open(FIXTURES / "warehouse-schema-1.tar.gz") as archive:
        # Python before 3.11.4 has neither the filter nor the argument.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path)  # noqa: S202  (our own fixture)
    return tmp_path / "warehouse"


def published(warehouse: Path) -> dict[str, list[str]]:
    snapshot = Snapshot(warehouse)
    return {name: sorted(map(repr, snapshot.arrow(name).to_pylist())) for name in snapshot.tables}


def test_there_is_a_step_from_every_version() -> None:
    assert sorted(STEPS) == list(range(FIRST_SCHEMA_VERSION, SCHEMA_VERSION))


@pytest.mark.parametrize(
    "words",
    [
        ("sql", "select 1"),
        ("run", "--landing", "{}/landing"),
        ("maintain",),
        ("publications", "restore", "p000001"),
        ("export", "customers", "--out", "{}/out.csv"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_names_the_one_that_helps(earlier: Path, words: tuple[str, ...]) -> None:
    before = TableStore(earlier).version("ops.publications")
    given = [word.format(earlier.parent) for word in words]
    result = scv(*given, "--warehouse", earlier)
    assert result.exit_code == 4, result.output
    assert "schema version 1, now 2); type 'scv migrate'" in result.stderr
    assert "Traceback" not in result.stderr
    assert TableStore(earlier).version("ops.publications") == before


def test_a_migrated_warehouse_shows_the_same_rows_and_takes_the_next_day(
    earlier: Path, spark: SparkSession
) -> None:
    store = TableStore(earlier)
    (first,) = read_manifest(store)
    result = scv("migrate", "--warehouse", earlier)
    assert result.exit_code == 0, result.output
    row = live(read_manifest(store))
    assert row is not None
    assert (row.publication, row.state, row.schema_version) == ("p000002", "migrated", 2)
    assert (row.tables, row.counts, row.key_check) == (first.tables, first.counts, first.key_check)
    assert store.read_arrow("ops.publications").column_names == MANIFEST.names
    again = scv("migrate", "--warehouse", earlier)
    assert "Nothing to do" in again.stdout
    result = scv("run", "--landing", earlier.parent / "landing", "--warehouse", earlier)
    assert result.exit_code == 0, result.output
    snapshot = Snapshot(earlier)
    assert snapshot.publication.publication == "p000003"
    assert snapshot.publication.inputs == ("crm/dt=2026-01-06/contacts.csv",)
    assert snapshot.publication.schema_version == SCHEMA_VERSION


def test_a_migration_that_is_killed_anywhere_begins_again(
    earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    reached: list[str] = []

    def die(boundary: str) -> None:
        if boundary not in reached:
            reached.append(boundary)
            raise KilledError

    store = TableStore(earlier)
    monkeypatch.setattr(delta, "reach", die)
    for _ in range(20):
        try:
            migrate(store, "run")
            break
        except KilledError:
            rows = read_manifest(store)
            assert schema_version(rows) == (1 if len(rows) == 1 else 2)
    assert reached == [
        "before widen ops.publications", "after widen ops.publications",
        "before write ops.publications", "after write ops.publications",
    ]  # fmt: skip
    assert [row.state for row in read_manifest(store)] == ["published", "migrated"]
    assert published(earlier)["golden.customers"]


def test_the_records_of_a_migrated_warehouse_can_be_asked(earlier: Path) -> None:
    """Files that the release before wrote lack the new columns."""
    migrate(TableStore(earlier), "run")
    query = "select publication, schema_version from ops.publications order by publication"
    result = scv("sql", query, "--format", "csv", "--warehouse", earlier)
    assert result.stdout.split() == ["publication,schema_version", "p000001,", "p000002,2"]


def test_heads_that_nobody_published_are_not_migrated(earlier: Path) -> None:
    store = TableStore(earlier)
    (first,) = read_manifest(store)
    name = "golden.crosswalk"
    store.write_arrow(store.read_arrow(name), name, "append")
    migrate(store, "run")
    assert store.rows(name) == store.rows(name, first.tables[name])


def test_an_earlier_publication_brought_back_is_migrated_again(earlier: Path) -> None:
    store = TableStore(earlier)
    migrate(store, "run")
    restore(store, "p000001", "run")
    with pytest.raises(SchemaError, match="scv migrate"):
        Snapshot(earlier)
    row = migrate(store, "run")
    assert row is not None
    assert row.publication == "p000004"
    assert published(earlier)["golden.customers"]


def test_a_warehouse_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    put(store, "published", schema_version=SCHEMA_VERSION + 1)
    for act in (lambda: migrate(store, "r"), lambda: maintain(store, 1, 0, "r")):
        with pytest.raises(SchemaError, match="later release"):
            act()
    assert migrate(TableStore(tmp_path / "new"), "r") is None
