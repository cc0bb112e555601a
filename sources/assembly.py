"""From rows that speak of records to the records themselves: one row per source identity.

What a record is depends on the set of rows alone. Rows are ordered by event time, then batch
day, then content, so a late or repeated file changes nothing that it should not.
"""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from sources.contract import (
    ADDRESS_ATTRIBUTES,
    ATTRIBUTES,
    NAME_ATTRIBUTES,
    PLAIN_ATTRIBUTES,
    FileContract,
    RecordMapping,
)
from sources.mapping import OBSERVED_AT, PHONE_REGIONS
from sources.normalise import addresses, dates, emails, names, phones, placeholders
from sources.reading import BATCH_DAY, FILE, LINE, ROW_HASH
from sources.record import RECORDS

GROUPS: dict[str, tuple[str, ...]] = {
    "name": NAME_ATTRIBUTES,
    "address": ADDRESS_ATTRIBUTES,
    **{name: (name,) for name in PLAIN_ATTRIBUTES},
}
"""Attributes that come from one row together: half of an old address and half of a new one
would be nobody's."""

_ORDER = (OBSERVED_AT, BATCH_DAY, ROW_HASH, FILE, LINE)
_ORIGIN = "map<string, struct<file string, line bigint, observed_at timestamp>>"


def assemble(rows: DataFrame, contract: FileContract, mapping: RecordMapping) -> DataFrame:
    """One row per record of this source, attributes still as delivered.

    `rows` are those of `mapping.record_rows`. Absence from the newest day of a snapshot feed is
    a delete.
    """
    order = [F.col(name) for name in _ORDER]
    state = _replaced(order) if mapping.state == "replace" else _accumulated(order)
    channels = sorted(mapping.consents)
    summed = rows.groupBy("record_id", "source", "source_key").agg(
        *state,
        F.flatten(F.collect_list(_seen("emails"))).alias("_emails"),
        F.flatten(F.collect_list(_seen("phones"))).alias("_phones"),
        *[
            F.max(F.when(F.col(f"_{c}").isNotNull(), F.struct(*order, F.col(f"_{c}")))).alias(c)
            for c in channels
        ],
        F.min(OBSERVED_AT).alias("first_seen"),
        F.max(OBSERVED_AT).alias("last_seen"),
        F.max(BATCH_DAY).alias("_delivered_on"),
        F.first(PHONE_REGIONS).alias(PHONE_REGIONS),
    )
    if contract.delivery == "snapshot":
        newest = rows.agg(F.max(BATCH_DAY).alias("_newest"))
        summed = summed.join(F.broadcast(newest), how="cross").withColumn(
            "_deleted", F.col("_deleted") | (F.col("_delivered_on") < F.col("_newest"))
        )
    groups = [F.col(f"_group_{group}") for group in GROUPS]
    return summed.select(
        "record_id",
        "source",
        "source_key",
        *[
            F.col(f"_group_{group}.{name}").alias(name)
            for group, names_ in GROUPS.items()
            for name in names_
        ],
        "_emails",
        "_phones",
        PHONE_REGIONS,
        _consents(channels).alias("consents"),
        _origins(groups).alias("origins"),
        "first_seen",
        "last_seen",
        F.col("_deleted").alias("deleted"),
    )


def _replaced(order: list[Column]) -> list[Column]:
    """Aggregates of a source whose latest row is the whole state."""
    attributes = [F.col(name) for name in ATTRIBUTES]
    latest = F.max(F.struct(*order, *attributes, F.col("deleted")))
    groups = [
        F.when(_any_filled([latest[name] for name in members]), latest).alias(f"_group_{group}")
        for group, members in GROUPS.items()
    ]
    return [*groups, F.coalesce(latest["deleted"], F.lit(False)).alias("_deleted")]


def _accumulated(order: list[Column]) -> list[Column]:
    """Aggregates of a source where each attribute group keeps its latest value."""
    groups = []
    for group, members in GROUPS.items():
        values = [F.col(name) for name in members]
        latest = F.max(F.when(_any_filled(values), F.struct(*order, *values)))
        groups.append(latest.alias(f"_group_{group}"))
    return [*groups, F.lit(False).alias("_deleted")]


def _any_filled(values: list[Column]) -> Column:
    return F.coalesce(*values).isNotNull()


def _seen(name: str) -> Column:
    """The row's values as delivered, each with when and where it was seen."""
    return F.transform(
        F.col(name),
        lambda text: F.struct(
            F.col(OBSERVED_AT).alias("at"),
            F.col(FILE).alias("file"),
            F.col(LINE).alias("line"),
            text.alias("text"),
        ),
    )


def _first_and_last(rows: Column, key_name: str, key: Callable[[Column], Column]) -> Column:
    """array<struct<value, first_seen, last_seen, file, line, key>>, latest value first.

    `rows` is array<struct<at, file, line, value>>; file and line are those of the latest row
    that holds the value, and `key` gives the value under which it meets its other spellings.
    """
    filled = F.filter(rows, lambda row: row["value"].isNotNull())
    distinct = F.array_distinct(F.transform(filled, lambda row: row["value"]))

    def with_dates(value: Column) -> Column:
        mine = F.filter(filled, lambda row: row["value"] == value)
        last = F.array_max(mine)
        return F.struct(
            last["at"].alias("last_seen"),
            value.alias("value"),
            F.array_min(mine)["at"].alias("first_seen"),
            last["file"].alias("file"),
            last["line"].alias("line"),
            key(value).alias(key_name),
        )

    newest_first = F.sort_array(F.transform(distinct, with_dates), asc=False)
    names = ("value", "first_seen", "last_seen", "file", "line", key_name)
    return F.transform(
        newest_first, lambda seen: F.struct(*[seen[name].alias(name) for name in names])
    )


def _consents(channels: list[str]) -> Column:
    """array<struct<channel, granted, observed_at>> of the channels that were answered."""
    kind = "array<struct<channel string, granted boolean, observed_at timestamp>>"
    if not channels:
        return F.array().cast(kind)
    answers = F.array(
        *[
            F.struct(
                F.lit(channel).alias("channel"),
                F.col(f"{channel}._{channel}").alias("granted"),
                F.col(f"{channel}.{OBSERVED_AT}").alias("observed_at"),
            )
            for channel in channels
        ]
    )
    return F.filter(answers, lambda answer: answer["granted"].isNotNull()).cast(kind)


def _origins(groups: list[Column]) -> Column:
    """Where each attribute group's value came from; only groups that have one."""
    entries = F.create_map(
        *[
            item
            for name, group in zip(GROUPS, groups, strict=True)
            for item in (
                F.lit(name),
                F.when(
                    group.isNotNull(),
                    F.struct(
                        group[FILE].alias("file"),
                        group[LINE].alias("line"),
                        group[OBSERVED_AT].alias("observed_at"),
                    ),
                ),
            )
        ]
    )
    return F.map_filter(entries, lambda _, origin: origin.isNotNull()).cast(_ORIGIN)


def normalise(records: DataFrame, birth_date_formats: list[str]) -> DataFrame:
    """Assembled records of all sources in the columns of `RECORDS`.

    Names and phones need libraries; both go to Python in one pass, over records rather than rows.
    """
    # All at once: as an expression of its own each attribute cost the plan 100 ms.
    filled = F.transform(F.array(*ATTRIBUTES), placeholders.to_null)
    plain = {name: F.col("_filled")[place] for place, name in enumerate(ATTRIBUTES)}
    texts = F.transform("_phones", lambda row: row["text"])
    cleaned = records.withColumn("_filled", filled).withColumns(plain)
    parsed = cleaned.withColumns(
        {
            "_name": names.parsed(F.col("given_name"), F.col("family_name"), F.col("full_name")),
            "_numbers": phones.numbers(texts, F.col(PHONE_REGIONS), F.col("country")),
        }
    ).withColumn("_birth", dates.parsed(F.col("birth_date"), birth_date_formats))
    country = F.upper("country")
    normal = parsed.withColumns(
        {
            **{f"name_{part}": F.col(f"_name.{part}") for part in _NAME_PARTS},
            "emails": _first_and_last(_normal_emails(), "mailbox", emails.canonical),
            "phones": _first_and_last(_normal_phones(), "national", phones.national),
            "birth_year": F.col("_birth.year"),
            "gender": F.upper(F.substring("gender", 1, 1)),
            "address_key": addresses.line_key(F.col("address_line")),
            "postcode": addresses.postcode(F.col("postcode"), country),
            "country": country,
            "birth_date": F.col("_birth.value"),
        }
    )
    return RECORDS.select(normal.withColumn("version", _version()))


def _version() -> Column:
    """Hash of what the record says, not of when and in which file it was said: a row that is
    delivered again changes nothing.
    """
    said = {
        "emails": F.transform("emails", lambda seen: seen["value"]),
        "phones": F.transform("phones", lambda seen: seen["value"]),
        "consents": F.transform("consents", lambda one: F.struct(one["channel"], one["granted"])),
    }
    content = [
        said.get(field.name, F.col(field.name))
        for field in RECORDS.fields
        if field.name not in ("record_id", "origins", "version", "first_seen", "last_seen")
    ]
    # xxhash64 passes over nulls: a name that moves to the next column would hash the same.
    missing = F.array(*[value.isNull() for value in content])
    return F.lower(F.hex(F.xxhash64(*content, missing)))


def _normal_emails() -> Column:
    return F.transform(
        "_emails",
        lambda row: F.struct(
            row["at"].alias("at"),
            row["file"].alias("file"),
            row["line"].alias("line"),
            emails.normalised(row["text"]).alias("value"),
        ),
    )


def _normal_phones() -> Column:
    return F.transform(
        "_phones",
        lambda row, place: F.struct(
            row["at"].alias("at"),
            row["file"].alias("file"),
            row["line"].alias("line"),
            F.get("_numbers", place).alias("value"),
        ),
    )


_NAME_PARTS = ("given", "family", "key", "keys", "han", "roots", "suffix", "script")
