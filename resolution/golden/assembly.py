"""The records of customers, side by side: what golden tables are consolidated from."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from sources.batches import together

_OF_RECORDS = (
    "record_id", "source", "source_key", "given_name", "family_name", "full_name", "birth_date",
    "gender", "emails", "phones", "address_line", "city", "region", "postcode", "country",
    "language", "lifecycle_stage", "handle", "consents", "origins", "first_seen", "last_seen",
)  # fmt: skip


@dataclass(frozen=True)
class GoldenInputs:
    """What golden is made of: silver records and events, identities and clusters."""

    records: DataFrame
    events: DataFrame
    identities: DataFrame
    clusters: DataFrame


def members(inputs: GoldenInputs, partitions: int) -> DataFrame:
    """Every record that has a customer, with its customer_id, state and weakest_link and counts of
    events and purchases (null = none); a customer lies in one partition, in order of record_id.

    Columns of records pass as they are: to take maps and arrays apart here, row by row, cost as
    much processor time as the joins and the shuffle together.
    """
    happened = inputs.events.groupBy("record_id").agg(
        F.expr("count(*) as events"), F.expr("count_if(kind = 'purchase') as purchases")
    )
    # A hash of the narrow side: without the hint Spark sorts the wide records for a merge.
    clusters = inputs.clusters.select("record_id", "weakest_link").hint("shuffle_hash")
    known = inputs.identities.join(clusters, on="record_id", how="inner").join(
        happened.hint("shuffle_hash"), on="record_id", how="left"
    )
    records = inputs.records.select(*_OF_RECORDS)
    joined = records.join(known.hint("shuffle_hash"), on="record_id", how="inner")
    return together(joined, ("customer_id",), ("record_id",), partitions)
