"""The lock files pin everything, name no address and agree with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.environment import BUILD_TOOLS, locked_entries
from scripts.system import SetupError
from scv.installation import LockError, read_jar_lock, read_locked_versions

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [entry for entries in project["optional-dependencies"].values() for entry in entries]
    wanted = [Requirement(entry) for entry in (*project["dependencies"], *extras)]
    return [entry for entry in wanted if entry.name != project["name"]]


def test_every_declared_requirement_is_locked_in_a_version_that_it_allows() -> None:
    locked = {canonicalize_name(k): v for k, v in read_locked_versions(LOCK).items()}
    outside = [
        str(entry)
        for entry in declared()
        if not entry.specifier.contains(locked.get(canonicalize_name(entry.name), "0"))
    ]
    assert outside == []


def test_every_locked_package_has_a_hash_and_no_line_names_an_address() -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", LOCK.read_text())
    assert len(entries) > 100
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    strange = [
        line for line in LOCK.read_text().splitlines() if re.search(r"://|--\w*index|@", line)
    ]
    assert strange == []


def test_jars_belong_to_the_locked_delta() -> None:
    delta = read_locked_versions(LOCK)["delta-spark"]
    spark = ".".join(read_locked_versions(LOCK)["pyspark"].split(".")[:2])
    coordinates = [jar.coordinates for jar in read_jar_lock(ROOT / "jars.lock")]
    assert coordinates == [
        f"io.delta:delta-spark_{spark}_2.13:{delta}",
        f"io.delta:delta-storage:{delta}",
    ]


def test_build_tools_are_taken_out_of_the_lock_with_their_hashes() -> None:
    taken = locked_entries(LOCK.read_text(), BUILD_TOOLS)
    assert [line.split("==")[0] for line in taken.splitlines() if "==" in line] == list(BUILD_TOOLS)
    assert taken.count("--hash=sha256:") >= len(BUILD_TOOLS)


def test_a_lock_without_the_build_tools_is_refused_by_name() -> None:
    with pytest.raises(SetupError, match="has no hatchling"):
        locked_entries("yaml==1 \\\n    --hash=sha256:0\n", ("hatchling",))


def test_a_broken_line_of_the_jar_lock_is_named(tmp_path: Path) -> None:
    path = tmp_path / "jars.lock"
    path.write_text("# remark\nabc  io.delta:delta-storage:4.3.1\n")
    with pytest.raises(LockError, match=r"jars.lock line 2"):
        read_jar_lock(path)
