"""Delta's jars: fetched once through Spark's own Ivy, kept only where their SHA-256 is right."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from scripts.system import SetupError, say
from scv.installation import LockedJar, file_sha256, read_jar_lock, wrong_jars

# Spark ships these already, or Delta needs them for catalogues that are not used here.
NOT_NEEDED = (
    "com.*:*",
    "commons*:*",
    "io.airlift:*",
    "io.delta:delta-kernel*",
    "io.unitycatalog:*",
    "javax.*:*",
    "org.*:*",
)
FETCH_SECONDS = 900


def ensure_jars(environment: Path, lock: Path, directory: Path) -> None:
    """Leave exactly the locked jars in `directory`. Raises `SetupError`, keeping nothing wrong."""
    locked = read_jar_lock(lock)
    directory.mkdir(parents=True, exist_ok=True)
    expected = {jar.file_name for jar in locked}
    for other in directory.iterdir():
        if other.name not in expected:
            other.unlink()
    wrong = wrong_jars(directory, locked)
    missing = [jar for jar in locked if jar.file_name in wrong]
    if not missing:
        return
    for jar in missing:
        (directory / jar.file_name).unlink(missing_ok=True)
    say(f"fetching {len(missing)} of {len(locked)} jars of Delta through Spark's Ivy")
    # Beside the target, so that the move at the end is one rename on the same file system.
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=directory.parent) as scratch:
        fetch(environment, missing, Path(scratch))
        keep_verified(Path(scratch) / "jars", missing, directory)


def fetch(environment: Path, jars: list[LockedJar], scratch: Path) -> None:
    """Let the installed Spark resolve the jars into `scratch`/jars. Raises `SetupError`.

    A company's own mirror is named by $SCV_IVY_SETTINGS, the path of an Ivy settings file.
    """
    spark = spark_home(environment)
    idle = scratch / "idle.py"
    idle.write_text("# Spark resolves its packages before it starts this, and that is all.\n")
    settings = os.environ.get("SCV_IVY_SETTINGS")
    command = [
        str(spark / "bin" / "spark-submit"),
        *("--packages", ",".join(jar.coordinates for jar in jars)),
        *("--exclude-packages", ",".join(NOT_NEEDED)),
        *("--conf", f"spark.jars.ivy={scratch}"),
        *(["--conf", f"spark.jars.ivySettings={settings}"] if settings else []),
        str(idle),
    ]
    log = scratch / "ivy.log"
    with log.open("w") as output:
        try:
            done = subprocess.run(
                command,
                env=spark_environment(environment, spark),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=FETCH_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SetupError(_unreachable(log)) from error
    if done.returncode != 0:
        raise SetupError(_unreachable(log))


def keep_verified(fetched: Path, jars: list[LockedJar], directory: Path) -> None:
    """Move fetched jars into place once all have the locked content. Raises `SetupError`."""
    for jar in jars:
        path = fetched / jar.file_name
        actual = file_sha256(path) if path.is_file() else "missing"
        if actual != jar.sha256:
            raise SetupError(
                f"{jar.file_name} is not the locked file: SHA-256 {actual}, jars.lock says "
                f"{jar.sha256}. Nothing was kept. Find out who answers for the package "
                "repository on this network before you try 'make setup' again."
            )
    for jar in jars:
        shutil.move(fetched / jar.file_name, directory / jar.file_name)


def spark_home(environment: Path) -> Path:
    """The folder of the pyspark package in this environment. Raises `SetupError`."""
    found = sorted((environment / "lib").glob("python3*/site-packages/pyspark"))
    if not found:
        raise SetupError("pyspark is not installed. Remove .venv and run 'make setup' again.")
    return found[0]


def spark_environment(environment: Path, spark: Path) -> dict[str, str]:
    """The variables for a Spark of ours, whatever other Spark this machine is set up for."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "PYSPARK_SUBMIT_ARGS", "SPARK_CONF_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    python = str(environment / "bin" / "python")
    return {
        **kept,
        "SPARK_HOME": str(spark),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": python,
        "PYSPARK_DRIVER_PYTHON": python,
    }


def _unreachable(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    told = [line for line in lines if "UNRESOLVED" in line or "Exception" in line or "rror" in line]
    reason = told[0] if told else (lines[-1] if lines else "no answer")
    return (
        f"Delta's jars could not be fetched ({reason}). Set-up needs the network once. Behind a "
        "mirror, name an Ivy settings file in SCV_IVY_SETTINGS; without any network, put the jars "
        "that jars.lock names into a folder and set SCV_JARS to it. Then 'make setup' again."
    )
