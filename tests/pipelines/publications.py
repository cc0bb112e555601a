"""Rows of the manifest, made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipelines.delta import TableStore
from pipelines.manifest import Publication, append, next_id, read_manifest

PLAIN = Publication(
    publication="",
    state="published",
    created_at=datetime(2026, 1, 5, 2, 30, tzinfo=UTC),
    run_id="run",
    tables={},
    counts={"silver.records": 7},
    model_version="model-1",
    code_version="0.1.0",
    rules_version="rules-1",
    key_check="check",
    inputs=("crm/dt=2026-01-05/contacts.csv",),
)


def put(store: TableStore, state: str, **values: Any) -> Publication:
    """Append a publication with the next id."""
    number = next_id(read_manifest(store))
    row = replace(PLAIN, publication=number, state=state, **values)
    append(store, row)
    return row
