"""The records of customers, side by side: what golden tables are consolidated from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

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


def members(inputs: GoldenInputs) -> DataFrame:
    """Every record that has a customer, with its customer_id, state and weakest_link and counts of
    events and purchases (null = none); a customer lies in one partition, in order of record_id.

    Columns of records pass as they are: to take maps and arrays apart here, row by row, cost as
    much processor time as the joins and the shuffle together.
    """
    happened = inputs.events.groupBy("record_id").agg(
        F.expr("count(*) as events"), F.expr("count_if(kind = 'purchase') as purchases")
    )
    known = inputs.identities.join(
        inputs.clusters.select("record_id", "weakest_link"), on="record_id", how="inner"
    ).join(happened, on="record_id", how="left")
    return (
        inputs.records.select(*_OF_RECORDS)
        .join(known, on="record_id", how="inner")
        .repartition("customer_id")
        .sortWithinPartitions("customer_id", "record_id")
    )


def whole_customers(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of a partition of `members` in batches that part no customer."""
    kept: pa.RecordBatch | None = None
    for batch in batches:
        if not batch.num_rows:
            continue
        joined = batch if kept is None else pa.concat_batches([kept, batch])
        customers = joined["customer_id"]
        start = customers.index(customers[-1]).as_py()
        if start:
            yield joined.slice(0, start)
        kept = joined.slice(start)
    if kept is not None:
        yield kept
