"""Records and identities -> the golden tables."""

from __future__ import annotations

from pyspark import StorageLevel

from pipelines.run import Run
from resolution.golden.assembly import GoldenInputs, attributes, consolidate, crosswalk, customers
from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.golden.survivorship import read_rules
from resolution.schema import CLUSTERS, IDENTITIES
from sources.event import EVENTS
from sources.record import RECORDS


def consolidate_customers(run: Run) -> None:
    """Write candidate versions of customers, attributes and crosswalk."""
    with run.stage("consolidate") as rows:
        inputs = GoldenInputs(
            records=run.read(RECORDS.name),
            events=run.read(EVENTS.name),
            identities=run.read(IDENTITIES.name),
            clusters=run.read(CLUSTERS.name),
        )
        rules = read_rules()
        trust = {name: mapping.trust for name, mapping in run.catalog.record_mappings.items()}
        consolidated = consolidate(inputs, rules, trust).persist(StorageLevel.MEMORY_AND_DISK)
        try:
            run.overwrite(customers(consolidated, rules, run.publication), CUSTOMERS.name)
            run.overwrite(attributes(consolidated, rules), ATTRIBUTES.name)
        finally:
            consolidated.unpersist()
        run.overwrite(crosswalk(inputs, run.publication), CROSSWALK.name)
        for schema in (CUSTOMERS, ATTRIBUTES, CROSSWALK):
            rows[schema.name] = run.rows(schema.name)
