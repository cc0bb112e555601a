"""A class-data archive of the JVM: what Spark and Delta load, stored ready for the next start.

Run by the environment's own Python as the last step of set-up. On 2 cores a session and its first
small Delta table took 10 s with it and 15 s without. The JVM ignores an archive that does not fit.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from pyspark import SparkContext

from generator.feeds import generate
from generator.settings import GeneratorSettings
from pipelines.config import load_config
from pipelines.run import Run
from pipelines.session import SparkSettings, build_session, java_options, shared_directory
from pipelines.stages.consolidate import consolidate_customers
from pipelines.stages.identify import identify_customers
from pipelines.stages.ingest import ingest
from pipelines.stages.resolve import resolve_records
from pipelines.stages.standardise import standardise_events, standardise_records

DUMP_SECONDS = 300


def main() -> int:
    """Replace the archive; 0 when there is one afterwards, 1 when the JVM wrote none."""
    archive = shared_directory() / "spark.jsa"
    archive.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="archive-", dir=archive.parent) as scratch:
        candidate = Path(scratch) / "spark.jsa"
        dump(candidate, Path(scratch))
        if not candidate.is_file():
            print("The JVM ended without writing an archive.", file=sys.stderr)
            return 1
        candidate.replace(archive)
    return 0


def dump(archive: Path, scratch: Path) -> None:
    """Make a small run and let the JVM write the classes it used when it ends."""
    # Only the flag is added: an archive fits only the class path and collector it was made with.
    flags = f"{java_options(scratch)} -XX:ArchiveClassesAtExit={archive}"
    settings = SparkSettings(options=(("spark.driver.extraJavaOptions", flags),))
    session = build_session("archive", scratch, settings)
    try:
        exercise(scratch)
    finally:
        gateway = SparkContext._gateway
        session.stop()
        stop_jvm(gateway)


def exercise(scratch: Path) -> None:
    """A small run, in the session that is active: it loads the very classes that runs load."""
    generate(scratch / "feeds", GeneratorSettings(persons=60, days=1, seed=1))
    config = load_config(landing=scratch / "feeds" / "landing", warehouse=scratch / "warehouse")
    run = Run(config)
    run.begin()
    for stage in (
        ingest,
        standardise_events,
        standardise_records,
        resolve_records,
        identify_customers,
        consolidate_customers,
    ):
        stage(run)
    run.close()


def stop_jvm(gateway: object) -> None:
    """End the JVM as its parent's end would, and wait until the archive is written."""
    process: subprocess.Popen[bytes] = gateway.proc  # type: ignore[attr-defined]
    if process.stdin:
        process.stdin.close()
    process.wait(timeout=DUMP_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
