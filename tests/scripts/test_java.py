"""Which Java is taken, and what is said where none can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import java
from scripts.system import SetupError
from scv.installation import parse_java_major

VERSIONS = [
    ('openjdk version "17.0.15" 2025-04-15', 17),
    ('openjdk version "21" 2023-09-19', 21),
    ('java version "1.8.0_292"', 8),
    ('openjdk version "25-ea" 2025-09-16', 25),
    ("bash: java: command not found", None),
]


@pytest.mark.parametrize(("text", "expected"), VERSIONS)
def test_major_version(text: str, expected: int | None) -> None:
    assert parse_java_major(text) == expected


def fake_java(home: Path, version: str) -> Path:
    """A Java home whose java only answers the question for its version."""
    executable = home / "bin" / "java"
    executable.parent.mkdir(parents=True)
    executable.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    executable.chmod(0o755)
    return home


@pytest.mark.parametrize(
    ("version", "suitable"), [("11.0.2", False), ("17.0.1", True), ("21.0.1", True), ("25", False)]
)
def test_suitable_versions(tmp_path: Path, version: str, suitable: bool) -> None:
    assert java.is_suitable(fake_java(tmp_path, version) / "bin" / "java") is suitable


@pytest.fixture
def no_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing can be installed; returns its folder of Java runtimes."""
    monkeypatch.setattr(java, "can_install_packages", lambda: False)
    monkeypatch.setattr(java, "SYSTEM_RUNTIMES", tmp_path / "jvm")
    return tmp_path / "jvm"


def test_an_old_java_is_named_together_with_a_suitable_one(
    no_packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = fake_java(tmp_path / "old", "11.0.2")
    new = fake_java(no_packages / "java-17", "17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(old))
    with pytest.raises(SetupError) as caught:
        java.ensure_java()
    assert f"{old}/bin/java is Java 11" in str(caught.value)
    assert str(caught.value).endswith(f"Type: export JAVA_HOME={new}")


def test_without_any_java_the_one_command_is_told(
    no_packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    apt = tmp_path / "apt-get"
    apt.touch(mode=0o755)
    with pytest.raises(SetupError) as caught:
        java.ensure_java()
    assert "no Java was found" in str(caught.value)
    assert str(caught.value).endswith("sudo apt-get install -y openjdk-17-jre-headless")


def test_root_on_debian_installs_a_java(
    no_packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def install(packages: list[list[str]], purpose: str) -> None:
        asked.extend(packages)
        fake_java(tmp_path / "home", "17.0.1")

    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(java, "can_install_packages", lambda: True)
    monkeypatch.setattr(java, "install_first_of", install)
    java.ensure_java()
    assert asked[0] == ["openjdk-17-jre-headless"]
