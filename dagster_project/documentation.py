"""What the asset pages show: columns, owners, kinds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import dagster as dg

from pipelines.tables import PUBLICATIONS
from sources.contract import FileContract
from sources.schema import TableSchema

OWNERS = ["team:data-engineering"]

FRESH = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(hours=26), fail_window=timedelta(hours=50)
)
"""A nightly run may be two hours late; after a second night without one somebody must look."""


def asset_key(table: str) -> dg.AssetKey:
    """`silver.records` -> silver/records."""
    return dg.AssetKey(table.split("."))


def asset_spec(
    schema: TableSchema, deps: Sequence[str], kinds: set[str], required: bool = True
) -> dg.AssetSpec:
    """The asset of a documented table, in the group that its name begins with."""
    columns = [
        dg.TableColumn(
            name=field.name,
            type=field.type,
            description=field.about + (" Personal." if field.personal else ""),
        )
        for field in schema.fields
    ]
    group = schema.name.split(".")[0]
    return dg.AssetSpec(
        key=asset_key(schema.name),
        deps=[asset_key(name) for name in deps],
        group_name=group,
        description=f"One row per {schema.grain}. {schema.about}",
        kinds=kinds,
        owners=OWNERS,
        skippable=not required,
        metadata={"dagster/column_schema": dg.TableSchema(columns=columns)},
        # Golden tables are made before their checks; a publication only after them.
        freshness_policy=FRESH if group == "golden" or schema is PUBLICATIONS else None,
    )


def bronze_spec(table: str, contract: FileContract, owner: str) -> dg.AssetSpec:
    """The asset of a kind of file, its columns as the contract describes them."""
    columns = [
        dg.TableColumn(name=name, type="string", description=column.about)
        for name, column in contract.columns.items()
    ]
    return dg.AssetSpec(
        key=asset_key(table),
        group_name="bronze",
        description=f"Rows of {contract.location} as they were delivered, with file and line.",
        kinds={"spark", "delta", contract.format},
        owners=[f"team:{owner}"],
        skippable=True,
        metadata={"dagster/column_schema": dg.TableSchema(columns=columns)},
    )
