"""The end of a run: the candidate goes live in one commit, or is on record as held or rejected."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.manifest import HELD, PUBLISHED, Publication, append
from pipelines.run import Run, key_check
from resolution.golden.schema import CUSTOMERS


def publish(run: Run) -> Publication:
    """Append the manifest row that makes this run's versions the ones readers see, or where a check
    holds the candidate the one that puts it on record for a person's approval.
    """
    held = any(check.holds_publication for check in run.checks)
    with run.stage("publish") as rows:
        row = _row(run, HELD if held else PUBLISHED)
        append(run.store, row)
        rows[CUSTOMERS.name] = row.counts.get(CUSTOMERS.name, 0)
    return row


def reject(run: Run) -> Publication:
    """Record the candidate with its failed checks; the last publication stays live."""
    row = _row(run, "rejected")
    append(run.store, row)
    return row


def _row(run: Run, state: str) -> Publication:
    counts: dict[str, int] = {}
    for result in run.results:
        counts |= result.rows if not result.stage.startswith("audit") else {}
    return Publication(
        publication=run.publication,
        state=state,
        created_at=datetime.now(UTC),
        run_id=run.run_id,
        tables=dict(run.versions),
        counts=counts,
        model_version=run.model.version,
        code_version=run.code_version,
        rules_version=run.rules_version,
        key_check=key_check(run.secret),
        inputs=tuple(delivery.name for delivery in run.deliveries),
        failed_checks=tuple(
            f"{check.severity}: {check.table}.{check.name}"
            for check in run.checks
            if not check.passed
        ),
    )
