"""Delta's jars are kept only with the locked content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from scripts import jars as jars_module
from scripts.jars import ensure_jars, keep_verified, spark_environment
from scripts.system import SetupError
from scv.installation import LockedJar

CONTENT = {"one": b"first jar", "two": b"second jar"}


def locked(name: str) -> LockedJar:
    digest = hashlib.sha256(CONTENT[name]).hexdigest()
    return LockedJar(coordinates=f"group:{name}:1", sha256=digest)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "jars.lock"
    path.write_text("".join(f"{locked(n).sha256}  {locked(n).coordinates}\n" for n in CONTENT))
    return path


def serve(monkeypatch: pytest.MonkeyPatch, content: dict[str, bytes]) -> list[str]:
    """Stand in for Ivy: every asked jar appears with the given content; returns what was asked."""
    asked: list[str] = []

    def fetch(environment: Path, jars: list[LockedJar], scratch: Path) -> None:
        (scratch / "jars").mkdir()
        for jar in jars:
            asked.append(jar.coordinates)
            name = jar.coordinates.split(":")[1]
            if name in content:
                (scratch / "jars" / jar.file_name).write_bytes(content[name])

    monkeypatch.setattr(jars_module, "fetch", fetch)
    return asked


def test_fetched_jars_are_in_place_and_are_not_fetched_again(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = serve(monkeypatch, CONTENT)
    directory = tmp_path / "share" / "jars"
    ensure_jars(tmp_path, lock, directory)
    ensure_jars(tmp_path, lock, directory)
    assert {path.name for path in directory.iterdir()} == {"group_one-1.jar", "group_two-1.jar"}
    assert asked == ["group:one:1", "group:two:1"]
    assert [path.name for path in directory.parent.iterdir()] == ["jars"]


@pytest.mark.parametrize("wrong", [{"one": b"first jar", "two": b"forged"}, {"one": b"first jar"}])
def test_nothing_is_kept_when_one_jar_is_wrong_or_missing(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, bytes]
) -> None:
    serve(monkeypatch, wrong)
    directory = tmp_path / "share" / "jars"
    directory.mkdir(parents=True)
    (directory / "group_two-1.jar").write_bytes(b"from before")
    (directory / "group_one-1.jar").write_bytes(b"half")
    with pytest.raises(SetupError, match=r"group_two-1\.jar is not the locked file"):
        ensure_jars(tmp_path, lock, directory)
    assert list(directory.iterdir()) == []
    assert [path.name for path in directory.parent.iterdir()] == ["jars"]


def test_a_damaged_and_a_foreign_jar_are_replaced(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = serve(monkeypatch, CONTENT)
    directory = tmp_path / "jars"
    directory.mkdir()
    (directory / "group_one-1.jar").write_bytes(CONTENT["one"])
    (directory / "group_two-1.jar").write_bytes(b"half")
    (directory / "group_two-0.jar").write_bytes(b"older")
    ensure_jars(tmp_path, lock, directory)
    assert asked == ["group:two:1"]
    assert {p.name: p.read_bytes() for p in directory.iterdir()} == {
        "group_one-1.jar": CONTENT["one"],
        "group_two-1.jar": CONTENT["two"],
    }


def test_a_wrong_jar_names_both_hashes(tmp_path: Path) -> None:
    (tmp_path / "group_one-1.jar").write_bytes(b"other")
    actual = hashlib.sha256(b"other").hexdigest()
    with pytest.raises(SetupError) as caught:
        keep_verified(tmp_path, [locked("one")], tmp_path)
    assert actual in str(caught.value)
    assert locked("one").sha256 in str(caught.value)


def test_another_spark_of_this_machine_does_not_reach_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_HOME", "/opt/spark")
    monkeypatch.setenv("PYTHONPATH", "/opt/spark/python")
    monkeypatch.setenv("SPARK_CONF_DIR", "/etc/spark")
    environment = spark_environment(tmp_path, tmp_path / "pyspark")
    assert environment["SPARK_HOME"] == str(tmp_path / "pyspark")
    assert not {"PYTHONPATH", "SPARK_CONF_DIR"} & set(environment)
