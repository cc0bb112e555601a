"""The floor under a snapshot feed: a day that was cut short deletes nobody, however often."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import SparkSession

from pipelines.config import Config
from pipelines.publication import publish
from pipelines.stages.audit import audit
from pipelines.stages.ingest import ingest
from tests.pipelines.runs import begin, configure
from tests.sources.landing import deliver, varied

SNAPSHOT = varied(delivery="snapshot", minimum_share_of_last=0.5)


def day(config: Config, number: int, members: int) -> None:
    rows = "".join(f"{n},Ann,,2026-01-0{number}T10:00:00Z,x\n" for n in range(members))
    name = f"club/dt=2026-01-0{number}/members.csv"
    deliver(config.landing, name, "member,name,email,changed,Free note\n" + rows)


def night(spark: SparkSession, config: Config) -> bool:
    """Ingest what waits, and publish it where its checks pass; whether it was published."""
    run = begin(spark, config)
    ingest(run)
    if any(result.stops_publication for result in audit(run, "bronze")):
        return False
    publish(run)
    return True


def test_a_snapshot_that_is_cut_short_is_held_against_the_published_one(
    spark: SparkSession, tmp_path: Path
) -> None:
    config = configure(tmp_path, SNAPSHOT)
    day(config, 5, 10)
    assert night(spark, config)
    day(config, 6, 4)
    assert not night(spark, config)
    # The next day is as short as the one that waits, and no less wrong for it.
    day(config, 7, 4)
    assert not night(spark, config)
    day(config, 8, 9)
    assert night(spark, config)


def test_a_first_load_is_held_against_the_day_before_its_newest(
    spark: SparkSession, tmp_path: Path
) -> None:
    config = configure(tmp_path, SNAPSHOT)
    day(config, 5, 10)
    day(config, 6, 4)
    assert not night(spark, config)
