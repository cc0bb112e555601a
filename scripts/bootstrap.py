"""`make setup`: from a Python and nothing else to an environment in which everything runs.

Every step looks first at what is there, so an interrupted set-up goes on where it stopped. A stamp
with a digest of all inputs makes the second start a matter of milliseconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from scripts.environment import ensure_environment, install_project, install_requirements
from scripts.jars import ensure_jars, spark_home
from scripts.java import ensure_java
from scripts.system import SetupError, say
from scv.installation import LockError, java_executable, read_jar_lock, shared_directory, wrong_jars

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
INPUTS = ("requirements.lock", "jars.lock", "pyproject.toml")
# The environment takes 2.2 GB, and building Spark's source archive 1.4 GB for a moment.
NEEDED_BYTES = 4 * 1024**3


def main() -> int:
    """Bring the environment up to date; 0 when it is, else 1 and a sentence."""
    # The lock file itself is the lock: a second 'make' waits until the first is done.
    with (ROOT / INPUTS[0]).open() as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        if is_current(ENVIRONMENT):
            return 0
        try:
            set_up()
        except (SetupError, LockError, OSError) as error:
            say(f"stopped. {error}")
            return 1
        except KeyboardInterrupt:
            say("interrupted. Type 'make setup' again, it goes on where it stopped.")
            return 130
    return 0


def set_up() -> None:
    """Do all steps in order and stamp the result. Raises `SetupError`."""
    started = time.monotonic()
    shared = shared_directory(ENVIRONMENT)
    stamp(ENVIRONMENT).unlink(missing_ok=True)
    check_disk(ROOT)
    ensure_java()
    ensure_environment(ENVIRONMENT)
    install_requirements(ENVIRONMENT, ROOT / "requirements.lock")
    install_project(ENVIRONMENT, ROOT)
    if not os.environ.get("SCV_JARS"):
        ensure_jars(ENVIRONMENT, ROOT / "jars.lock", shared / "jars")
    shared.mkdir(parents=True, exist_ok=True)
    for name in ("requirements.lock", "jars.lock"):
        shutil.copyfile(ROOT / name, shared / name)
    make_archive(shared)
    stamp(ENVIRONMENT).write_text(digest(ENVIRONMENT), encoding="utf-8")
    say(f"ready after {time.monotonic() - started:.0f} s")


def make_archive(shared: Path) -> None:
    """Store the JVM's loaded classes, so that every later start of Spark is quicker.

    Without the archive everything works, so a failure is told and is no reason to stop.
    """
    if archive_is_current(shared / "spark.jsa", class_path_parts(ENVIRONMENT, shared)):
        return
    say("storing Spark's classes for quicker starts (half a minute)")
    log = shared / "archive.log"
    command = [str(ENVIRONMENT / "bin" / "python"), "-I", str(ROOT / "scripts" / "archive.py")]
    with log.open("w") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        say(f"no class archive was made ({log} says why); Spark starts some seconds slower")


def archive_is_current(archive: Path, parts: list[Path]) -> bool:
    """Whether the archive is younger than all that it was made from.

    The time of the last change counts: packages carry the modification times of their build.
    """
    if not archive.is_file():
        return False
    return archive.stat().st_ctime > max(part.stat().st_ctime for part in parts)


def class_path_parts(environment: Path, shared: Path) -> list[Path]:
    """What an archive depends on: Java, the jars of Spark and of Delta."""
    java = java_executable(os.environ)
    spark = spark_home(environment) / "jars"
    delta = Path(os.environ.get("SCV_JARS") or shared / "jars")
    # A folder changes when a jar in it is removed.
    parts = [spark, delta, *spark.glob("*.jar"), *delta.glob("*.jar")]
    return [*parts, java.resolve()] if java else parts


def check_disk(directory: Path) -> None:
    """Raise `SetupError` where the packages would not fit."""
    free = shutil.disk_usage(directory).free
    if not ENVIRONMENT.exists() and free < NEEDED_BYTES:
        raise SetupError(
            f"{directory} has {free / 1024**3:.1f} GB free, and set-up needs "
            f"{NEEDED_BYTES / 1024**3:.0f} GB. Free some space, then 'make setup' again."
        )


def is_current(environment: Path) -> bool:
    """Whether set-up was completed from just these inputs and its parts are still there."""
    path = stamp(environment)
    if not path.is_file() or path.read_text(encoding="utf-8") != digest(environment):
        return False
    if java_executable(os.environ) is None or not os.access(environment / "bin" / "scv", os.X_OK):
        return False
    jars = Path(os.environ.get("SCV_JARS") or shared_directory(environment) / "jars")
    return not wrong_jars(jars, read_jar_lock(ROOT / "jars.lock"))


def stamp(environment: Path) -> Path:
    """The file that says from what the environment was made."""
    return shared_directory(environment) / "setup.stamp"


def digest(environment: Path) -> str:
    """SHA-256 over the inputs, the place and the Python: scripts inside name their folder."""
    content = hashlib.sha256(f"{environment} {sys.version_info[:2]}".encode())
    for name in INPUTS:
        content.update((ROOT / name).read_bytes())
    return content.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
