"""What persons decide about publications: back to an earlier one, on from there, and a held
candidate live after all. Each is a row of the manifest; the caller holds the writer's lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipelines.delta import TableStore
from pipelines.errors import PublicationError
from pipelines.identity_tables import record_restore
from pipelines.manifest import (
    APPROVED,
    HELD,
    LIVE_STATES,
    RELEASED,
    RESTORED,
    Publication,
    append,
    awaiting,
    find,
    live,
    next_id,
    pin,
    read_manifest,
    require_current,
)
from resolution.golden.schema import IDENTITY_HISTORY
from resolution.history import Cause, Occasion


def restore(store: TableStore, publication: str, run_id: str, by: str | None = None) -> Publication:
    """Make an earlier publication live again, as a new row with the same table versions. It is
    pinned: no run goes on before `release`.
    """
    manifest = read_manifest(store)
    require_current(manifest)
    wanted = find(manifest, publication)
    if wanted.state == HELD:
        raise PublicationError(
            f"{publication} is held and was never live; it can't be restored, but"
            " 'scv publications approve' may publish it"
        )
    if wanted.state not in LIVE_STATES:
        raise PublicationError(f"{publication} was rejected and never live; it can't be restored")
    _require_complete(store, wanted)
    row = _following(
        manifest,
        wanted,
        state=RESTORED,
        run_id=run_id,
        restored_from=wanted.restored_from or wanted.publication,
        approved_from=None,
        counts=table_rows(wanted.counts),
        decided_by=by,
        reason=None,
    )
    shown = live(manifest)
    if shown is not None and IDENTITY_HISTORY.name in shown.tables:
        store.reset(IDENTITY_HISTORY.name, shown.tables[IDENTITY_HISTORY.name])
        # What is put on record stays: an id that was published between the two still resolves.
        cause = Cause("restore", f"{row.restored_from} brought back")
        occasion = Occasion(row.publication, row.created_at, cause)
        kept, churned = record_restore(store, shown.tables, wanted.tables, occasion)
        row = replace(row, tables=wanted.tables | kept, counts=row.counts | churned)
    append(store, row)
    return row


def release(store: TableStore, run_id: str, by: str) -> Publication:
    """End the pin of a restored publication; readers see the same tables, and runs go on."""
    manifest = read_manifest(store)
    require_current(manifest)
    shown = live(manifest)
    if shown is None or pin(manifest) is None:
        raise PublicationError("no publication is pinned; there is nothing to release")
    row = _following(
        manifest,
        shown,
        state=RELEASED,
        run_id=run_id,
        inputs=(),
        restored_from=None,
        approved_from=None,
        counts=table_rows(shown.counts),
        decided_by=by,
        reason=None,
    )
    append(store, row)
    return row


def approve(
    store: TableStore, publication: str, run_id: str, decided: tuple[str, str]
) -> Publication:
    """Publish exactly the tables of a held candidate; `decided` is by whom and why.

    `PublicationError` where it is no held candidate, or something was published since it was made.
    """
    manifest = read_manifest(store)
    require_current(manifest)
    wanted = find(manifest, publication)
    if wanted.state != HELD:
        raise PublicationError(
            f"{publication} is {wanted.state}; only a held candidate can be approved"
        )
    if wanted not in awaiting(manifest):
        shown = live(manifest)
        raise PublicationError(
            f"{publication} can't be approved any more: {shown.publication if shown else ''} was"
            " published since, and the candidate knows nothing of it. Type 'scv run'; where it"
            " holds a candidate again, approve that one"
        )
    _require_complete(store, wanted)
    by, reason = decided
    row = _following(
        manifest,
        wanted,
        state=APPROVED,
        run_id=run_id,
        approved_from=wanted.publication,
        decided_by=by,
        reason=reason,
    )
    append(store, row)
    return row


def table_rows(counts: Mapping[str, int]) -> dict[str, int]:
    """Of a row's counts those of tables, which stay true where nothing was computed."""
    return {name: count for name, count in counts.items() if "." in name}


def _following(manifest: list[Publication], of: Publication, **changed: Any) -> Publication:
    """The next row of the manifest, like another one but for what a decision changes."""
    return replace(of, publication=next_id(manifest), created_at=datetime.now(UTC), **changed)


def _require_complete(store: TableStore, row: Publication) -> None:
    if not all(store.is_complete(name, version) for name, version in row.tables.items()):
        raise PublicationError(
            f"{row.publication} has expired: 'scv maintain' deleted files that only it needed"
        )
