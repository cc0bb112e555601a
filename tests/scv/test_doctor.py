"""The doctor finds each condition it is there to find, and says how to mend it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from scv import doctor
from scv.doctor import GIGABYTE, Finding
from scv.main import app


def assert_found(finding: Finding, detail: str, remedy: str, severity: str = "error") -> None:
    assert not finding.ok
    assert detail in finding.detail
    assert remedy in finding.remedy
    assert finding.severity == severity


def java_home(folder: Path, version: str) -> dict[str, str]:
    executable = folder / "bin" / "java"
    executable.parent.mkdir(parents=True)
    executable.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    executable.chmod(0o755)
    return {"JAVA_HOME": str(folder)}


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_a_python_outside_the_lock(version: tuple[int, int]) -> None:
    assert_found(doctor.check_python(version), f"Python 3.{version[1]}", "make setup PYTHON=")
    assert doctor.check_python((3, 11)).ok


@pytest.mark.parametrize(("version", "major"), [("1.8.0_292", 8), ("11.0.2", 11), ("25", 25)])
def test_an_unsuitable_java(tmp_path: Path, version: str, major: int) -> None:
    finding = doctor.check_java(java_home(tmp_path, version))
    assert_found(finding, f"is Java {major}; Spark needs Java 17 to 22", "JAVA_HOME")


def test_a_java_home_without_java(tmp_path: Path) -> None:
    finding = doctor.check_java({"JAVA_HOME": str(tmp_path), "PATH": os.environ["PATH"]})
    assert_found(finding, "which has no bin/java", "Type:")


def test_no_java_and_a_suitable_one(tmp_path: Path) -> None:
    assert_found(doctor.check_java({"PATH": str(tmp_path)}), "No Java was found", "Type:")
    assert doctor.check_java(java_home(tmp_path, "17.0.15")).ok


def test_a_pyspark_of_another_installation(tmp_path: Path) -> None:
    finding = doctor.check_foreign_spark({}, "/opt/spark/python/pyspark/__init__.py", tmp_path)
    assert_found(finding, "/opt/spark/python", "unset PYTHONPATH")
    assert_found(doctor.check_foreign_spark({}, None, tmp_path), "no place", "make setup")


def test_a_foreign_spark_home_is_only_a_warning(tmp_path: Path) -> None:
    origin = str(tmp_path / "pyspark" / "__init__.py")
    foreign = doctor.check_foreign_spark({"SPARK_HOME": "/opt/spark"}, origin, tmp_path)
    assert_found(foreign, "/opt/spark", "unset SPARK_HOME", severity="warning")
    own = {"SPARK_HOME": str(tmp_path / "pyspark")}
    assert doctor.check_foreign_spark(own, origin, tmp_path).ok


def test_libraries_other_than_locked(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "Great_Expectations==1.24.1 \\\n    --hash=sha256:0\n"
        "pandas==2.3.3 \\\n    --hash=sha256:0\n"
        "splink==5.0.0 \\\n    --hash=sha256:0\n"
        "colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:0\n"
    )
    installed = {"great-expectations": "1.24.1", "pandas": "3.0.0"}
    finding = doctor.check_libraries(lock, installed)
    assert_found(finding, "pandas is 3.0.0 instead of 2.3.3", "make setup")
    assert "splink is missing instead of 5.0.0" in finding.detail
    assert "colorama" not in finding.detail
    assert doctor.check_libraries(lock, {**installed, "pandas": "2.3.3", "splink": "5.0.0"}).ok


def test_no_lock_means_no_set_up(tmp_path: Path) -> None:
    assert_found(doctor.check_libraries(tmp_path / "none", {}), "not been completed", "make setup")
    assert_found(doctor.check_jars(tmp_path, tmp_path / "none"), "none", "make setup")


def test_a_damaged_and_a_missing_jar(tmp_path: Path) -> None:
    lock = tmp_path / "jars.lock"
    digest = hashlib.sha256(b"jar").hexdigest()
    lock.write_text(f"{digest}  group:one:1\n{digest}  group:two:1\n{digest}  group:three:1\n")
    (tmp_path / "group_one-1.jar").write_bytes(b"jar")
    (tmp_path / "group_two-1.jar").write_bytes(b"damaged")
    finding = doctor.check_jars(tmp_path, lock)
    assert_found(finding, "group_two-1.jar, group_three-1.jar", "make setup")
    assert "group_one" not in finding.detail
    for name in ("two", "three"):
        (tmp_path / f"group_{name}-1.jar").write_bytes(b"jar")
    assert doctor.check_jars(tmp_path, lock).ok


def test_too_little_memory() -> None:
    assert_found(doctor.check_memory(3 * GIGABYTE), "3.0 GB", "more memory")
    assert doctor.check_memory(4 * GIGABYTE).ok


def test_the_limit_of_a_container_counts(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(f"{GIGABYTE}\n")
    assert doctor.usable_memory(limit) == GIGABYTE
    limit.write_text("max\n")
    assert doctor.usable_memory(limit) > GIGABYTE
    assert doctor.usable_memory(tmp_path / "none") > GIGABYTE


def test_too_little_disk(tmp_path: Path) -> None:
    assert_found(doctor.check_disk(tmp_path, GIGABYTE), "1.0 GB free", "--warehouse")
    assert doctor.check_disk(tmp_path, 2 * GIGABYTE).ok


def test_a_folder_that_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere, so the system's answer is given instead of a mode set.
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    finding = doctor.check_folder("warehouse", tmp_path / "new" / "warehouse")
    assert_found(finding, f"{tmp_path} cannot be written to", "sudo chown")


def test_a_disk_that_is_mounted_for_reading_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    finding = doctor.check_folder("warehouse", tmp_path / "new" / "warehouse")
    assert_found(finding, "mounted for reading only", "mount it for writing")


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "warehouse").touch()
    finding = doctor.check_folder("warehouse", tmp_path / "warehouse" / "below")
    assert_found(finding, "is not a folder", "--warehouse")
    assert doctor.check_folder("warehouse", tmp_path / "new" / "warehouse").ok


def test_a_landing_folder_is_only_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_found(
        doctor.check_landing(tmp_path / "new"), "does not exist", "--landing", severity="warning"
    )
    (tmp_path / "file").touch()
    assert_found(doctor.check_landing(tmp_path / "file"), "is not a folder", "--landing")
    monkeypatch.setattr(os, "access", lambda _, mode: not mode & os.W_OK)
    assert doctor.check_landing(tmp_path).ok
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert_found(doctor.check_landing(tmp_path), "cannot be read", "chmod")


def test_the_landing_folder_of_the_configuration_is_checked(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "scv.yml").write_text("landing: file\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["doctor", "--config", str(tmp_path / "scv.yml")])
    assert result.exit_code == 4
    assert f"{tmp_path}/file is not a folder" in result.stdout


def test_an_address_that_is_not_this_machine() -> None:
    finding = doctor.check_address({"SPARK_LOCAL_IP": "203.0.113.77"})
    assert_found(finding, "cannot listen on 203.0.113.77", "unset SPARK_LOCAL_IP")
    assert doctor.check_address({}).ok


@pytest.mark.parametrize("content", [None, "", "telemetry:\n  enabled: true\n", "a: [\n"])
def test_an_instance_that_would_report(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "dagster.yaml").write_text(content)
    finding = doctor.check_telemetry({"DAGSTER_HOME": str(tmp_path)})
    assert_found(finding, str(tmp_path), "telemetry: {enabled: false}", severity="warning")


def test_telemetry_that_is_off(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    home = {"DAGSTER_HOME": str(tmp_path)}
    assert doctor.check_telemetry(home).ok
    assert doctor.check_telemetry({"DAGSTER_DISABLE_TELEMETRY": "yes"}).ok


def test_all_checks_run_and_given_folders_are_among_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(doctor, "NEEDED_MEMORY", 2**62)
    findings = doctor.run_checks(warehouse=tmp_path / "new", landing=tmp_path / "file")
    by_name = {finding.name: finding for finding in findings}
    assert set(by_name) == {
        "python", "java", "spark", "libraries", "jars", "memory", "address", "telemetry",
        "warehouse", "landing", "disk",
    }  # fmt: skip
    assert not by_name["memory"].ok
    assert not by_name["landing"].ok
    assert by_name["warehouse"].ok
