"""Silver, resolution and golden tables, and the publication."""

# Dagster reads annotations at run time, so they are not postponed here.

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from dagster_project.documentation import asset_key, asset_spec
from dagster_project.markdown import stage_table
from dagster_project.resources import PipelineResource
from pipelines.tables import PUBLICATIONS, bronze_table
from resolution.golden.schema import (
    ATTRIBUTES,
    CROSSWALK,
    CROSSWALK_HISTORY,
    CUSTOMERS,
    IDENTIFIER_RESOLUTION,
    IDENTITY_HISTORY,
)
from resolution.schema import CLUSTERS, CONSTRAINTS, EDGES, IDENTITIES, NODES, PINS
from sources.catalog import Catalog
from sources.event import EVENTS
from sources.record import LINKS, RECORDS
from sources.schema import TableSchema

if TYPE_CHECKING:
    from pipelines.run import Run

RESOLUTION = (CONSTRAINTS, PINS, NODES, EDGES, CLUSTERS)
IDENTITY = (IDENTITIES, IDENTITY_HISTORY, IDENTIFIER_RESOLUTION, CROSSWALK_HISTORY)

Results = Iterator[dg.MaterializeResult[None]]


def layer_assets(catalog: Catalog) -> list[dg.AssetsDefinition]:
    """All assets below bronze, in the order of the road."""
    with_records = [bronze_table(contract) for _, contract in catalog.files if contract.records]
    with_events = [bronze_table(contract) for _, contract in catalog.files if contract.events]
    spark, mixed = {"spark", "delta"}, {"duckdb", "splink", "delta"}

    @dg.multi_asset(
        name="silver_records",
        specs=[asset_spec(table, with_records, spark) for table in (RECORDS, LINKS)],
    )
    def silver_records(pipeline: PipelineResource) -> Results:
        from pipelines.stages.standardise import standardise_records

        yield from _materialise(pipeline.candidate, standardise_records, (RECORDS, LINKS))

    @dg.multi_asset(name="silver_events", specs=[asset_spec(EVENTS, with_events, spark)])
    def silver_events(pipeline: PipelineResource) -> Results:
        from pipelines.stages.standardise import standardise_events

        yield from _materialise(pipeline.candidate, standardise_events, (EVENTS,))

    @dg.multi_asset(
        name="resolution",
        specs=[asset_spec(table, (RECORDS.name, LINKS.name), mixed) for table in RESOLUTION],
    )
    def resolution(pipeline: PipelineResource) -> Results:
        from pipelines.stages.resolve import resolve_records

        yield from _materialise(pipeline.candidate, resolve_records, RESOLUTION)

    @dg.multi_asset(
        name="identity",
        specs=[
            asset_spec(table, (RECORDS.name, LINKS.name, CLUSTERS.name), {"duckdb", "delta"})
            for table in IDENTITY
        ],
    )
    def identity(pipeline: PipelineResource) -> Results:
        from pipelines.stages.identify import identify_customers

        yield from _materialise(pipeline.candidate, identify_customers, IDENTITY)

    @dg.multi_asset(
        name="golden",
        specs=[
            asset_spec(table, (RECORDS.name, EVENTS.name, IDENTITIES.name, CLUSTERS.name), spark)
            for table in (CUSTOMERS, ATTRIBUTES, CROSSWALK)
        ],
    )
    def golden(pipeline: PipelineResource) -> Results:
        from pipelines.stages.consolidate import consolidate_customers

        yield from _materialise(
            pipeline.candidate, consolidate_customers, (CUSTOMERS, ATTRIBUTES, CROSSWALK)
        )

    return [silver_records, silver_events, resolution, identity, golden, _publication()]


def _publication() -> dg.AssetsDefinition:
    golden = [table.name for table in (CUSTOMERS, ATTRIBUTES, CROSSWALK, *IDENTITY[1:])]

    @dg.multi_asset(name="publications", specs=[asset_spec(PUBLICATIONS, golden, {"delta"})])
    def publications(pipeline: PipelineResource) -> dg.MaterializeResult[None]:
        from pipelines.errors import HeldError
        from pipelines.manifest import HELD
        from pipelines.publication import publish

        row = publish(pipeline.candidate)
        if row.state == HELD:
            raise HeldError(
                f"{row.publication} is held: see 'scv diff', then 'scv publications approve"
                f" {row.publication}'"
            )
        return dg.MaterializeResult(
            metadata={
                "publication": row.publication,
                "model": row.model_version,
                "customers": row.counts.get(CUSTOMERS.name, 0),
                "input_files": len(row.inputs),
                "stages": dg.MetadataValue.md(stage_table(pipeline.run.results)),
                "failed_checks": dg.MetadataValue.md(
                    "\n".join(f"- {name}" for name in row.failed_checks) or "none"
                ),
            }
        )

    return publications


def _materialise(
    run: "Run", stage: Callable[["Run"], None], tables: Sequence[TableSchema]
) -> Results:
    """Run a stage and say for each table how many rows it has, how long it all took, and what the
    stage has to say beside.
    """
    stage(run)
    result = run.results[-1]
    others: dict[str, Any] = {name: count for name, count in result.rows.items() if "." not in name}
    if result.note:
        others["note"] = dg.MetadataValue.text(result.note)
    for table in tables:
        yield dg.MaterializeResult(
            asset_key=asset_key(table.name),
            metadata={
                "dagster/row_count": result.rows[table.name],
                "seconds": round(result.seconds, 2),
                "delta_version": run.versions[table.name],
                **others,
            },
        )
