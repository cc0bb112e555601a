"""From rows that speak of records to the records themselves: one row per source identity.

What a record is depends on the set of rows alone. Rows are ordered by event time, then batch
day, then content, so a late or repeated file changes nothing that it should not.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from sources.contract import (
    ADDRESS_ATTRIBUTES,
    ATTRIBUTES,
    NAME_ATTRIBUTES,
    PLAIN_ATTRIBUTES,
)
from sources.mapping import NEWEST_DAY, OBSERVED_AT, ORDER, PHONE_REGIONS, REPLACES
from sources.normalise import addresses, dates, emails, names, phones, placeholders
from sources.reading import BATCH_DAY, FILE, LINE
from sources.record import RECORDS, record_id
from sources.values import quoted

GROUPS: dict[str, tuple[str, ...]] = {
    "name": NAME_ATTRIBUTES,
    "address": ADDRESS_ATTRIBUTES,
    **{name: (name,) for name in PLAIN_ATTRIBUTES},
}
"""Attributes that come from one row together: half of an old address and half of a new one
would be nobody's."""

_KEY = ("source_key", "source")
_ORIGIN = "map<string, struct<file string, line bigint, observed_at timestamp>>"
_CONSENT = "array<struct<channel string, granted boolean, observed_at timestamp>>"


def assemble(rows: DataFrame, channels: Sequence[str]) -> DataFrame:
    """One row per record, attributes still as delivered.

    `rows` are those of `mapping.record_rows`, of any number of sources; `channels` are the
    consents among their columns.
    """
    # Sorted first: of the few rows of a record hashing in two steps cost three times as much.
    together = rows.repartition(*_KEY).sortWithinPartitions(*_KEY)
    ordered = together.selectExpr("*", f"struct({', '.join(ORDER)}) as _order")
    summed = ordered.groupBy(*_KEY).agg(
        *[F.expr(f"{_latest_group(members)} as _{group}") for group, members in GROUPS.items()],
        *[F.expr(f"{_latest(f'_{c} is not null', (f'_{c}',))} as _consent_{c}") for c in channels],
        F.expr(f"{_latest(REPLACES, ('deleted',))} as _deletion"),
        F.expr(f"flatten(collect_list({_seen('emails')})) as _emails"),
        F.expr(f"flatten(collect_list({_seen('phones')})) as _phones"),
        F.expr(f"min({OBSERVED_AT}) as first_seen"),
        F.expr(f"max({OBSERVED_AT}) as last_seen"),
        F.expr(f"max({BATCH_DAY}) < max({NEWEST_DAY}) as _absent"),
        F.expr(f"any_value({PHONE_REGIONS}) as {PHONE_REGIONS}"),
    )
    return summed.selectExpr(
        *_KEY,
        *[f"_{group}.{name}" for group, members in GROUPS.items() for name in members],
        "_emails",
        "_phones",
        PHONE_REGIONS,
        f"{_consents(channels)} as consents",
        f"{_origins()} as origins",
        "first_seen",
        "last_seen",
        "coalesce(_deletion.deleted, false) or coalesce(_absent, false) as deleted",
    )


def _latest(condition: str, columns: Sequence[str]) -> str:
    """The columns and the place in the order of the latest row that meets a condition."""
    return f"max(case when {condition} then struct(_order, {', '.join(columns)}) end)"


def _latest_group(members: Sequence[str]) -> str:
    """The latest row's attributes of a group: of a source whose latest row is the whole state
    that row's, otherwise those of the latest row that has one.
    """
    return _latest(f"{REPLACES} or {_any_filled(members)}", members)


def _any_filled(values: Sequence[str]) -> str:
    return f"coalesce({', '.join(values)}) is not null"


def _seen(name: str) -> str:
    """The row's values as delivered, each with when and where it was seen (`seen.ROWS`)."""
    place = f"'at', {OBSERVED_AT}, 'file', {FILE}, 'line', {LINE}"
    return f"transform({name}, text -> named_struct({place}, 'text', text))"


def _consents(channels: Sequence[str]) -> str:
    """array<struct<channel, granted, observed_at>> of the channels that were answered."""
    answers = ", ".join(
        f"case when _consent_{channel} is not null then named_struct('channel', {quoted(channel)},"
        f" 'granted', _consent_{channel}._{channel},"
        f" 'observed_at', _consent_{channel}._order.{OBSERVED_AT}) end"
        for channel in channels
    )
    return f"cast(array_compact(array({answers})) as {_CONSENT})"


def _origins() -> str:
    """Where each attribute group's value came from; only groups that have one."""
    entries = ", ".join(
        f"case when {_any_filled([f'_{group}.{name}' for name in members])} then struct("
        f"{quoted(group)}, struct(_{group}._order.{FILE}, _{group}._order.{LINE},"
        f" _{group}._order.{OBSERVED_AT})) end"
        for group, members in GROUPS.items()
    )
    return f"cast(map_from_entries(array_compact(array({entries}))) as {_ORIGIN})"


def normalise(records: DataFrame, birth_date_formats: Sequence[str], secret: bytes) -> DataFrame:
    """Assembled records of all sources in the columns of `RECORDS`.

    What needs Python goes there in one pass, over records rather than rows.
    """
    cleaned = records.withColumns({name: placeholders.to_null(F.col(name)) for name in ATTRIBUTES})
    parsed = cleaned.withColumns(
        {
            "record_id": record_id(F.col("source"), F.col("source_key"), secret),
            "_name": names.parsed(F.col("given_name"), F.col("family_name"), F.col("full_name")),
            "_birth": dates.parsed(F.col("birth_date"), birth_date_formats),
            "_address": addresses.normalised(
                F.col("address_line"), F.col("postcode"), F.col("country")
            ),
            "_mails": emails.seen(F.col("_emails")),
            "_numbers": phones.seen(F.col("_phones"), F.col(PHONE_REGIONS), F.col("country")),
        }
    )
    normal = {
        **{f"name_{part}": f"_name.{part}" for part in _NAME_PARTS},
        "emails": "_mails",
        "phones": "_numbers",
        "birth_date": "_birth.value",
        "birth_year": "_birth.year",
        "gender": f"translate(substring(gender, 1, 1), '{ascii_lowercase}', '{ascii_uppercase}')",
        "address_key": "_address.key",
        "postcode": "_address.postcode",
        "country": "_address.country",
    }
    columns = [field.name for field in RECORDS.fields if field.name != "version"]
    named = parsed.selectExpr(*[f"{normal.get(name, name)} as {name}" for name in columns])
    return RECORDS.select(named.selectExpr("*", f"{_version()} as version"))


def _version() -> str:
    """Hash of what the record says, not of when and in which file it was said: a row that is
    delivered again changes nothing.
    """
    said = {
        "emails": "emails.value",
        "phones": "phones.value",
        "consents": "arrays_zip(consents.channel, consents.granted)",
    }
    content = [
        said.get(field.name, field.name)
        for field in RECORDS.fields
        if field.name not in ("record_id", "origins", "version", "first_seen", "last_seen")
    ]
    # xxhash64 passes over nulls: a name that moves to the next column would hash the same.
    missing = f"array({', '.join(f'{value} is null' for value in content)})"
    return f"translate(hex(xxhash64({', '.join(content)}, {missing})), 'ABCDEF', 'abcdef')"


_NAME_PARTS = ("given", "family", "key", "keys", "han", "roots", "suffix", "script")
