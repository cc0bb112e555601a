"""Feeds come in daily drops."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

import dagster as dg

FIRST_DAY = "2020-01-01"

DAYS = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=1)
"""One partition a drop; a run without a partition takes all that is unprocessed, in order."""


class ByDay(TypedDict):
    """What makes an asset one of the daily ones."""

    partitions_def: dg.DailyPartitionsDefinition
    backfill_policy: dg.BackfillPolicy


BY_DAY: ByDay = {"partitions_def": DAYS, "backfill_policy": dg.BackfillPolicy.single_run()}
"""For every asset alike. With bronze alone in partitions, several days chosen on the page became
two runs, and the second one began from the last publication, without the first one's rows.
"""


def days_of(context: dg.AssetExecutionContext) -> tuple[date, date] | None:
    """First and last day that the run was asked for; None = everything unprocessed."""
    if not context.has_partition_key and not context.has_partition_key_range:
        return None
    wanted = context.partition_key_range
    return date.fromisoformat(wanted.start), date.fromisoformat(wanted.end)
