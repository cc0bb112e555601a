"""From bronze rows to the rows of canonical records, links and events, as a contract says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from sources.contract import (
    ATTRIBUTES,
    EventMapping,
    FileContract,
    LinkMapping,
    RecordMapping,
    SourceContract,
)
from sources.reading import BATCH_DAY, FILE, LINE, ROW_HASH
from sources.record import record_id
from sources.values import quoted, typed_sql

OBSERVED_AT = "_observed_at"
PHONE_REGIONS = "_phone_regions"
REPLACES = "_replaces"
DELETED = "_deleted"
CONSENT = "_consent_"
"""Prefix of the columns of answers."""

NEWEST_DAY = "_newest_day"
ORDER = (OBSERVED_AT, BATCH_DAY, ROW_HASH, FILE, LINE)
"""Of two rows that speak of one thing the later one counts; the rest only makes the order total."""


def typed_rows(bronze: DataFrame, contract: FileContract) -> DataFrame:
    """Contract columns in their types, provenance beside them, and when the row speaks of.

    Without an event time in the contract the batch day stands for it.
    """
    typed = {
        name: typed_sql(f"`{name}`", column, contract.time_zone)
        for name, column in contract.columns.items()
    }
    day = f"cast({BATCH_DAY} as timestamp)"
    observed = f"coalesce({typed[contract.event_time]}, {day})" if contract.event_time else day
    return bronze.selectExpr(
        *[f"{value} as `{name}`" for name, value in typed.items()],
        *(FILE, LINE, BATCH_DAY, ROW_HASH),
        f"{observed} as {OBSERVED_AT}",
    )


@dataclass(frozen=True)
class _Thing:
    """A record, link or event that rows speak of: SQL for its keys, and for whether they do."""

    kind: str
    first_key: str
    second_key: str
    when: str

    def sql(self, form: str) -> str:
        """The thing in some form, null where a row does not speak of it."""
        keys = {"kind": quoted(self.kind), "first": self.first_key, "second": self.second_key}
        return f"case when {self.when} then {form.format(**keys)} end"


def spoken_keys(bronze: DataFrame, contract: FileContract) -> DataFrame:
    """Of what rows speak, a row for each thing: kind (record, link or event), first_key and
    second_key: source and source_key of a record, left_source and left_key of a link, `_key` and
    origin of an event.
    """
    form = "named_struct('kind', {kind}, 'first_key', {first}, 'second_key', {second})"
    typed, spoken = _spoken(bronze, contract, form)
    return typed.selectExpr(f"inline({spoken})")


def spoken_hashes(bronze: DataFrame, contract: FileContract) -> DataFrame:
    """Where rows speak of something, a row for each thing: the row's file and line, and `spoken`, a
    hash of the columns of `spoken_keys`.
    """
    typed, spoken = _spoken(bronze, contract, "xxhash64({kind}, {first}, {second})")
    return typed.selectExpr(FILE, LINE, f"explode({spoken}) as spoken")


def _spoken(bronze: DataFrame, contract: FileContract, form: str) -> tuple[DataFrame, str]:
    """The columns that make keys, no other is read or converted, and SQL for an array of things."""
    things = ", ".join(thing.sql(form) for thing in _things(contract))
    typed = [
        f"{typed_sql(f'`{name}`', column, contract.time_zone)} as `{name}`"
        for name, column in contract.columns.items()
        if name.lower() in things.lower()
    ]
    places = (FILE, LINE, BATCH_DAY, ROW_HASH)
    return bronze.selectExpr(*typed, *places), f"array_compact(array({things}))"


def _things(contract: FileContract) -> Iterator[_Thing]:
    for each in contract.records:
        key = _text(each.key)
        when = _all(each.when, f"{key} is not null")
        yield _Thing("record", quoted(each.source), key, when)
    for link in contract.links:
        left, right = _text(link.left_key), _text(link.right_key)
        when = _all(link.when, f"{left} is not null", f"{right} is not null")
        yield _Thing("link", quoted(link.left), left, when)
    for event in contract.events:
        key = _text(event.key)
        when = _all(event.when, f"{key} is not null")
        yield _Thing("event", key, quoted(contract.table), when)


def record_rows(rows: DataFrame, source: SourceContract, mapping: RecordMapping) -> DataFrame:
    """One row per delivered row that speaks of a record of this source.

    Columns: source, source_key, the canonical attributes as text, `emails` and `phones` as arrays
    of what the row holds, a boolean `_consent_<channel>` per consent, `_deleted`, and `_replaces`:
    whether the latest row alone is the state.
    """
    key = _text(mapping.key)
    attributes = {name: _text(mapping.attributes.get(name, "null")) for name in ATTRIBUTES}
    columns = [
        f"{quoted(mapping.source)} as source",
        f"{key} as source_key",
        *ORDER,
        f"{mapping.deleted} as {DELETED}",
        *[f"{value} as {name}" for name, value in attributes.items()],
        f"{_filled_texts(mapping.emails)} as emails",
        f"{_filled_texts(mapping.phones)} as phones",
        f"{quoted(','.join(source.phone_regions))} as {PHONE_REGIONS}",
        f"{str(mapping.state == 'replace').lower()} as {REPLACES}",
        *[
            f"cast(({mapping.consents[channel]}) as boolean) as {CONSENT}{channel}"
            for channel in sorted(mapping.consents)
        ],
    ]
    spoken = rows.where(_all(mapping.when, f"{key} is not null"))
    return spoken.selectExpr(*columns)


def with_newest_day(rows: DataFrame, among: DataFrame, contract: FileContract) -> DataFrame:
    """Rows of a source with the newest day of a snapshot, absence from which is a delete. `among`
    are all rows of the source, `rows` maybe some of them.
    """
    if contract.delivery == "delta":
        return rows.selectExpr("*", f"cast(null as date) as {NEWEST_DAY}")
    newest = among.agg(F.max(BATCH_DAY).alias(NEWEST_DAY))
    return rows.join(F.broadcast(newest), how="cross")


def _text(expression: str) -> str:
    return f"cast(({expression}) as string)"


def _all(*conditions: str) -> str:
    return " and ".join(f"({condition})" for condition in conditions)


def _filled_texts(expressions: tuple[str, ...]) -> str:
    """array<string> of the values that are there, as delivered; null where there is none."""
    if not expressions:
        return "cast(null as array<string>)"
    texts = ", ".join(map(_text, expressions))
    return f"case when coalesce({texts}) is not null then array_compact(array({texts})) end"


def stated_links(rows: DataFrame, link: LinkMapping) -> DataFrame:
    """left_source, left_key, right_key and `OBSERVED_AT` of each row that states the link."""
    left, right = _text(link.left_key), _text(link.right_key)
    stated = rows.where(_all(link.when, f"{left} is not null", f"{right} is not null"))
    return stated.selectExpr(
        f"{quoted(link.left)} as left_source",
        f"{left} as left_key",
        f"{right} as right_key",
        OBSERVED_AT,
    )


def link_rows(stated: DataFrame, link: LinkMapping, secret: bytes) -> DataFrame:
    """kind, left_id, right_id, rows, first_seen, last_seen: `stated_links`, summed up."""
    summed = stated.groupBy("left_key", "right_key").agg(
        F.expr("count(1) as rows"),
        F.expr(f"min({OBSERVED_AT}) as first_seen"),
        F.expr(f"max({OBSERVED_AT}) as last_seen"),
    )
    return summed.select(
        F.lit(link.kind).alias("kind"),
        record_id(link.left, F.col("left_key"), secret).alias("left_id"),
        record_id(link.right, F.col("right_key"), secret).alias("right_id"),
        "rows",
        "first_seen",
        "last_seen",
    )


def event_rows(rows: DataFrame, contract: FileContract, mapping: EventMapping) -> DataFrame:
    """One row per delivered row that speaks of an event.

    Columns: origin and `_key`, which make the event; `_source` and `_source_key` of the first
    source that has a key; what `EVENTS` tells of it, attributes without a value too; and what
    orders rows (`event.Happenings`).
    """
    key = _text(mapping.key)
    owners = {source: _text(expression) for source, expression in mapping.record}
    cases = " ".join(f"when {key} is not null then {quoted(each)}" for each, key in owners.items())
    attributes = ", ".join(
        f"{quoted(name)}, {_text(expression)}" for name, expression in mapping.attributes.items()
    )
    spoken = rows.where(_all(mapping.when, f"{key} is not null"))
    return spoken.selectExpr(
        f"{quoted(contract.table)} as origin",
        f"{key} as _key",
        f"case {cases} end as _source",
        f"coalesce({', '.join(owners.values())}) as _source_key",
        f"cast(({mapping.kind}) as string) as kind",
        f"{mapping.occurred_at} as occurred_at",
        f"cast(({mapping.amount}) as decimal(18,2)) as amount",
        f"{_text(mapping.currency)} as currency",
        f"map({attributes}) as attributes",
        *ORDER,
    )
