"""A second set-up does nothing, and does it again as soon as something changed."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.system import SetupError


@pytest.fixture
def completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with inputs, a made-up environment and the stamp that set-up would leave."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.delenv("SCV_JARS", raising=False)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    environment = tmp_path / ".venv"
    jars = environment / "share" / "scv" / "jars"
    tools = environment / "bin"
    for folder in (jars, tools):
        folder.mkdir(parents=True)
    for tool in ("scv", "java"):
        (tools / tool).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tools))
    (jars / "group_one-1.jar").write_bytes(b"jar")
    digest = hashlib.sha256(b"jar").hexdigest()
    (tmp_path / "jars.lock").write_text(f"{digest}  group:one:1\n")
    (tmp_path / "requirements.lock").write_text("one==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    bootstrap.stamp(environment).write_text(bootstrap.digest(environment))
    return environment


def test_an_unchanged_environment_is_current(completed: Path) -> None:
    assert bootstrap.is_current(completed)


@pytest.mark.parametrize("name", bootstrap.INPUTS)
def test_a_changed_input_asks_for_another_set_up(completed: Path, name: str) -> None:
    path = completed.parent / name
    path.write_text(path.read_text() + "# changed\n")
    assert not bootstrap.is_current(completed)


@pytest.mark.parametrize(
    "lost", ["share/scv/setup.stamp", "share/scv/jars/group_one-1.jar", "bin/scv", "bin/java"]
)
def test_a_lost_part_asks_for_another_set_up(completed: Path, lost: str) -> None:
    (completed / lost).unlink()
    assert not bootstrap.is_current(completed)


def test_a_damaged_jar_asks_for_another_set_up(completed: Path) -> None:
    (completed / "share/scv/jars/group_one-1.jar").write_bytes(b"half")
    assert not bootstrap.is_current(completed)


def test_a_moved_environment_asks_for_another_set_up(completed: Path) -> None:
    moved = completed.parent / "elsewhere"
    completed.rename(moved)
    assert not bootstrap.is_current(moved)


def test_a_failed_step_ends_in_one_sentence_and_leaves_no_stamp(
    completed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_java() -> None:
        raise SetupError("Spark needs Java.")

    monkeypatch.setattr(bootstrap, "ENVIRONMENT", completed)
    monkeypatch.setattr(bootstrap, "ensure_java", no_java)
    (completed / "bin/scv").unlink()
    assert bootstrap.main() == 1
    assert capsys.readouterr().err == "setup: stopped. Spark needs Java.\n"
    assert not bootstrap.stamp(completed).exists()


def test_a_full_disk_is_found_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "NEEDED_BYTES", 2**62)
    with pytest.raises(SetupError, match="GB free, and set-up needs"):
        bootstrap.check_disk(tmp_path)


def test_an_archive_is_made_again_when_a_part_is_younger(tmp_path: Path) -> None:
    jar, archive = tmp_path / "one.jar", tmp_path / "spark.jsa"
    jar.touch()
    assert not bootstrap.archive_is_current(archive, [jar])
    time.sleep(0.02)
    archive.touch()
    assert bootstrap.archive_is_current(archive, [jar])
    time.sleep(0.02)
    # A package's own, older time does not hide that the jar is new here.
    os.utime(jar, (0, 0))
    assert not bootstrap.archive_is_current(archive, [jar])


def test_a_removed_jar_changes_what_an_archive_depends_on(completed: Path) -> None:
    shared = completed / "share" / "scv"
    spark = completed / "lib" / "python3.11" / "site-packages" / "pyspark" / "jars"
    spark.mkdir(parents=True)
    (spark / "two.jar").touch()
    archive = shared / "spark.jsa"
    time.sleep(0.02)
    archive.touch()
    assert bootstrap.archive_is_current(archive, bootstrap.class_path_parts(completed, shared))
    time.sleep(0.02)
    (spark / "two.jar").unlink()
    assert not bootstrap.archive_is_current(archive, bootstrap.class_path_parts(completed, shared))
