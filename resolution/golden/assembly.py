"""From records and identities to the golden tables."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.golden.survivorship import Rule, survivor

CHANNELS = ("marketing", "analytics")
CONTACTS = {"email": "emails", "phone": "phones"}


@dataclass(frozen=True)
class GoldenInputs:
    """What golden is made of: silver records and events, identities and clusters."""

    records: DataFrame
    events: DataFrame
    identities: DataFrame
    clusters: DataFrame


def consolidate(inputs: GoldenInputs, rules: dict[str, Rule], trust: dict[str, int]) -> DataFrame:
    """One row per customer with a struct per attribute (`_name`, `_email`, ...) that holds the
    survivor and its source; `customers` and `attributes` are read off it.

    `trust` is the rank of each source by its contract.
    """
    happened = inputs.events.groupBy("record_id").agg(
        F.count(F.lit(1)).alias("_events"),
        F.count_if(F.col("kind") == "purchase").alias("_purchases"),
    )
    doubt = inputs.clusters.select("record_id", "weakest_link")
    members = (
        inputs.records.join(inputs.identities, on="record_id", how="inner")
        .join(doubt, on="record_id", how="inner")
        .join(happened, on="record_id", how="left")
    )
    gathered = members.groupBy("customer_id").agg(
        F.collect_list(_member(rules, trust)).alias("_members"),
        F.count(F.lit(1)).cast("int").alias("records"),
        F.sort_array(F.collect_set("source")).alias("sources"),
        F.coalesce(F.sum("_events"), F.lit(0)).alias("events"),
        F.coalesce(F.sum("_purchases"), F.lit(0)).alias("purchases"),
        F.min("first_seen").alias("first_seen"),
        F.max("last_seen").alias("last_seen"),
        F.min("state").alias("state"),
        F.min("weakest_link").alias("_weakest_link"),
        *[_strictest(channel).alias(f"consent_{channel}") for channel in CHANNELS],
    )
    # Candidates first, survivors after: an expression that is mentioned twice is copied twice.
    candidates = gathered.withColumns(
        {f"_candidates_{name}": _candidates(name) for name in rules}
        | {plural: _all_values(plural) for plural in CONTACTS.values()}
    )
    return candidates.select(
        *[name for name in gathered.columns if name != "_members"],
        *CONTACTS.values(),
        *[
            survivor(F.col(f"_candidates_{name}"), rule).alias(f"_{name}")
            for name, rule in rules.items()
        ],
    )


def _all_values(plural: str) -> Column:
    """array<string>: every e-mail or phone of the customer, sorted, each once."""

    def values(member: Column) -> Column:
        return F.transform(F.coalesce(member[plural], F.array()), lambda item: item["value"])

    return F.sort_array(F.array_distinct(F.flatten(F.transform("_members", values))))


def _member(rules: dict[str, Rule], trust: dict[str, int]) -> Column:
    """What a record brings: its id, its trust, and a struct per attribute that it has."""
    rank: Column = F.lit(0)
    for source, value in trust.items():
        rank = F.when(F.col("source") == source, F.lit(value)).otherwise(rank)
    units = []
    for name, rule in rules.items():
        if name in CONTACTS:
            continue
        parts = [F.col(part) for part in rule.parts] or [F.col(name)]
        value = F.struct(*[F.col(part) for part in rule.parts]) if rule.parts else F.col(name)
        origin = F.col("origins")[name]
        held = F.struct(
            value.alias("value"),
            origin["observed_at"].alias("observed_at"),
            origin["file"].alias("file"),
            origin["line"].alias("line"),
        )
        units.append(F.when(F.coalesce(*parts).isNotNull(), held).alias(name))
    contacts = [
        F.transform(
            F.col(plural),
            lambda item: F.struct(
                item["value"].alias("value"),
                item["last_seen"].alias("observed_at"),
                item["file"].alias("file"),
                item["line"].alias("line"),
            ),
        ).alias(plural)
        for plural in CONTACTS.values()
    ]
    return F.struct("record_id", "source", rank.alias("trust"), *units, *contacts)


def _candidates(name: str) -> Column:
    """The customer's candidates for one attribute, in the form that `survivor` reads."""

    def candidate(member: Column, held: Column) -> Column:
        return F.struct(
            held["value"].alias("value"),
            member["record_id"].alias("record_id"),
            member["source"].alias("source"),
            member["trust"].alias("trust"),
            held["observed_at"].alias("observed_at"),
            held["file"].alias("file"),
            held["line"].alias("line"),
        )

    members = F.col("_members")
    if name in CONTACTS:
        plural = CONTACTS[name]
        return F.flatten(
            F.transform(
                F.filter(members, lambda member: member[plural].isNotNull()),
                lambda member: F.transform(member[plural], lambda held: candidate(member, held)),
            )
        )
    return F.transform(
        F.filter(members, lambda member: member[name].isNotNull()),
        lambda member: candidate(member, member[name]),
    )


def _strictest(channel: str) -> Column:
    """False where any record's current answer is no, true where all that answered say yes."""
    answers = F.filter("consents", lambda answer: answer["channel"] == channel)
    return F.min(F.get(answers, F.lit(0))["granted"])


def customers(consolidated: DataFrame, rules: dict[str, Rule], publication: str) -> DataFrame:
    """`golden.customers` from the frame of `consolidate`."""
    plain = {name: F.col(f"_{name}.value") for name, rule in rules.items() if not rule.parts}
    parts = {
        part: F.col(f"_{name}.value.{part}") for name, rule in rules.items() for part in rule.parts
    }
    odds = F.pow(F.lit(2.0), F.col("_weakest_link") / 1000)
    full = F.coalesce(
        F.col("_name.value.full_name"),
        F.nullif(F.concat_ws(" ", "_name.value.given_name", "_name.value.family_name"), F.lit("")),
    )
    confidence = F.when(F.col("records") > 1, odds / (1 + odds))
    return CUSTOMERS.select(
        consolidated.withColumns(
            plain
            | parts
            | {
                "full_name": full,
                "confidence": F.round(confidence, 6),
                "publication": F.lit(publication),
            }
        )
    )


def attributes(consolidated: DataFrame, rules: dict[str, Rule]) -> DataFrame:
    """`golden.attributes` from the frame of `consolidate`."""

    def row(name: str, rule: Rule) -> Column:
        held = F.col(f"_{name}")
        value = F.to_json(held["value"]) if rule.parts else held["value"]
        return F.when(
            held.isNotNull(),
            F.struct(
                F.lit(name).alias("attribute"),
                value.alias("value"),
                *[
                    held[part].alias(part)
                    for part in ("record_id", "source", "observed_at", "losers", "file", "line")
                ],
                F.lit(rule.name).alias("rule"),
            ),
        )

    rows = F.array_compact(F.array(*[row(name, rule) for name, rule in rules.items()]))
    exploded = consolidated.select("customer_id", F.explode(rows).alias("row"))
    return ATTRIBUTES.select(exploded.select("customer_id", "row.*"))


def crosswalk(inputs: GoldenInputs, publication: str) -> DataFrame:
    """`golden.crosswalk`: every record that has a customer."""
    known = inputs.records.select("record_id", "source", "source_key")
    joined = known.join(inputs.identities, on="record_id", how="inner")
    return CROSSWALK.select(joined.withColumn("publication", F.lit(publication)))
