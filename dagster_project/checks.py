"""The audits as asset checks: one per table and layer, blocking where a critical one fails."""

# Dagster reads annotations at run time, so they are not postponed here.

from collections.abc import Iterator, Sequence

import dagster as dg

from dagster_project.documentation import asset_key
from dagster_project.resources import PipelineResource
from pipelines.tables import bronze_table
from quality.report import CheckResult
from quality.runbooks import runbooks
from resolution.golden.schema import (
    ATTRIBUTES,
    CROSSWALK,
    CROSSWALK_HISTORY,
    CUSTOMERS,
    IDENTIFIER_RESOLUTION,
    IDENTITY_HISTORY,
)
from resolution.schema import CLUSTERS, CONSTRAINTS, EDGES, IDENTITIES
from sources.catalog import Catalog
from sources.event import EVENTS
from sources.record import LINKS, RECORDS

CHECK = "holds"

LAYERS: dict[str, tuple[str, ...]] = {
    "silver": (RECORDS.name, LINKS.name, EVENTS.name),
    "resolution": (CONSTRAINTS.name, EDGES.name, CLUSTERS.name),
    "identity": (
        IDENTITIES.name,
        IDENTITY_HISTORY.name,
        IDENTIFIER_RESOLUTION.name,
        CROSSWALK_HISTORY.name,
    ),
    "golden": (CUSTOMERS.name, ATTRIBUTES.name, CROSSWALK.name),
}


def audit_checks(catalog: Catalog) -> list[dg.AssetChecksDefinition]:
    """One check per table; a layer's checks run together, before the next layer starts."""
    bronze = tuple(bronze_table(contract) for _, contract in catalog.files)
    return [_audit(layer, tables) for layer, tables in ({"bronze": bronze} | LAYERS).items()]


def _audit(layer: str, tables: Sequence[str]) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            name=CHECK,
            asset=asset_key(table),
            blocking=True,
            description=f"All expectations of {table}; a critical one stops the publication.",
        )
        for table in tables
    ]

    @dg.multi_asset_check(name=f"audit_{layer}", specs=specs)
    def check(pipeline: PipelineResource) -> Iterator[dg.AssetCheckResult]:
        from pipelines.stages.audit import audit

        results = audit(pipeline.run, layer)
        for table in tables:
            mine = [result for result in results if _table(result, layer) == table]
            yield _asset_check(table, mine)

    return check


def _table(result: CheckResult, layer: str) -> str:
    """Suites of feeds go by the contract's table name, without the layer."""
    return result.table if "." in result.table else f"{layer}.{result.table}"


def _asset_check(table: str, results: list[CheckResult]) -> dg.AssetCheckResult:
    failed = [result for result in results if not result.passed]
    critical = [result.name for result in results if result.stops_publication]
    told = critical + [result.name for result in results if result.holds_publication]
    pages = {"runbooks": dg.MetadataValue.text(", ".join(runbooks(told)))} if told else {}
    return dg.AssetCheckResult(
        check_name=CHECK,
        asset_key=asset_key(table),
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
        metadata={
            "expectations": len(results),
            "failed": len(failed),
            "report": dg.MetadataValue.md(_report(results)),
            **pages,
        },
    )


def _report(results: list[CheckResult]) -> str:
    """A Markdown table: numbers and opaque keys, never values."""
    lines = ["| | check | severity | observed | failing keys |", "|---|---|---|---|---|"]
    lines += [
        f"| {'ok' if result.passed else 'FAILED'} | {result.name} | {result.severity}"
        f" | {result.observed} | {' '.join(result.failing_keys)} |"
        for result in results
    ]
    return "\n".join(lines)
