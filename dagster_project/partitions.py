"""Feeds come in daily drops."""

from __future__ import annotations

from datetime import date

import dagster as dg

FIRST_DAY = "2020-01-01"

DAYS = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=1)
"""One partition a drop; a run without a partition takes all that is unprocessed, in order."""


def days_of(context: dg.AssetExecutionContext) -> tuple[date, date] | None:
    """First and last day that the run was asked for; None = everything unprocessed."""
    if not context.has_partition_key and not context.has_partition_key_range:
        return None
    wanted = context.partition_key_range
    return date.fromisoformat(wanted.start), date.fromisoformat(wanted.end)
