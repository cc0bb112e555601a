"""Fewer, larger files, and an end to what no kept publication needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipelines.delta import TableStore
from pipelines.manifest import (
    LIVE_STATES,
    MAINTAINED,
    Publication,
    append,
    awaiting,
    live,
    next_id,
    read_manifest,
    require_current,
)
from pipelines.publication_decisions import table_rows
from pipelines.tables import CHECK_RESULTS, FILE_DECISIONS, PUBLICATIONS, RUNS
from resolution.judgements.judgement import JUDGEMENTS

MOST_FILES = 32
"""A table that is only ever appended to is compacted beyond this; a nightly run adds a file per
delivered file, and readers open each."""

HEAD_TABLES = (
    PUBLICATIONS.name, CHECK_RESULTS.name, RUNS.name, FILE_DECISIONS.name, JUDGEMENTS.name,
)  # fmt: skip
"""Tables that are read at their head, whatever is published."""


@dataclass(frozen=True)
class Maintained:
    """What was done to a table: files before and after, and files that were deleted."""

    table: str
    files_before: int
    files_after: int
    deleted: int


def kept(manifest: list[Publication], keep: int) -> list[Publication]:
    """The live publication and the last ones before it that can be restored; `keep` in all."""
    shown = [row for row in manifest if row.state in LIVE_STATES]
    return shown[-max(keep, 1) :]


def maintain(
    store: TableStore, keep: int, hours: float, run_id: str, *, dry_run: bool = False
) -> list[Maintained]:
    """Compact and vacuum; the caller holds the writer's lock.

    Compacted tables are a publication of their own with the same rows, so that a reader or a run
    that began before sees no change. Files are deleted that no kept publication names and that are
    older than `hours`.
    """
    manifest = read_manifest(store)
    require_current(manifest)
    base = live(manifest)
    if base is None:
        return []
    before = {name: len(store.files(name, version)) for name, version in base.tables.items()}
    tables = dict(base.tables)
    if not dry_run:
        for name, count in before.items():
            # What a failed candidate left is the head, and a vacuum spares the head's files.
            store.reset(name, base.tables[name])
            if count > MOST_FILES:
                tables[name] = store.compact(name)
        if tables != base.tables:
            base = _publish(store, manifest, base, tables, run_id)
            manifest = read_manifest(store)
    # What a person may still approve must be there when he does.
    keeping = kept(manifest, keep) + awaiting(manifest)
    done = []
    for name, version in sorted(base.tables.items()):
        versions = sorted({row.tables[name] for row in keeping if name in row.tables})
        deleted = store.vacuum(name, versions, hours, dry_run=dry_run)
        done.append(Maintained(name, before[name], len(store.files(name, version)), deleted))
    heads = [name for name in HEAD_TABLES if store.exists(name)]
    return done + [_maintain_head(store, name, hours, dry_run=dry_run) for name in heads]


def _maintain_head(store: TableStore, name: str, hours: float, *, dry_run: bool) -> Maintained:
    before = len(store.files(name))
    if before > MOST_FILES and not dry_run:
        store.compact(name)
    head = store.version(name)
    deleted = store.vacuum(name, [] if head is None else [head], hours, dry_run=dry_run)
    return Maintained(name, before, len(store.files(name)), deleted)


def _publish(
    store: TableStore,
    manifest: list[Publication],
    base: Publication,
    tables: dict[str, int],
    run_id: str,
) -> Publication:
    row = replace(
        base,
        publication=next_id(manifest),
        state=MAINTAINED,
        created_at=datetime.now(UTC),
        run_id=run_id,
        tables=tables,
        inputs=(),
        counts=table_rows(base.counts),
        approved_from=None,
        decided_by=None,
        reason=None,
    )
    append(store, row)
    return row
