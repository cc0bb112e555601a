"""From the tables of an earlier release to this one's, a schema version at a time.

A step only changes what no run computes again, each in commits of its own; silver, resolution and
golden are made anew by the next run. A step may be repeated: until the last commit, the manifest
row, the warehouse is of the old version, and a migration that was killed begins again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from pipelines.delta import TableStore
from pipelines.identity_tables import begin_history
from pipelines.manifest import (
    MANIFEST,
    MIGRATED,
    SCHEMA_VERSION,
    Publication,
    append,
    live,
    next_id,
    read_manifest,
    require_current,
    schema_version,
)
from pipelines.tables import PUBLICATIONS
from resolution.schema import IDENTITIES

Versions = dict[str, int]
Step = Callable[[TableStore, Versions, str], Versions]
"""From the versions of the live publication's tables, and the id of the publication to be, to the
versions that it made of them."""


def _manifest_says_its_version(store: TableStore, versions: Versions, _: str) -> Versions:
    store.add_columns(PUBLICATIONS.name, MANIFEST)
    return versions


def _history_begins(store: TableStore, versions: Versions, publication: str) -> Versions:
    store.add_columns(PUBLICATIONS.name, MANIFEST)
    if IDENTITIES.name not in versions:
        return versions
    return versions | begin_history(store, versions, publication)


STEPS: dict[int, Step] = {1: _manifest_says_its_version, 2: _history_begins}
"""By the schema version that a step starts from."""


def migrate(store: TableStore, run_id: str) -> Publication | None:
    """The publication that is live with this release's schema, None where nothing had to be done.

    The caller holds the writer's lock. Raises `SchemaError` for a warehouse of a later release.
    """
    manifest = read_manifest(store)
    version = schema_version(manifest)
    if version >= SCHEMA_VERSION:
        require_current(manifest)
        return None
    shown = live(manifest)
    versions = dict(shown.tables) if shown else {}
    for name, published in versions.items():
        store.reset(name, published)
    for step in range(version, SCHEMA_VERSION):
        versions = STEPS[step](store, versions, next_id(manifest))
    base = shown or manifest[-1]
    row = replace(
        base,
        publication=next_id(manifest),
        state=MIGRATED if shown else base.state,
        created_at=datetime.now(UTC),
        run_id=run_id,
        tables=versions,
        inputs=(),
        approved_from=None,
        decided_by=None,
        reason=None,
        schema_version=SCHEMA_VERSION,
    )
    append(store, row)
    return row
