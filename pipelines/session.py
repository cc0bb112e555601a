"""The only place that builds a Spark session.

One run has one session, because the cold JVM is the biggest cost of a small run: measured on
2 cores, ingest took 37 s in a cold JVM and 9.5 s later in the same one.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession


class SessionError(Exception):
    """Spark cannot be started here; the message says why and what to type."""


@dataclass(frozen=True)
class SparkSettings:
    """What a deployment may want to change about Spark.

    `master` is any Spark master URL; `memory` the driver's heap; `options` go to Spark as they are.
    `quick_compiler` is for small inputs: the JVM's first compiler alone halved the CPU seconds of
    a run over 42 thousand records (65 against 32 for standardising), and still saves a fifth at
    a million.
    """

    master: str = "local[*]"
    memory: str = "2g"
    shuffle_partitions: int = 4
    quick_compiler: bool = False
    options: tuple[tuple[str, str], ...] = ()


def shared_directory() -> Path:
    """Where `make setup` puts what the JVM needs: jars and the class-data archive."""
    return Path(sys.prefix) / "share" / "scv"


def jar_paths() -> list[Path]:
    """Delta's jars, sorted, from $SCV_JARS or the virtual environment.

    They are on the class path from the start: resolving them through Ivy at session start
    took 11.8 s against 6.9 s, and needs the network.
    """
    directory = Path(os.environ.get("SCV_JARS", shared_directory() / "jars"))
    jars = sorted(directory.glob("*.jar"))
    if not jars:
        raise SessionError(f"Delta's jars are missing from {directory}. Run 'make setup' once.")
    return jars


def java_options(local_directory: Path, *, quick_compiler: bool = False) -> str:
    """JVM flags, with the class-data archive where set-up made one."""
    options = ["-XX:TieredStopAtLevel=1"] if quick_compiler else []
    options += [
        "-XX:+UseParallelGC",
        # Spark's code for wide rows is longer than the 8,000 bytes up to which Java compiles.
        "-XX:-DontCompileHugeMethods",
        "-Dio.netty.tryReflectionSetAccessible=true",
        f"-Dderby.system.home={local_directory}",
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
    ]
    archive = shared_directory() / "spark.jsa"
    if archive.exists():
        options += [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto"]
    return " ".join(options)


def build_session(
    application: str, local_directory: Path, settings: SparkSettings | None = None
) -> SparkSession:
    """Start Spark with Delta, quiet and without a user interface or a port open to others.

    `local_directory` takes shuffle files and the like; nothing in it outlives the run.
    Raises `SessionError` where jars are missing or the JVM does not start.
    """
    settings = settings or SparkSettings()
    # A foreign SPARK_HOME would start another Spark version than the one that is locked.
    for foreign in ("SPARK_HOME", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS"):
        os.environ.pop(foreign, None)
    # Spark's Python workers take `python3` from PATH otherwise, without our packages.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.Builder().appName(application).master(settings.master)
    for key, value in _options(local_directory, settings).items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise SessionError(
            f"Spark can't be started with master {settings.master}, memory {settings.memory} and"
            f" {os.environ.get('JAVA_HOME') or 'the Java on PATH'}: see spark in scv.yml, and type"
            " scv doctor"
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    session.sparkContext.setCheckpointDir(str(local_directory / "checkpoints"))
    return session


class FileHold:
    """A file that the JVM keeps locked until it is released or the JVM ends."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def release(self) -> None:
        self._file.close()


def hold_file(session: SparkSession, path: Path) -> FileHold:
    """Lock a file from within the driver's JVM; `SessionError` where another one has it."""
    jvm: Any = session.sparkContext._jvm
    file = jvm.java.io.RandomAccessFile(str(path), "rw")
    if file.getChannel().tryLock() is None:
        file.close()
        raise SessionError(f"another JVM holds {path}; end that java process, then try again")
    return FileHold(file)


def _options(local_directory: Path, settings: SparkSettings) -> dict[str, str]:
    """Spark's configuration; each line that is not plain says why."""
    class_path = os.pathsep.join(str(path) for path in jar_paths())
    flags = java_options(local_directory, quick_compiler=settings.quick_compiler)
    log_configuration = Path(__file__).with_name("log4j2.properties")
    return {
        "spark.driver.extraClassPath": class_path,
        "spark.executor.extraClassPath": class_path,
        "spark.driver.extraJavaOptions": (
            f"{flags} -Dlog4j.configurationFile=file:{log_configuration}"
        ),
        "spark.driver.memory": settings.memory,
        "spark.local.dir": str(local_directory),
        "spark.sql.warehouse.dir": str(local_directory / "spark-warehouse"),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        # A cast that fails is null; as an error its text would quote a person's value.
        "spark.sql.ansi.enabled": "false",
        # Times are UTC everywhere; a reader's own zone must not change what is stored.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(settings.shuffle_partitions),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # 50 partitions of a Delta snapshot cost a second for each small commit.
        "spark.databricks.delta.snapshotPartitions": "1",
        # Deletion vectors are silently ignored by readers that take a table's file list.
        "spark.databricks.delta.properties.defaults.enableDeletionVectors": "false",
        # The first checkpoint cost 4 to 16 s in the middle of a run.
        "spark.databricks.delta.properties.defaults.checkpointInterval": "100",
        "spark.databricks.delta.stats.collect": "true",
        # Noting the Python line of every Column call took 8 of 29 s of standardising.
        "spark.python.sql.dataFrameDebugging.enabled": "false",
        # Past 128 groups Spark would sort wide rows instead of hashing them.
        "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "50000",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        # Ten thousand rows of 200 kB fit into an Arrow column; asking each row for the batch's
        # bytes, as any smaller limit than this one does, took a third of the JVM's time.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
        "spark.sql.execution.arrow.maxBytesPerBatch": "2147483647",
        "spark.python.worker.reuse": "true",
        "spark.python.daemon.module": "pipelines.worker_daemon",
        **dict(settings.options),
    }
