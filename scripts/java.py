"""A Java that Spark can use: found, installed, or asked for in one sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from scripts.system import SetupError, can_install_packages, install_first_of
from scv.installation import (
    MAXIMUM_JAVA,
    MINIMUM_JAVA,
    java_command,
    java_executable,
    java_major,
)

SYSTEM_RUNTIMES = Path("/usr/lib/jvm")


def ensure_java() -> None:
    """Make sure that Spark will find a Java of a version it can use. Raises `SetupError`."""
    if is_suitable(java_executable(os.environ)):
        return
    if not suitable_home(SYSTEM_RUNTIMES) and can_install_packages():
        install_first_of(
            [["openjdk-17-jre-headless"], ["openjdk-21-jre-headless"]], purpose="a Java runtime"
        )
    if not is_suitable(java_executable(os.environ)):
        raise SetupError(explain(os.environ))


def is_suitable(executable: Path | None) -> bool:
    """Whether this Java exists and Spark can use its version."""
    major = java_major(executable) if executable else None
    return major is not None and MINIMUM_JAVA <= major <= MAXIMUM_JAVA


def suitable_home(runtimes: Path) -> Path | None:
    """A Java home below `runtimes` that Spark can use, the first by name."""
    for executable in sorted(runtimes.glob("*/bin/java")):
        if is_suitable(executable):
            return executable.parent.parent
    return None


def explain(environment: Mapping[str, str]) -> str:
    """Which Java Spark would take, why it cannot, and the one command to type."""
    executable = java_executable(environment)
    if executable is not None:
        found = f"{executable} is Java {java_major(executable) or 'of an unknown version'}"
    elif environment.get("JAVA_HOME"):
        found = f"JAVA_HOME is {environment['JAVA_HOME']}, which has no bin/java"
    else:
        found = "no Java was found"
    home = suitable_home(SYSTEM_RUNTIMES)
    command = f"export JAVA_HOME={home}" if home else java_command()
    return f"Spark needs Java {MINIMUM_JAVA} to {MAXIMUM_JAVA}, and {found}. Type: {command}"
