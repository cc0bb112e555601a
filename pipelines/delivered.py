"""Delivered rows as a run reads them: all of bronze, or the rows that speak of what its new ones
speak of.

A night finds those in two steps: Spark finds their places, reading nothing but the columns that
make keys, and DuckDB copies the rows. To let Spark filter whole rows took 15 to 20 s at a million
source identities, since it reads and converts every column of every row before it knows the key.
What is found goes through files: no row comes to the driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from pathlib import Path

import duckdb
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pipelines.run import Run
from pipelines.tables import bronze_table
from pipelines.views import open_view
from sources.assembly import KEY
from sources.contract import FileContract
from sources.event import EVENT_KEY
from sources.mapping import spoken_hashes, spoken_keys
from sources.reading import BATCH_DAY, FILE, INGESTED_AT, LINE

KEYS = {"record": KEY, "link": ("left_source", "left_key"), "event": EVENT_KEY}
"""What rows speak of, and the columns that say which one, as `spoken_keys` names them."""

_SPOKEN = ("kind", "first_key", "second_key")
_PLACE = (FILE, LINE)

MOST_BROADCAST = 2_000_000
"""Keys that every task gets; more are shuffled. About 200 MB."""


@dataclass(frozen=True)
class Delivered:
    """Where the rows are that a run reads again, and of what its new rows speak; neither where it
    reads all of bronze.
    """

    run: Run
    found: Path | None = None

    def rows(self, contract: FileContract) -> DataFrame:
        """The rows of a kind of file that are read."""
        if self.found is None:
            return self.all_rows(contract)
        return self.run.spark.read.parquet(str(self.found / f"{contract.table}.parquet"))

    def all_rows(self, contract: FileContract) -> DataFrame:
        """Everything that was delivered of it."""
        return self.run.read(bronze_table(contract))

    def touched(self, rows: DataFrame, kind: str) -> DataFrame:
        """Those of the rows that speak of what the run's new rows speak of; all, where all is made
        anew.
        """
        if self.found is None:
            return rows
        touched = _read_touched(self.run, self.found).where(F.col("kind") == kind)
        keys = [F.col(name).alias(key) for name, key in zip(_SPOKEN[1:], KEYS[kind], strict=True)]
        return rows.join(touched.select(*keys), on=list(KEYS[kind]), how="left_semi")


def delivered_rows(run: Run) -> Delivered:
    """By what the run makes anew. The rows to read again are looked for once a run."""
    if run.scope.records:
        return Delivered(run)
    found = run.scratch / "delivered"
    if not found.exists():
        partial = found.with_name("looking")
        partial.mkdir(parents=True)
        _find(run, partial)
        partial.rename(found)
    return Delivered(run, found)


def union(frames: Sequence[DataFrame]) -> DataFrame:
    """The rows of all of them; columns that one lacks are null there."""
    return reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames)


def _find(run: Run, folder: Path) -> None:
    everything = Delivered(run)
    fresh, places = [], []
    for _, contract in run.catalog.files:
        rows = everything.all_rows(contract)
        fresh.append(spoken_keys(rows.where(_is_fresh(run, contract)), contract))
        places.append(spoken_hashes(rows, contract).withColumn("table_name", F.lit(contract.table)))
    union(fresh).distinct().write.parquet(str(folder / "touched"))
    wanted = _read_touched(run, folder).select(F.xxhash64(*_SPOKEN).alias("spoken"))
    found = union(places).join(wanted, on="spoken", how="left_semi")
    found.select("table_name", *_PLACE).write.parquet(str(folder / "places"))
    for _, contract in run.catalog.files:
        _copy(run, contract, folder)


def _is_fresh(run: Run, contract: FileContract) -> Column:
    """Rows that make what they speak of look different now: those that this run took in, and where
    the newest day of a snapshot moves, those of the day before it: absence is a delete.
    """
    fresh = F.col(INGESTED_AT) == F.lit(run.started_at)
    if contract.delivery == "snapshot":
        newest = _newest_day_before(run, contract)
        if newest is not None:
            fresh |= F.col(BATCH_DAY) >= F.lit(newest)
    return fresh


def _read_touched(run: Run, folder: Path) -> DataFrame:
    """The kind and both keys of all that the new rows speak of."""
    touched = run.spark.read.parquet(str(folder / "touched"))
    few = sum(row["delivered"] for row in run.new_account) <= MOST_BROADCAST
    return F.broadcast(touched) if few else touched


def _copy(run: Run, contract: FileContract, folder: Path) -> None:
    """The rows of a kind of file whose places were found, as one Parquet file."""
    table = bronze_table(contract)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        open_view(connection, "delivered", run.store, table, run.versions[table])
        places, target = (
            str(folder / name).replace("'", "''")
            for name in ("places/*.parquet", f"{contract.table}.parquet")
        )
        connection.execute(
            "copy (select * from delivered semi join"
            f" (from read_parquet('{places}') where table_name = '{contract.table}')"
            f" using ({', '.join(_PLACE)})) to '{target}' (format parquet)"
        )


def _newest_day_before(run: Run, contract: FileContract) -> date | None:
    table = bronze_table(contract)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        open_view(connection, "delivered", run.store, table, run.versions[table])
        rows = connection.execute(
            f"select max({BATCH_DAY}) from delivered where {INGESTED_AT} <> $1", [run.started_at]
        ).fetchall()
    newest: date | None = rows[0][0]
    return newest
