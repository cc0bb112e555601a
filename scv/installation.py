"""What set-up leaves on this machine and how to recognise it.

The standard library alone: set-up uses this before anything is installed, the doctor afterwards.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MINIMUM_JAVA = 17
# Hadoop's log-in calls Subject.getSubject, which throws since Java 23: on Java 25 Spark 4.1 starts,
# and then no file system can be opened.
MAXIMUM_JAVA = 22


class LockError(Exception):
    """A lock file cannot be read; the message names the file and the line."""


@dataclass(frozen=True)
class LockedJar:
    """One jar of jars.lock: `coordinates` as group:artifact:version, `sha256` in hexadecimal."""

    coordinates: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name under which Spark's Ivy stores it."""
        group, artifact, version = self.coordinates.split(":")
        return f"{group}_{artifact}-{version}.jar"


def shared_directory(prefix: Path) -> Path:
    """Where set-up puts what is neither a package nor the project: jars, locks, the archive."""
    return prefix / "share" / "scv"


def read_jar_lock(path: Path) -> list[LockedJar]:
    """The jars of a lock file, in its order. Raises `LockError` on a line of another form."""
    jars = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = re.fullmatch(r"([0-9a-f]{64})  ([^:\s]+:[^:\s]+:[^:\s]+)", line)
        if found is None:
            raise LockError(
                f"{path.name} line {number} is not 'sha256  group:artifact:version'. "
                "Restore the file from git."
            )
        jars.append(LockedJar(coordinates=found[2], sha256=found[1]))
    return jars


def read_locked_versions(path: Path) -> dict[str, str]:
    """Distribution name to version, from a pip requirements file with exact pins.

    Entries for other operating systems are left out.
    """
    entries = re.findall(
        r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)([^\n]*)",
        path.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {name: version for name, version, marker in entries if "== 'win32'" not in marker}


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def wrong_jars(directory: Path, locked: list[LockedJar]) -> list[str]:
    """File names of locked jars that are missing from `directory` or have another content."""
    return [
        jar.file_name
        for jar in locked
        if not (directory / jar.file_name).is_file()
        or file_sha256(directory / jar.file_name) != jar.sha256
    ]


def java_executable(environment: Mapping[str, str]) -> Path | None:
    """The Java that Spark would start: JAVA_HOME's before the one on PATH."""
    home = environment.get("JAVA_HOME")
    if home:
        candidate = Path(home) / "bin" / "java"
        return candidate if os.access(candidate, os.X_OK) else None
    found = shutil.which("java", path=environment.get("PATH"))
    return Path(found) if found else None


def java_major(executable: Path) -> int | None:
    """The major version a Java reports of itself; None where it reports none."""
    try:
        done = subprocess.run(
            [str(executable), "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except OSError:
        return None
    return parse_java_major(done.stderr + done.stdout)


def parse_java_major(text: str) -> int | None:
    """The major version in the answer to `java -version`; Java 8 calls itself 1.8."""
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found[1]) if found else None


def java_command() -> str:
    """The one command that installs a suitable Java with this machine's package manager."""
    commands = {
        "apt-get": "sudo apt-get update && sudo apt-get install -y openjdk-17-jre-headless",
        "dnf": "sudo dnf install -y java-17-openjdk-headless",
        "zypper": "sudo zypper install -y java-17-openjdk-headless",
        "pacman": "sudo pacman -S --noconfirm jre17-openjdk-headless",
        "apk": "sudo apk add openjdk17-jre-headless",
    }
    for manager, command in commands.items():
        if shutil.which(manager):
            return command
    return "install a Java 17 runtime and set JAVA_HOME to it"


def current_shared_directory() -> Path:
    """The shared directory of the Python that runs this."""
    return shared_directory(Path(sys.prefix))
