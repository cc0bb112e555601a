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
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipelines.session import SparkSettings, build_session, java_options, shared_directory

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
    """Run a small load like a run's and let the JVM write the classes it used when it ends."""
    # Only the flag is added: an archive fits only the class path and collector it was made with.
    flags = f"{java_options(scratch)} -XX:ArchiveClassesAtExit={archive}"
    settings = SparkSettings(options=(("spark.driver.extraJavaOptions", flags),))
    session = build_session("archive", scratch, settings)
    try:
        exercise(session, scratch)
    finally:
        gateway = SparkContext._gateway
        session.stop()
        stop_jvm(gateway)


def exercise(session: SparkSession, scratch: Path) -> None:
    """Read CSV and JSON, group, join, window, write and merge Delta: what loads a run's classes."""
    people = session.range(2000).select(
        F.col("id"),
        F.concat(F.lit("name "), F.col("id") % 97).alias("name"),
        F.to_timestamp(F.lit("2024-01-01")).alias("seen"),
        (F.col("id") / 7).cast("decimal(12,2)").alias("amount"),
        F.array(F.col("id").cast("string")).alias("keys"),
    )
    flat = people.drop("keys")
    flat.write.option("header", True).csv(str(scratch / "csv"))
    people.write.json(str(scratch / "json"))
    columns = "id bigint, name string, seen timestamp, amount decimal(12,2)"
    from_csv = session.read.option("header", True).schema(columns).csv(str(scratch / "csv"))
    from_json = session.read.schema(f"{columns}, keys array<string>").json(str(scratch / "json"))
    table = str(scratch / "table")
    joined = from_csv.join(from_json.select("id", "keys"), on="id", how="inner")
    joined.withColumn("clean", F.regexp_replace(F.lower("name"), r"\s+", "")).write.format(
        "delta"
    ).save(table)
    stored = session.read.format("delta").load(table)
    grouped = stored.groupBy("clean").agg(
        F.count("*").alias("rows"), F.max_by("name", "seen"), F.sum("amount"), F.collect_set("id")
    )
    grouped.orderBy("clean").limit(50).toPandas()
    stored.createOrReplaceTempView("stored")
    ranked = (
        "select *, row_number() over (partition by clean order by seen, id) as place from stored"
    )
    session.sql(ranked).where("place = 1").drop("place").write.format("delta").mode("append").save(
        table
    )
    session.sql(
        f"merge into delta.`{table}` t using (select 1 as id, 'x' as name) s "
        "on t.id = s.id when matched then update set name = s.name"
    )


def stop_jvm(gateway: object) -> None:
    """End the JVM as its parent's end would, and wait until the archive is written."""
    process: subprocess.Popen[bytes] = gateway.proc  # type: ignore[attr-defined]
    if process.stdin:
        process.stdin.close()
    process.wait(timeout=DUMP_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
