"""What a run can't compute again, saved and put back: the same customers, decisions and history."""

from __future__ import annotations

import io
import json
import shutil
import stat
import tarfile
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from pipelines.backup import SYSTEMS_OF_RECORD, back_up, restore_backup
from pipelines.config import make_secret
from pipelines.delta import TableStore
from pipelines.errors import BackupError, ConfigurationError
from pipelines.manifest import live, read_manifest
from pipelines.run import Run
from pipelines.snapshot import Snapshot
from scv.main import app
from tests.conftest import Published
from tests.integration.contents import without_history
from tests.pipelines.publications import put
from tests.pipelines.runs import configure
from tests.sources.landing import CLUB


def scv(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def small(tmp_path: Path) -> TableStore:
    """A warehouse with a manifest of two rows, and its key."""
    store = TableStore(tmp_path / "warehouse")
    make_secret(tmp_path / "warehouse.key")
    put(store, "published", tables={"a.b": 3})
    put(store, "rejected")
    return store


def key_of(store: TableStore) -> Path:
    return Path(store.warehouse + ".key")


def counted(warehouse: Path) -> list[tuple[object, ...]]:
    """The account without the columns of a file that was withdrawn: nobody reads it again."""
    with Snapshot(warehouse).duckdb() as connection:
        return connection.execute(
            "select file, problem, accepted, quarantined, redelivered from ops.files order by 1"
        ).fetchall()


def without_account(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: rows for name, rows in tables.items() if name != "ops.files"}


def test_a_lost_warehouse_is_computed_anew_with_the_same_customers(
    published: Published, spark: SparkSession, tmp_path: Path
) -> None:
    warehouse, archive = published.copy_to(tmp_path), tmp_path / "safe" / "backup.tar.gz"
    places = ("--landing", published.landing, "--warehouse", warehouse)
    gone = "crm/dt=2026-01-07/contacts.csv"
    taken_out = scv("sources", "withdraw", gone, "--reason", "wrong shop", *places)
    assert taken_out.exit_code == 0, taken_out.output
    before, account = without_account(without_history(warehouse)), counted(warehouse)
    made = scv("backup", "--out", archive, "--warehouse", warehouse)
    assert made.exit_code == 0, made.output
    assert "1 rows of ops.file_decisions" in made.stdout
    shutil.rmtree(warehouse)
    warehouse.with_name("warehouse.key").unlink()
    back = scv("restore-backup", archive, "--warehouse", warehouse)
    assert back.exit_code == 0, back.output
    nothing = scv("sql", "select 1", "--warehouse", warehouse)
    assert (nothing.exit_code, "type 'scv run' first" in nothing.stderr) == (4, True)
    result = scv("run", *places)
    assert result.exit_code == 0, result.output
    assert without_account(without_history(warehouse)) == before
    assert counted(warehouse) == account
    states = [(row.publication, row.state) for row in read_manifest(TableStore(warehouse))]
    assert states == [("p000001", "archived"), ("p000002", "archived"), ("p000003", "published")]
    with Snapshot(warehouse).duckdb() as connection:
        assert connection.execute("select count(distinct run_id) from ops.runs").fetchall() == [
            (3,)
        ]
    assert [row[1:3] for row in account if row[0] == gone] == [("withdrawn", 0)]
    past = scv("publications", "restore", "p000001", "--warehouse", warehouse)
    assert (past.exit_code, "before a backup was put back" in past.stderr) == (4, True)


def test_a_backup_is_for_its_owner_alone_and_never_over_another(small: TableStore) -> None:
    out = Path(small.warehouse).with_name("b.tar.gz")
    assert back_up(small, key_of(small), out) == {"ops.publications": 2}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    before = out.read_bytes()
    with pytest.raises(BackupError, match="never overwritten"):
        back_up(small, key_of(small), out)
    assert out.read_bytes() == before
    assert sorted(path.name for path in out.parent.iterdir()) == [
        "b.tar.gz", "warehouse", "warehouse.key",
    ]  # fmt: skip


def test_every_table_beside_the_publications_is_in_it(published: Published) -> None:
    store = TableStore(published.warehouse)
    folders = [path.parent for path in published.warehouse.glob("*/*/_delta_log")]
    names = {".".join(folder.relative_to(published.warehouse).parts) for folder in folders}
    shown = live(read_manifest(store))
    assert shown is not None
    assert names - set(shown.tables) <= set(SYSTEMS_OF_RECORD)


def test_the_key_comes_back_for_its_owner_alone_and_binds_the_next_run(
    small: TableStore, tmp_path: Path
) -> None:
    out, key = tmp_path / "b.tar.gz", key_of(small)
    back_up(small, key, out)
    secret = key.read_bytes()
    shutil.rmtree(small.warehouse)
    key.unlink()
    assert restore_backup(out, small, key) == {"ops.publications": 2}
    assert (key.read_bytes(), stat.S_IMODE(key.stat().st_mode)) == (secret, 0o600)
    assert [row.tables for row in read_manifest(small)] == [{}, {}]
    key.unlink()
    with pytest.raises(ConfigurationError, match="is missing"):
        Run(configure(tmp_path, CLUB)).begin()
    assert not key.exists()


def test_a_restore_that_was_killed_begins_again(small: TableStore, tmp_path: Path) -> None:
    out = tmp_path / "b.tar.gz"
    back_up(small, key_of(small), out)
    fresh = TableStore(tmp_path / "new")
    half = TableStore(tmp_path / "new" / ".restoring")
    put(half, "published")
    restore_backup(out, fresh, tmp_path / "new.key")
    assert len(read_manifest(fresh)) == 2
    assert not Path(half.warehouse).exists()


def test_what_is_in_the_way_is_left_as_it_is(small: TableStore, tmp_path: Path) -> None:
    out = tmp_path / "b.tar.gz"
    back_up(small, key_of(small), out)
    with pytest.raises(BackupError, match="is not empty"):
        restore_backup(out, small, key_of(small))
    other = tmp_path / "other.key"
    make_secret(other)
    content = other.read_bytes()
    with pytest.raises(BackupError, match="another key than the backup's"):
        restore_backup(out, TableStore(tmp_path / "new"), other)
    assert other.read_bytes() == content
    assert not (tmp_path / "new" / "ops").exists()


def archive(path: Path, **parts: bytes) -> Path:
    with tarfile.open(path, "w:gz") as opened:
        for name, content in parts.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(content)
            opened.addfile(member, io.BytesIO(content))
    return path


def wrong(folder: Path, small: TableStore) -> dict[str, Path]:
    """Files that are no backup, each in a way of its own."""
    good = folder / "good.tar.gz"
    back_up(small, key_of(small), good)
    text, cut = folder / "notes.txt", folder / "cut.tar.gz"
    text.write_text("not an archive")
    cut.write_bytes(good.read_bytes()[:-200])
    says = json.dumps({"format": 1, "sha256": {"warehouse.key": "0"}}).encode()
    return {
        "there is no file": folder / "none",
        "is no backup, or not a whole one": text,
        "not a whole one": cut,
        "or not a": archive(folder / "other.tar.gz", readme_txt=b"x"),
        "was changed": archive(folder / "forged.tar.gz", backup_json=says, warehouse_key=b"x"),
    }


def test_what_is_no_backup_is_one_sentence(small: TableStore, tmp_path: Path) -> None:
    for number, (says, path) in enumerate(wrong(tmp_path, small).items()):
        target = tmp_path / f"new-{number}"
        result = scv("restore-backup", path, "--warehouse", target)
        assert result.exit_code == 4, result.output
        assert says in result.stderr
        assert "Traceback" not in result.stderr
        assert [path.name for path in target.iterdir() if path.name[0] != "."] == []
        assert not target.with_name(target.name + ".key").exists()


def test_a_warehouse_without_a_publication_has_nothing_to_save(tmp_path: Path) -> None:
    result = scv("backup", "--out", tmp_path / "b.tar.gz", "--warehouse", tmp_path / "w")
    assert (result.exit_code, "nothing to save" in result.stderr) == (4, True)
    assert not (tmp_path / "b.tar.gz").exists()


def test_without_the_key_there_is_no_backup(small: TableStore, tmp_path: Path) -> None:
    key_of(small).unlink()
    with pytest.raises(ConfigurationError, match="is missing"):
        back_up(small, key_of(small), tmp_path / "b.tar.gz")
    assert not (tmp_path / "b.tar.gz").exists()
