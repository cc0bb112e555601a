"""The manifest: which versions of which tables belong together, and since when.

One appended row of `ops.publications` is a publication; a row is never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from pipelines.delta import TableStore
from pipelines.errors import PinnedError, PublicationError, SchemaError
from pipelines.tables import PUBLICATIONS

PUBLISHED = "published"
MIGRATED = "migrated"
MAINTAINED = "maintained"
RESTORED = "restored"
RELEASED = "released"
APPROVED = "approved"

SAME_ROWS = (MAINTAINED, MIGRATED, RELEASED)
"""States of rows that show what the row before them shows."""

LIVE_STATES = (PUBLISHED, APPROVED, RESTORED, *SAME_ROWS)

HELD = "held"
"""Of a candidate that waits for a person's approval."""

ARCHIVED = "archived"
"""What `scv restore-backup` makes of rows whose tables are gone."""

SCHEMA_VERSION = 3
"""Of the tables that this release writes; `pipelines.migration` leads there from each earlier one.
"""

FIRST_SCHEMA_VERSION = 1
"""Of warehouses whose manifest does not say."""

MANIFEST = pa.schema(
    [
        ("publication", pa.string()),
        ("state", pa.string()),
        ("created_at", pa.timestamp("us", tz="UTC")),
        ("run_id", pa.string()),
        ("tables", pa.map_(pa.string(), pa.int64())),
        ("counts", pa.map_(pa.string(), pa.int64())),
        ("model_version", pa.string()),
        ("code_version", pa.string()),
        ("rules_version", pa.string()),
        ("key_check", pa.string()),
        ("inputs", pa.list_(pa.string())),
        ("failed_checks", pa.list_(pa.string())),
        ("restored_from", pa.string()),
        ("schema_version", pa.int64()),
        ("approved_from", pa.string()),
        ("decided_by", pa.string()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class Publication:
    """A row of the manifest."""

    publication: str
    state: str
    created_at: datetime
    run_id: str
    tables: dict[str, int]
    counts: dict[str, int]
    model_version: str
    code_version: str
    rules_version: str
    key_check: str
    inputs: tuple[str, ...] = ()
    failed_checks: tuple[str, ...] = ()
    restored_from: str | None = None
    schema_version: int = SCHEMA_VERSION
    approved_from: str | None = None
    decided_by: str | None = None
    reason: str | None = None


def read_manifest(store: TableStore) -> list[Publication]:
    """All rows, oldest first; empty for a new warehouse."""
    if not store.exists(PUBLICATIONS.name):
        return []
    rows = store.read_arrow(PUBLICATIONS.name).to_pylist()
    return sorted((_publication(row) for row in rows), key=lambda row: row.publication)


def require_manifest(store: TableStore) -> list[Publication]:
    """All rows of a warehouse that has some; `PublicationError` elsewhere."""
    manifest = read_manifest(store)
    if not manifest:
        raise PublicationError(
            f"there is no warehouse at {store.warehouse}, or nothing was published in it; name"
            " another with --warehouse, or type 'scv run' first"
        )
    return manifest


def live(manifest: list[Publication]) -> Publication | None:
    """What readers see: the last row in one of the states that are shown."""
    shown = [row for row in manifest if row.state in LIVE_STATES]
    return shown[-1] if shown else None


def require_current(manifest: list[Publication]) -> None:
    """Raise `SchemaError` where the tables are of another schema version than this release's."""
    version = schema_version(manifest)
    if version < SCHEMA_VERSION:
        raise SchemaError(
            f"the warehouse is of an earlier release (schema version {version}, now"
            f" {SCHEMA_VERSION}); type 'scv migrate'"
        )
    if version > SCHEMA_VERSION:
        raise SchemaError(
            f"the warehouse is of a later release (schema version {version}, here"
            f" {SCHEMA_VERSION}); install that release again"
        )


def schema_version(manifest: list[Publication]) -> int:
    """That of the live publication, or of the last row where none is live."""
    if not manifest:
        return SCHEMA_VERSION
    return (live(manifest) or manifest[-1]).schema_version


def find(manifest: list[Publication], publication: str) -> Publication:
    """The row with this id; `PublicationError` that names the command to list them."""
    for row in manifest:
        if row.publication == publication and row.state == ARCHIVED:
            raise PublicationError(
                f"{publication} is from before a backup was put back; its tables are gone"
            )
        if row.publication == publication:
            return row
    raise PublicationError(f"there is no publication '{publication}'; see 'scv publications list'")


def next_id(manifest: list[Publication]) -> str:
    """Ids count upwards over rows of every state."""
    last = max((int(row.publication[1:]) for row in manifest), default=0)
    return f"p{last + 1:06d}"


def append(store: TableStore, row: Publication) -> None:
    """The commit that publishes (or records a rejection)."""
    values = {name: [getattr(row, name)] for name in MANIFEST.names}
    for name in ("tables", "counts"):
        values[name] = [sorted(getattr(row, name).items())]
    for name in ("inputs", "failed_checks"):
        values[name] = [list(getattr(row, name))]
    store.write_arrow(pa.table(values, schema=MANIFEST), PUBLICATIONS.name, "append")


def pin(manifest: list[Publication]) -> Publication | None:
    """The restore that holds runs back, None where there is none or it was released."""
    decisive = [row for row in manifest if row.state in (PUBLISHED, APPROVED, RESTORED, RELEASED)]
    return decisive[-1] if decisive and decisive[-1].state == RESTORED else None


def require_unpinned(manifest: list[Publication]) -> None:
    """Raise `PinnedError` while a restored publication is not released."""
    pinned = pin(manifest)
    if pinned is not None:
        by = f" by {pinned.decided_by}" if pinned.decided_by else ""
        raise PinnedError(
            f"{pinned.publication} (the tables of {pinned.restored_from}) is pinned since"
            f" {pinned.created_at:%Y-%m-%d %H:%M} UTC, when it was restored{by}: nothing is taken"
            " in and nothing published until somebody types 'scv publications release'"
        )


def awaiting(manifest: list[Publication]) -> list[Publication]:
    """Held candidates that can still be approved: nothing was published since."""
    found: list[Publication] = []
    for row in manifest:
        if row.state == HELD:
            found.append(row)
        elif row.state in LIVE_STATES and row.state != MAINTAINED:
            found.clear()
    return found


def _publication(row: dict[str, object]) -> Publication:
    plain = dict(row)
    for name in ("tables", "counts"):
        plain[name] = dict(plain[name] or [])  # type: ignore[call-overload]
    for name in ("inputs", "failed_checks"):
        plain[name] = tuple(plain[name] or [])  # type: ignore[arg-type]
    plain["schema_version"] = plain.get("schema_version") or FIRST_SCHEMA_VERSION
    return Publication(**plain)  # type: ignore[arg-type]
