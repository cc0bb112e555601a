"""Records and identities -> the golden tables, in one Spark job."""

from __future__ import annotations

import pyarrow as pa

from pipelines.run import Run
from pipelines.tablefiles import Making, Replaced, renew_tables, write_tables
from pipelines.views import open_views, utc_connection
from resolution.golden.assembly import GoldenInputs, members
from resolution.golden.consolidation import Consolidation
from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.golden.survivorship import read_rules
from resolution.golden.touched import touched_customers
from resolution.schema import CLUSTERS, IDENTITIES, PINS
from sources.event import EVENTS
from sources.literals import literal
from sources.record import RECORDS

GOLDEN = (CUSTOMERS, ATTRIBUTES, CROSSWALK)
INPUTS = {"records": RECORDS, "events": EVENTS, "identities": IDENTITIES, "clusters": CLUSTERS}
LAST = {"identities": IDENTITIES, "clusters": CLUSTERS, "pins": PINS, "events": EVENTS}
"""What is compared with the last publication."""

RENEWED = {
    "renewed_records": (RECORDS, ("record_id",)),
    "renewed_events": (EVENTS, ("event_id", "record_id")),
}
"""Rows that a night replaced, and the columns that say of whom they are."""


def consolidate_customers(run: Run) -> None:
    """Write candidate versions of customers, attributes and crosswalk."""
    with run.stage("consolidate") as rows:
        if run.scope.customers:
            inputs = GoldenInputs(**{name: run.read(table.name) for name, table in INPUTS.items()})
            write_tables(run, _making(run, inputs), GOLDEN)
        else:
            gone = _touched(run)
            rows["customers touched"] = len(gone)
            if len(gone):
                making = _making(run, _inputs_of_touched(run))
                renew_tables(run, making, GOLDEN, Replaced("customer_id", gone))
        for table in GOLDEN:
            rows[table.name] = run.rows(table.name)


def _making(run: Run, inputs: GoldenInputs) -> Making:
    consolidation = Consolidation(
        rules=read_rules(),
        trust={name: mapping.trust for name, mapping in run.catalog.record_mappings.items()},
        publication=run.publication,
        pins=run.decided.pins,
        schemas={table.name: table.arrow for table in GOLDEN},
    )
    frame = members(inputs, run.partitions(run.rows(RECORDS.name)))
    return Making(frame, consolidation.rows, ("customer_id",))


def _touched(run: Run) -> pa.ChunkedArray:
    """customer_ids whose rows are made anew or go. What they are made of is left as files: Spark
    would read all columns of all records for them.
    """
    with utc_connection() as connection:
        open_views(connection, run.store, {**INPUTS, "pins": PINS}, run.versions)
        open_views(connection, run.store, LAST, run.last_tables, prefix="last_")
        for relation, (table, ids) in RENEWED.items():
            columns = ", ".join(f"{name} varchar" for name in ids)
            connection.execute(f"create temp table {relation} ({columns})")
            for file in run.renewed.get(table.name, ()):
                query = f"insert into {relation} select {', '.join(ids)} from read_parquet($file)"
                connection.execute(query, {"file": file})
        touched_customers(connection)
        folder = run.scratch_folder("customers")
        for relation in INPUTS:
            target = literal(folder / f"{relation}.parquet")
            connection.execute(
                f"copy (select * from {relation} semi join chosen using (record_id))"
                f" to {target} (format parquet)"
            )
        gone = connection.sql("select customer_id from touched_customers").to_arrow_table()
        return gone["customer_id"]


def _inputs_of_touched(run: Run) -> GoldenInputs:
    folder = run.scratch / "customers"
    return GoldenInputs(
        **{name: run.spark.read.parquet(str(folder / f"{name}.parquet")) for name in INPUTS}
    )
