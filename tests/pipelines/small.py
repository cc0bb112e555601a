"""A published warehouse of a few records, written by hand in a fraction of a second."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from pipelines.delta import TableStore
from tests.pipelines.publications import put

RECORDS_ARROW = pa.schema([("record_id", pa.string()), ("source", pa.string())])
IDENTITIES_ARROW = pa.schema([("record_id", pa.string()), ("customer_id", pa.string())])
EDGES_ARROW = pa.schema(
    [("left_id", pa.string()), ("right_id", pa.string()), ("weight", pa.int32())]
)


def rid(letter: str) -> str:
    """A record_id that one can tell apart: `rid("a")` is an r and 24 times a."""
    return "r" + letter * 24


def publish_small(
    folder: Path, customers: dict[str, str], edges: list[tuple[str, str, int]] | None = None
) -> TableStore:
    """Publish customers by name with a record per letter; `edges` are letters and milli-bits."""
    store = TableStore(folder)
    records = [rid(letter) for letters in customers.values() for letter in letters]
    members = [
        {"record_id": rid(letter), "customer_id": name}
        for name, letters in customers.items()
        for letter in letters
    ]
    scored = [
        {"left_id": rid(left), "right_id": rid(right), "weight": weight}
        for left, right, weight in edges or []
    ]
    # A deleted record is still one of silver, and is nobody's.
    rows = [{"record_id": record, "source": "crm"} for record in [*records, rid("d")]]
    tables = {
        "silver.records": pa.Table.from_pylist(rows, RECORDS_ARROW),
        "resolution.identities": pa.Table.from_pylist(members, IDENTITIES_ARROW),
        "resolution.edges": pa.Table.from_pylist(scored, EDGES_ARROW),
    }
    versions = {name: store.write_arrow(table, name, "overwrite") for name, table in tables.items()}
    put(store, "published", tables=versions)
    return store
