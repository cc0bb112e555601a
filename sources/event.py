"""The canonical event: one row per thing that happened."""

from __future__ import annotations

from sources.schema import Field, TableSchema

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
