"""From bronze rows to the rows of canonical records, links and events, as a contract says."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from sources.contract import (
    ATTRIBUTES,
    EventMapping,
    FileContract,
    LinkMapping,
    RecordMapping,
    SourceContract,
)
from sources.event import EVENTS
from sources.reading import BATCH_DAY, FILE, LINE, ROW_HASH
from sources.record import record_id
from sources.values import typed

OBSERVED_AT = "_observed_at"
PHONE_REGIONS = "_phone_regions"


def typed_rows(bronze: DataFrame, contract: FileContract) -> DataFrame:
    """Contract columns in their types, provenance beside them, and when the row speaks of.

    Without an event time in the contract the batch day stands for it.
    """
    columns = [
        typed(F.col(name), column, contract.time_zone).alias(name)
        for name, column in contract.columns.items()
    ]
    frame = bronze.select(*columns, FILE, LINE, BATCH_DAY, ROW_HASH)
    day = F.col(BATCH_DAY).cast("timestamp")
    observed = F.coalesce(F.col(contract.event_time), day) if contract.event_time else day
    return frame.withColumn(OBSERVED_AT, observed)


def record_rows(
    rows: DataFrame, source: SourceContract, mapping: RecordMapping, secret: bytes
) -> DataFrame:
    """One row per delivered row that speaks of a record of this source.

    Columns: record_id, source, source_key, the canonical attributes as text, `emails` and
    `phones` as arrays of what the row holds, a boolean `_<channel>` per consent, `deleted`.
    """
    key = F.expr(mapping.key).cast("string")
    spoken = rows.where(F.expr(mapping.when)).where(key.isNotNull())
    return spoken.select(
        record_id(mapping.source, key, secret).alias("record_id"),
        F.lit(mapping.source).alias("source"),
        key.alias("source_key"),
        OBSERVED_AT,
        BATCH_DAY,
        ROW_HASH,
        FILE,
        LINE,
        F.expr(mapping.deleted).alias("deleted"),
        *[
            F.expr(mapping.attributes.get(name, "null")).cast("string").alias(name)
            for name in ATTRIBUTES
        ],
        _filled_texts(mapping.emails).alias("emails"),
        _filled_texts(mapping.phones).alias("phones"),
        F.lit(",".join(source.phone_regions)).alias(PHONE_REGIONS),
        *[
            F.expr(mapping.consents.get(channel, "null")).cast("boolean").alias(f"_{channel}")
            for channel in sorted(mapping.consents)
        ],
    )


def _filled_texts(expressions: tuple[str, ...]) -> Column:
    """array<string> of the values that are there, as delivered; null where there is none."""
    if not expressions:
        return F.lit(None).cast("array<string>")
    texts = [F.expr(expression).cast("string") for expression in expressions]
    return F.when(F.coalesce(*texts).isNotNull(), F.array_compact(F.array(*texts)))


def link_rows(rows: DataFrame, link: LinkMapping, secret: bytes) -> DataFrame:
    """kind, left_id, right_id, rows, first_seen, last_seen: what the rows state, summed up."""
    left, right = F.expr(link.left_key).cast("string"), F.expr(link.right_key).cast("string")
    stated = rows.where(F.expr(link.when)).where(left.isNotNull() & right.isNotNull())
    summed = stated.groupBy(left.alias("left_key"), right.alias("right_key")).agg(
        F.count(F.lit(1)).alias("rows"),
        F.min(OBSERVED_AT).alias("first_seen"),
        F.max(OBSERVED_AT).alias("last_seen"),
    )
    return summed.select(
        F.lit(link.kind).alias("kind"),
        record_id(link.left, F.col("left_key"), secret).alias("left_id"),
        record_id(link.right, F.col("right_key"), secret).alias("right_id"),
        "rows",
        "first_seen",
        "last_seen",
    )


def event_rows(
    rows: DataFrame, contract: FileContract, mapping: EventMapping, secret: bytes
) -> DataFrame:
    """One row per event in the columns of `EVENTS`.

    The same event in two rows counts once: the row of the latest event time, batch day and
    content speaks for it.
    """
    owner: Column = F.lit(None).cast("string")
    for source, expression in reversed(mapping.record):
        key = F.expr(expression).cast("string")
        owner = F.when(key.isNotNull(), record_id(source, key, secret)).otherwise(owner)
    key = F.expr(mapping.key).cast("string")
    attributes = F.map_filter(
        F.create_map(
            *[
                item
                for name, expression in mapping.attributes.items()
                for item in (F.lit(name), F.expr(expression).cast("string"))
            ]
        ),
        lambda _, value: value.isNotNull(),
    )
    spoken = rows.where(F.expr(mapping.when)).where(key.isNotNull())
    newest_first = Window.partitionBy("_key").orderBy(
        *[F.col(name).desc() for name in (OBSERVED_AT, BATCH_DAY, ROW_HASH, FILE, LINE)]
    )
    ranked = spoken.withColumn("_key", key).withColumn("_rank", F.row_number().over(newest_first))
    events = ranked.where(F.col("_rank") == 1).select(
        record_id(contract.table, F.col("_key"), secret).alias("event_id"),
        owner.alias("record_id"),
        F.lit(contract.table).alias("origin"),
        F.expr(mapping.kind).alias("kind"),
        F.expr(mapping.occurred_at).alias("occurred_at"),
        F.expr(mapping.amount).alias("amount"),
        F.expr(mapping.currency).alias("currency"),
        attributes.alias("attributes"),
        F.col(FILE).alias("file"),
        F.col(LINE).alias("line"),
    )
    return EVENTS.select(events)
