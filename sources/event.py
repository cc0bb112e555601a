"""The canonical event: one row per thing that happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sources.batches import begins, in_schema, offsets, valid
from sources.reading import FILE, LINE
from sources.record import identities
from sources.schema import Field, TableSchema

EVENT_KEY = ("_key", "origin")

EVENTS = TableSchema(
    name="silver.events",
    grain="thing that happened",
    about="Purchases, returns, page views, searches, sign-ups, posts: all touchpoints in one form.",
    key=("event_id",),
    fields=(
        Field("event_id", "string", "Opaque id: a keyed hash of file kind and key.", required=True),
        Field("record_id", "string", "The record that did it; null when nobody is known."),
        Field("origin", "string", "Bronze table that it came from.", required=True),
        Field("kind", "string", "What happened, such as purchase or page_view.", required=True),
        Field("occurred_at", "timestamp", "When, UTC.", required=True),
        Field("amount", "decimal(18,2)", "Money that moved; negative for returns."),
        Field("currency", "string", "Currency of the amount, ISO code."),
        Field("attributes", "map<string, string>", "What else the feed says of it.", personal=True),
        Field("file", "string", "Delivered file.", required=True),
        Field("line", "bigint", "Line in that file.", required=True),
    ),
)


@dataclass(frozen=True)
class Happenings:
    """What turns rows into events, beside the rows: the key of the ids, and the Arrow schema of
    the table.
    """

    secret: bytes
    schema: pa.Schema

    def events(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """`EVENTS` of a batch of `mapping.event_rows` in which the rows of an event lie one after
        another in the order of `mapping.ORDER`: the same event in two rows counts once, and the
        latest row speaks for it.
        """
        first = np.flatnonzero(begins(batch, EVENT_KEY))
        latest = batch.take(pa.array(np.append(first[1:], batch.num_rows) - 1))
        columns = {name: latest[name] for name in latest.schema.names} | {
            "event_id": identities(latest["origin"], latest["_key"], self.secret),
            "record_id": identities(latest["_source"], latest["_source_key"], self.secret),
            "attributes": _with_values(latest["attributes"]),
            "file": latest[FILE],
            "line": latest[LINE],
        }
        return in_schema(columns, self.schema)


def _with_values(maps: pa.MapArray) -> pa.MapArray:
    """The entries that have a value; Spark's own filter of maps took an eighth of the stage."""
    filled = valid(maps.items)
    before = np.concatenate([[0], np.cumsum(filled)])
    kept = pa.array(np.flatnonzero(filled))
    counts = np.diff(before[maps.offsets.to_numpy()])
    return pa.MapArray.from_arrays(offsets(counts), maps.keys.take(kept), maps.items.take(kept))
