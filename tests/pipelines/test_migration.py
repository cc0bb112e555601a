"""A warehouse of the release before: refused in one sentence, migrated, and at work again."""

from __future__ import annotations

import tarfile
from hashlib import sha256
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
    schema_version,
)
from pipelines.migration import STEPS, migrate
from pipelines.publication_decisions import restore
from pipelines.snapshot import Snapshot
from resolution.schema import IDENTITIES
from scv.main import app
from tests.pipelines.publications import put

FIXTURES = Path(__file__).parents[1] / "fixtures"


def scv(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(params=range(FIRST_SCHEMA_VERSION, SCHEMA_VERSION))
def earlier(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A warehouse of an earlier schema version, with its key and its landing folder beside it."""
    with tarfile.open(FIXTURES / f"warehouse-schema-{request.param}.tar.gz") as archive:
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
    assert f", now {SCHEMA_VERSION}); type 'scv migrate'" in result.stderr
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
    assert (row.publication, row.state, row.schema_version) == (
        "p000002", "migrated", SCHEMA_VERSION,
    )  # fmt: skip
    assert (row.counts, row.key_check) == (first.counts, first.key_check)
    assert (
        row.tables.items()
        >= {
            name: version for name, version in first.tables.items() if name != IDENTITIES.name
        }.items()
    )
    assert store.read_arrow("ops.publications").column_names == MANIFEST.names
    again = scv("migrate", "--warehouse", earlier)
    assert "Nothing to do" in again.stdout
    settings = earlier.parent / "scv.yml"
    # This release links these few records otherwise; that it may is another test's matter.
    allowed = "quality: {largest_upgrade_churn: 1, largest_customer_drop: 1}\n"
    settings.write_text(allowed, encoding="utf-8")
    places = ("--landing", earlier.parent / "landing", "--warehouse", earlier)
    result = scv("run", "--config", settings, *places)
    assert result.exit_code == 0, result.output
    snapshot = Snapshot(earlier)
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
            assert (schema_version(rows) == SCHEMA_VERSION) is (len(rows) == 2)
    assert reached[-2:] == ["before write ops.publications", "after write ops.publications"]
    assert "after write golden.identity_history" in reached
    assert [row.state for row in read_manifest(store)] == ["published", "migrated"]
    assert published(earlier)["golden.customers"]


def test_the_records_of_a_migrated_warehouse_can_be_asked(earlier: Path) -> None:
    """Files that the release before wrote lack the new columns."""
    manifest = TableStore(earlier).read_arrow("ops.publications").to_pylist()
    first = manifest[0].get("schema_version")
    migrate(TableStore(earlier), "run")
    query = "select publication, schema_version from ops.publications order by publication"
    result = scv("sql", query, "--format", "csv", "--warehouse", earlier)
    assert result.stdout.split() == [
        "publication,schema_version",
        f"p000001,{first or ''}",
        f"p000002,{SCHEMA_VERSION}",
    ]


def test_customers_of_before_begin_their_history(earlier: Path) -> None:
    store = TableStore(earlier)
    (first,) = read_manifest(store)
    identities = store.read_arrow(IDENTITIES.name, first.tables[IDENTITIES.name]).to_pylist()
    migrate(store, "run")
    with Snapshot(earlier).duckdb() as connection:
        rows = connection.execute(
            "select unnest(records), to_id, kind, cause, founder from golden.identity_history"
        ).fetchall()
    assert {row[0]: row[1] for row in rows} == {
        row["record_id"]: row["customer_id"] for row in identities
    }
    assert {row[2:4] for row in rows} == {("birth", "migration")}
    made = {f"c{sha256(f'{row[4]}/0'.encode()).hexdigest()[:24]}": row[1] for row in rows}
    assert all(ours == theirs for ours, theirs in made.items())


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
