"""Delivered rows, quarantined rows, and the account of every file."""

# Dagster reads annotations at run time, so they are not postponed here.

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project.documentation import asset_key, asset_spec, bronze_spec
from dagster_project.markdown import file_table
from dagster_project.partitions import DAYS, days_of
from dagster_project.resources import PipelineResource
from dagster_project.retries import retries
from pipelines.tables import FILES, bronze_table, quarantine_table
from sources.catalog import Catalog


def bronze_assets(catalog: Catalog) -> dg.AssetsDefinition:
    """One multi-asset: all files of a run in one Spark job and one commit per table."""
    specs = [
        bronze_spec(bronze_table(contract), contract, source.owner)
        for source, contract in catalog.files
    ]
    specs += [
        dg.AssetSpec(
            key=asset_key(quarantine_table(contract)),
            group_name="bronze",
            description=f"Rows of {contract.location} that broke the contract, with reason"
            " and remedy.",
            kinds={"spark", "delta"},
            owners=[f"team:{source.owner}"],
            skippable=True,
        )
        for source, contract in catalog.files
    ]
    specs.append(asset_spec(FILES, deps=(), kinds={"delta"}, required=False))

    @dg.multi_asset(
        name="bronze",
        specs=specs,
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def bronze(
        context: dg.AssetExecutionContext, pipeline: PipelineResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        from pipelines.stages.ingest import ingest

        with retries(context):
            run = pipeline.start(days_of(context))
            if not run.has_work:
                context.log.info("No new files and no new model or rule: nothing to do.")
                return
            ingest(run)
        counts = run.results[-1].rows
        for spec in specs:
            table = ".".join(spec.key.path)
            metadata: dict[str, Any] = {"dagster/row_count": counts.get(table, 0)}
            if table == FILES.name:
                metadata = {"files": dg.MetadataValue.md(file_table(run.new_account))}
            yield dg.MaterializeResult(asset_key=spec.key, metadata=metadata)

    return bronze
