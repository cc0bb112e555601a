"""From records and identities to the golden tables."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
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
        .withColumn("_trust", _trust(trust))
    )
    candidates = members.withColumns(
        {f"_candidate_{name}": _candidate(name, rule) for name, rule in rules.items()}
    )
    gathered = candidates.groupBy("customer_id").agg(
        *[
            survivor(F.col(f"_candidate_{name}"), rule).alias(f"_{name}")
            for name, rule in rules.items()
        ],
        *[_all_values(plural).alias(plural) for plural in CONTACTS.values()],
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
    return gathered.withColumns(
        {
            # Earlier addresses and numbers of a record lost, too.
            f"_{name}": F.col(f"_{name}").withField("losers", F.size(plural) - 1)
            for name, plural in CONTACTS.items()
            if name in rules
        }
    )


def _trust(trust: dict[str, int]) -> Column:
    """The rank of the row's source."""
    rank: Column = F.lit(0)
    for source, value in trust.items():
        rank = F.when(F.col("source") == source, F.lit(value)).otherwise(rank)
    return rank


def _all_values(plural: str) -> Column:
    """An aggregate: every e-mail or phone of the customer, sorted, each once."""
    return F.sort_array(F.array_distinct(F.flatten(F.collect_list(F.col(f"{plural}.value")))))


def _candidate(name: str, rule: Rule) -> Column:
    """What a record has to say of one attribute, in the form that `survivor` reads."""
    if name in CONTACTS:
        # The arrays have the latest value first; an earlier one never beats it.
        latest = F.get(CONTACTS[name], F.lit(0))
        value, present = latest["value"], latest.isNotNull()
        seen, file, line = latest["last_seen"], latest["file"], latest["line"]
    else:
        parts = [F.col(part) for part in rule.parts] or [F.col(name)]
        value = F.struct(*rule.parts) if rule.parts else F.col(name)
        present = F.coalesce(*parts).isNotNull()
        origin = F.col("origins")[name]
        seen, file, line = origin["observed_at"], origin["file"], origin["line"]
    frequency: Column = F.lit(None).cast("bigint")
    if "frequency" in rule.prefer:
        same = Window.partitionBy("customer_id", value)
        frequency = F.count(F.lit(1)).over(same)
    held = F.struct(
        value.alias("value"),
        F.col("record_id").alias("record_id"),
        F.col("source").alias("source"),
        F.col("_trust").alias("trust"),
        seen.alias("observed_at"),
        file.alias("file"),
        line.alias("line"),
        frequency.alias("frequency"),
    )
    return F.when(present, held)


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
