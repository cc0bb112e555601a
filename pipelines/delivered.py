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
from functools import partial, reduce
from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pipelines.run import Run
from pipelines.tables import bronze_table
from pipelines.views import utc_connection
from sources.assembly import KEY
from sources.contract import FileContract, RecordMapping, SourceContract
from sources.event import EVENT_KEY
from sources.literals import literal, literals
from sources.mapping import record_rows, spoken_hashes, spoken_keys, typed_rows
from sources.reading import BATCH_DAY, FILE, INGESTED_AT, LINE

KEYS = {"record": KEY, "link": ("left_source", "left_key"), "event": EVENT_KEY}
"""What rows speak of, and the columns that say which one, as `spoken_keys` names them."""

_SPOKEN = ("kind", "first_key", "second_key")
_PLACE = (FILE, LINE)

NO_PLACES = f"create temp table wanted ({FILE} varchar, {LINE} bigint)"

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
        found = str(self.found / f"{contract.table}.parquet")
        return self.run.spark.read.schema(self.all_rows(contract).schema).parquet(found)

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
        looking = run.scratch_folder("looking")
        _find(run, looking)
        looking.rename(found)
    return Delivered(run, found)


def union(frames: Sequence[DataFrame]) -> DataFrame:
    """The rows of all of them; columns that one lacks are null there."""
    return reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames)


def _find(run: Run, folder: Path) -> None:
    speaking = [
        (source, contract)
        for source, contract in run.catalog.files
        if contract.records or contract.links or contract.events
    ]
    fresh, places = [], []
    for source, contract in speaking:
        rows = Delivered(run).all_rows(contract)
        fresh.append(spoken_keys(rows.where(_came_now(run)), contract))
        if contract.delivery == "snapshot":
            speaks = [partial(_records, source, contract, each) for each in contract.records]
            came = _came_now(run)
            fresh += [_left_out(one(rows.where(~came)), one(rows.where(came))) for one in speaks]
        places.append(spoken_hashes(rows, contract).withColumn("table_name", F.lit(contract.table)))
    union(fresh).distinct().write.parquet(str(folder / "touched"))
    wanted = _read_touched(run, folder).select(F.xxhash64(*_SPOKEN).alias("spoken"))
    found = union(places).join(wanted, on="spoken", how="left_semi")
    found.select("table_name", *_PLACE).write.parquet(str(folder / "places"))
    for _, contract in speaking:
        _copy(run, contract, folder)


def _came_now(run: Run) -> Column:
    return F.col(INGESTED_AT) == F.lit(run.started_at)


def _records(
    source: SourceContract, contract: FileContract, mapping: RecordMapping, bronze: DataFrame
) -> DataFrame:
    return record_rows(typed_rows(bronze, contract), source, mapping)


def _left_out(before: DataFrame, now: DataFrame) -> DataFrame:
    """Records of a snapshot that its newest day may have left out, a delete: where that day moved,
    those of the day that was the newest; both by the rows of one mapping.
    """
    newest, came = (rows.agg(F.max(BATCH_DAY)).collect()[0][0] for rows in (before, now))
    moved = newest is not None and came is not None and came > newest
    left = before.where(F.col(BATCH_DAY) >= F.lit(newest)) if moved else before.limit(0)
    keys = [F.col(key).alias(name) for name, key in zip(_SPOKEN[1:], KEY, strict=True)]
    return left.select(F.lit("record").alias("kind"), *keys)


def _read_touched(run: Run, folder: Path) -> DataFrame:
    """The kind and both keys of all that the new rows speak of."""
    files = list((folder / "touched").glob("*.parquet"))
    schema = ", ".join(f"{name} string" for name in _SPOKEN)
    touched = run.spark.read.schema(schema).parquet(str(folder / "touched"))
    few = sum(pq.read_metadata(file).num_rows for file in files) <= MOST_BROADCAST
    return F.broadcast(touched) if few else touched


def _copy(run: Run, contract: FileContract, folder: Path) -> None:
    """The rows of a kind of file whose places were found, as one Parquet file.

    Files that came before a column did, or after it left the contract, have no such column.
    """
    table = bronze_table(contract)
    listed = literals(run.store.files(table, run.versions[table]))
    places = literals((folder / "places").glob("*.parquet"))
    target = literal(folder / f"{contract.table}.parquet")
    wanted = f"select {', '.join(_PLACE)} from read_parquet([{places}]) where table_name = $table"
    with utc_connection() as connection:
        connection.execute(
            f"create temp table wanted as {wanted}" if places else NO_PLACES,
            {"table": contract.table} if places else None,
        )
        connection.execute(
            f"copy (from read_parquet([{listed}], union_by_name = true)"
            f" semi join wanted using ({', '.join(_PLACE)})) to {target} (format parquet)"
        )
