"""Which page of docs/runbooks helps where a critical check failed."""

from __future__ import annotations

from fnmatch import fnmatchcase

FOLDER = "docs/runbooks"
INDEX = "README.md"

PAGES: dict[str, tuple[str, ...]] = {
    "lines-accounted.md": ("every_line_accounted",),
    "bounds.md": ("bound_*",),
    "snapshot.md": ("snapshot_is_whole",),
    "columns.md": ("*_columns",),
    "repeated-keys.md": ("*_repeated_keys",),
    "dangling.md": ("*_dangling",),
    "record-forms.md": (
        "record_id_form", "known_source", "record_email_form", "record_phone_form",
    ),
    "edges.md": (
        "edges_out_of_order", "edges_without_weight", "joined_pairs_apart",
        "vetoed_pairs_together", "largest_published_cluster",
    ),
    "missing-records.md": (
        "records_without_cluster", "records_without_customer", "records_unpublished",
    ),
    "judgements.md": ("cannot_links_broken", "must_links_broken"),
    "identity.md": (
        "changes_without_cause", "history_does_not_add_up", "ids_used_twice",
        "ids_that_lead_nowhere", "known_kinds",
    ),
    "upgrade-churn.md": ("upgrade_churn",),
    "no-customers.md": ("customers_exist",),
    "customer-forms.md": (
        "customer_id_form", "known_state", "has_records", "confidence_range", "email_form",
        "birth_date_form", "seen_in_order",
    ),
    "held-share.md": ("held_share",),
    "customers-lost.md": ("customers_lost_share",),
}  # fmt: skip
"""Pages in the order of the road, and the names of the checks that they are about."""


def runbook(check: str) -> str:
    """Path of the page within the project; the index for a check that no page is about."""
    for page, names in PAGES.items():
        if any(fnmatchcase(check, name) for name in names):
            return f"{FOLDER}/{page}"
    return f"{FOLDER}/{INDEX}"


def runbooks(checks: list[str]) -> list[str]:
    """The pages for these checks, each once, in the checks' order."""
    return list(dict.fromkeys(runbook(check) for check in checks))
