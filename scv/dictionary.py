"""The data dictionary as a Markdown page, from the schemas in code and the contracts."""

from __future__ import annotations

from pipelines.tables import DOCUMENTED, bronze_table, quarantine_table
from sources.catalog import load_catalog
from sources.contract import FileContract
from sources.schema import TableSchema

HEAD = """# Data dictionary

Made by `scv docs` from the schemas in code and the contracts of the shipped feeds; `make test`
fails when it is stale. *Personal* columns hold data of persons; ids are opaque. Technical columns
that a rerun may change are `publication`, `_ingested_at`, `ingested_at` and all of `ops.*`.
"""


def dictionary_page() -> str:
    """All tables: golden and silver first, as analysts read them."""
    order = ("golden", "silver", "resolution", "ops")
    tables = sorted(DOCUMENTED, key=lambda schema: order.index(schema.name.split(".")[0]))
    parts = [HEAD, *[_table(schema) for schema in tables]]
    parts += [_bronze(contract) for _, contract in load_catalog().files]
    return "\n".join(parts)


def _table(schema: TableSchema) -> str:
    lines = [
        f"## {schema.name}",
        "",
        f"One row per {schema.grain}. {schema.about} Key: {_code(*schema.key)}.",
        "",
        "| column | type | personal | what it is for |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{field.name}` | {field.type} | {'yes' if field.personal else ''} | {field.about} |"
        for field in schema.fields
    ]
    return "\n".join([*lines, ""])


def _bronze(contract: FileContract) -> str:
    about = (
        f"One row per delivered row of `{contract.location}`, as text, with `_file`, `_line`,"
        " `_lines`, `_batch_day`, `_row_hash`, `_unmapped` (columns that the contract does not"
        " know) and `_ingested_at`. Rows that break the contract are in"
        f" `{quarantine_table(contract)}` with reason, column, raw text and remedy."
    )
    lines = [
        f"## {bronze_table(contract)}",
        "",
        about,
        "",
        "| column | read as | required | personal | what it is for |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{name}` | {column.type} | {'yes' if column.required else ''}"
        f" | {'yes' if column.personal else ''} | {column.about} |"
        for name, column in contract.columns.items()
    ]
    return "\n".join([*lines, ""])


def _code(*names: str) -> str:
    return ", ".join(f"`{name}`" for name in names)
