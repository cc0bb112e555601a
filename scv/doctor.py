"""What has to be right on this machine before a run, each check with its remedy.

A check looks and changes nothing. It is given what it judges, so that a test can show it the
condition it is there to find; `run_checks` gives all of them the real machine.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
import yaml

from scv.installation import (
    MAXIMUM_JAVA,
    MINIMUM_JAVA,
    LockError,
    current_shared_directory,
    java_command,
    java_executable,
    java_major,
    read_jar_lock,
    read_locked_versions,
    wrong_jars,
)

GIGABYTE = 1024**3
# Spark's heap of 2 GB, DuckDB, Python and Dagster beside it.
NEEDED_MEMORY = 4 * GIGABYTE
NEEDED_DISK = 2 * GIGABYTE
PYTHON_VERSIONS = ((3, 11), (3, 15))
MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")
SHOWN_LIBRARIES = (
    "pyspark",
    "delta-spark",
    "deltalake",
    "duckdb",
    "splink",
    "great_expectations",
    "dagster",
    "pandas",
    "pyarrow",
)


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    `severity` says what a finding that is not `ok` means: with an error no run is started, with a
    warning it is. `remedy` is empty where nothing has to be done.
    """

    name: str
    ok: bool
    severity: Literal["error", "warning"]
    detail: str
    remedy: str = ""


def passed(name: str, detail: str) -> Finding:
    """A check that found nothing to mend."""
    return Finding(name, ok=True, severity="error", detail=detail)


def failed(name: str, detail: str, remedy: str) -> Finding:
    """A check that found what would make a run fail."""
    return Finding(name, ok=False, severity="error", detail=detail, remedy=remedy)


def warned(name: str, detail: str, remedy: str) -> Finding:
    """A check that found what may surprise, and lets a run start."""
    return Finding(name, ok=False, severity="warning", detail=detail, remedy=remedy)


def run_checks(warehouse: Path | None = None, landing: Path | None = None) -> list[Finding]:
    """All checks on this machine, in the order in which mending makes sense.

    `warehouse` and `landing` are checked where they are given; neither has to exist.
    """
    shared = current_shared_directory()
    spark = importlib.util.find_spec("pyspark")
    findings = [
        check_python(sys.version_info[:2]),
        check_java(os.environ),
        check_foreign_spark(os.environ, spark.origin if spark else None, Path(sys.prefix)),
        check_libraries(shared / "requirements.lock", installed_versions()),
        check_jars(Path(os.environ.get("SCV_JARS") or shared / "jars"), shared / "jars.lock"),
        check_memory(usable_memory(MEMORY_LIMIT)),
        check_address(os.environ),
        check_telemetry(os.environ),
    ]
    if warehouse is not None:
        findings.append(check_folder("warehouse", warehouse))
    if landing is not None:
        findings.append(check_landing(landing))
    place = nearest_existing(warehouse or Path.cwd())
    findings.append(check_disk(place, shutil.disk_usage(place).free))
    return findings


def versions() -> dict[str, str]:
    """The versions that a report of a problem should name: Python, Java and the libraries."""
    executable = java_executable(os.environ)
    java = java_major(executable) if executable else None
    installed = installed_versions()
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "java": str(java) if java else "none",
        **{name: installed.get(canonical(name), "none") for name in SHOWN_LIBRARIES},
    }


def check_python(version: tuple[int, ...]) -> Finding:
    """The Python that runs this is one the locked packages were made for."""
    lowest, above = PYTHON_VERSIONS
    told = ".".join(map(str, version))
    if lowest <= version < above:
        return passed("python", f"Python {told}")
    return failed(
        "python",
        f"Python {told} runs this, and the locked packages are for 3.11 to 3.14.",
        "Type: make setup PYTHON=python3.12 (or another of these that is installed)",
    )


def check_java(environment: Mapping[str, str]) -> Finding:
    """The Java that Spark would start exists and has a version Spark can use."""
    executable = java_executable(environment)
    major = java_major(executable) if executable else None
    if major is not None and MINIMUM_JAVA <= major <= MAXIMUM_JAVA:
        return passed("java", f"Java {major} ({executable})")
    if executable is not None:
        told = f"{executable} is Java {major or 'of an unknown version'}"
    elif environment.get("JAVA_HOME"):
        told = f"JAVA_HOME is {environment['JAVA_HOME']}, which has no bin/java"
    else:
        told = "No Java was found"
    return failed(
        "java",
        f"{told}; Spark needs Java {MINIMUM_JAVA} to {MAXIMUM_JAVA}.",
        f"Type: {java_command()} (or set JAVA_HOME to a suitable Java)",
    )


def check_foreign_spark(
    environment: Mapping[str, str], origin: str | None, prefix: Path
) -> Finding:
    """No other Spark stands in the way: on the Python path it would be used, else it is ignored."""
    if origin is None or not Path(origin).is_relative_to(prefix):
        return failed(
            "spark",
            f"Python finds pyspark at {origin or 'no place'}, not in {prefix}.",
            "Type: unset PYTHONPATH SPARK_HOME, then make setup",
        )
    home = environment.get("SPARK_HOME")
    if home and Path(home).resolve() != Path(origin).resolve().parent:
        return warned(
            "spark",
            f"SPARK_HOME is {home}, another Spark; it is ignored here.",
            "Type: unset SPARK_HOME",
        )
    return passed("spark", "the project's own Spark")


def check_libraries(lock: Path, installed: Mapping[str, str]) -> Finding:
    """Every locked library is installed in just the locked version.

    `installed` maps canonical distribution names to versions.
    """
    if not lock.is_file():
        return failed(
            "libraries", f"{lock} is missing, so set-up has not been completed.", "Type: make setup"
        )
    locked = {canonical(name): wanted for name, wanted in read_locked_versions(lock).items()}
    other = [
        f"{name} is {installed.get(name, 'missing')} instead of {wanted}"
        for name, wanted in sorted(locked.items())
        if installed.get(name) != wanted
    ]
    if other:
        rest = f" and {len(other) - 5} more" if len(other) > 5 else ""
        return failed(
            "libraries",
            f"Not as locked: {', '.join(other[:5])}{rest}.",
            "Remove .venv, then type: make setup",
        )
    return passed("libraries", f"{len(locked)} as locked")


def check_jars(directory: Path, lock: Path) -> Finding:
    """Delta's jars are there with the locked content."""
    try:
        locked = read_jar_lock(lock)
    except (LockError, OSError) as error:
        told = str(error)
        return failed("jars", told, "Type: make setup")
    wrong = wrong_jars(directory, locked)
    if wrong:
        return failed(
            "jars",
            f"Missing from {directory}, or of another content: {', '.join(wrong)}.",
            "Type: make setup",
        )
    return passed("jars", f"{len(locked)} with the right hash")


def check_memory(usable: int) -> Finding:
    """`usable` bytes of memory suffice for Spark, DuckDB and Python side by side."""
    told = f"{usable / GIGABYTE:.1f} GB"
    if usable >= NEEDED_MEMORY:
        return passed("memory", told)
    return failed(
        "memory",
        f"{told} of memory may be used here; a run needs {NEEDED_MEMORY // GIGABYTE} GB.",
        "Give the machine or the container more memory.",
    )


def check_disk(place: Path, free: int) -> Finding:
    """`free` bytes on the disk of `place` suffice for a small run."""
    told = f"{free / GIGABYTE:.1f} GB free on the disk of {place}"
    if free >= NEEDED_DISK:
        return passed("disk", told)
    return failed(
        "disk",
        f"{told}; a run needs {NEEDED_DISK // GIGABYTE} GB.",
        "Free some space, or name a warehouse on another disk with --warehouse.",
    )


def check_folder(name: str, folder: Path) -> Finding:
    """A folder can be written to, or be created where it does not exist yet."""
    place = nearest_existing(folder)
    if not place.is_dir():
        return failed(
            name,
            f"{place} is not a folder, so {folder} cannot be one.",
            f"Name another folder with --{name}, or move the file away.",
        )
    if os.statvfs(place).f_flag & os.ST_RDONLY:
        return failed(
            name,
            f"{place} lies on a disk that is mounted for reading only.",
            f"Find out why (dmesg, mount), mount it for writing, or name another with --{name}.",
        )
    if not os.access(place, os.W_OK | os.X_OK):
        return failed(
            name,
            f"{place} cannot be written to by this user.",
            f'Type: sudo chown -R "$(id -un)" {place} (or name another with --{name})',
        )
    return passed(name, f"{folder} can be written to")


def check_landing(folder: Path) -> Finding:
    """Delivered files can be read; a folder that is not there yet is only waited for."""
    if not folder.exists():
        return warned(
            "landing",
            f"{folder} does not exist.",
            "Have feeds delivered there, or name another with --landing or in scv.yml.",
        )
    if not folder.is_dir():
        return failed("landing", f"{folder} is not a folder.", "Name another with --landing.")
    if not os.access(folder, os.R_OK | os.X_OK):
        return failed(
            "landing",
            f"{folder} cannot be read by this user.",
            f"Have its owner type: chmod -R a+rX {folder} (or name another with --landing)",
        )
    return passed("landing", f"{folder} can be read")


def check_address(environment: Mapping[str, str]) -> Finding:
    """Spark's driver can open a port where it is told to, the loopback address by default."""
    address = environment.get("SPARK_LOCAL_IP") or "127.0.0.1"
    try:
        family = socket.getaddrinfo(address, None)[0][0]
        with socket.socket(family) as listener:
            listener.bind((address, 0))
    except OSError as error:
        return failed(
            "address",
            f"Spark cannot listen on {address} ({error.strerror}).",
            "Type: unset SPARK_LOCAL_IP, and see that the loopback interface is up.",
        )
    return passed("address", f"Spark listens on {address}")


def check_telemetry(environment: Mapping[str, str]) -> Finding:
    """Dagster sends nothing, also when it is started by hand."""
    if "DAGSTER_DISABLE_TELEMETRY" in environment:
        return passed("telemetry", "off by the environment")
    home = environment.get("DAGSTER_HOME")
    if home is None or _telemetry_disabled(Path(home)):
        return passed("telemetry", "off by dagster.yaml")
    return warned(
        "telemetry",
        f"Dagster would report its use when started on {home} by hand.",
        f"Add 'telemetry: {{enabled: false}}' to {home}/dagster.yaml",
    )


def usable_memory(limit: Path) -> int:
    """Bytes this process may use: the machine's memory, or its container's limit if that is less.

    `limit` is the control group's file; it holds 'max' where there is no limit.
    """
    total = psutil.virtual_memory().total
    try:
        told = limit.read_text(encoding="ascii").strip()
    except OSError:
        return total
    return min(total, int(told)) if told.isdigit() else total


def nearest_existing(path: Path) -> Path:
    """The path itself, or the first of its parents that exists."""
    absolute = path.absolute()
    return next(place for place in (absolute, *absolute.parents) if place.exists())


def installed_versions() -> dict[str, str]:
    """Canonical distribution name to version, of everything Python finds."""
    return _by_name(importlib.metadata.distributions())


def canonical(name: str) -> str:
    """A distribution's name as packaging compares it."""
    return name.lower().replace("_", "-").replace(".", "-")


def _by_name(distributions: Iterable[importlib.metadata.Distribution]) -> dict[str, str]:
    return {canonical(found.metadata["Name"]): found.version for found in distributions}


def _telemetry_disabled(home: Path) -> bool:
    try:
        settings = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return False
    told = settings.get("telemetry") if isinstance(settings, dict) else None
    return isinstance(told, dict) and told.get("enabled") is False
