"""Records and identities -> the golden tables, in one Spark job."""

from __future__ import annotations

from pipelines.run import Run
from pipelines.tablefiles import arrow_schema, write_tables
from resolution.golden.assembly import GoldenInputs, members
from resolution.golden.consolidation import Consolidation
from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.golden.survivorship import read_rules
from resolution.schema import CLUSTERS, IDENTITIES
from sources.event import EVENTS
from sources.record import RECORDS

GOLDEN = (CUSTOMERS, ATTRIBUTES, CROSSWALK)


def consolidate_customers(run: Run) -> None:
    """Write candidate versions of customers, attributes and crosswalk."""
    with run.stage("consolidate") as rows:
        inputs = GoldenInputs(
            records=run.read(RECORDS.name),
            events=run.read(EVENTS.name),
            identities=run.read(IDENTITIES.name),
            clusters=run.read(CLUSTERS.name),
        )
        consolidation = Consolidation(
            rules=read_rules(),
            trust={name: mapping.trust for name, mapping in run.catalog.record_mappings.items()},
            publication=run.publication,
            pins=run.decided.pins,
            schemas={table.name: arrow_schema(table) for table in GOLDEN},
        )
        frame = members(inputs, run.partitions(run.rows(RECORDS.name)))
        write_tables(run, frame, ("customer_id",), consolidation.rows, GOLDEN)
        for table in GOLDEN:
            rows[table.name] = run.rows(table.name)
