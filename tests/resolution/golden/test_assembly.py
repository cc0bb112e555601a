"""The golden tables of random customers against a plain-Python oracle."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from resolution.golden.assembly import GoldenInputs, members
from resolution.golden.consolidation import Consolidation
from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.golden.survivorship import read_rules
from resolution.judgements.pins import Pin
from resolution.schema import CLUSTERS, IDENTITIES
from sources.batches import whole_groups
from sources.event import EVENTS
from sources.record import RECORDS
from sources.schema import TableSchema
from tests.resolution.golden.oracle import Candidate, winner

TRUST = {"crm": 90, "store_member": 60, "social": 20}
RULES = read_rules()
# Spark gives naive times back; they are UTC.
START = datetime.fromisoformat("2026-01-01")
PLURALS = {"email": "emails", "phone": "phones"}
PARTS = {name: rule.parts or (name,) for name, rule in RULES.items() if name not in PLURALS}
Row = dict[str, Any]


def random_record(chance: random.Random, number: int) -> Row:
    day = START + timedelta(days=chance.randint(0, 3))
    row: Row = {
        "record_id": f"r{number:03d}",
        "source": chance.choice(sorted(TRUST)),
        "source_key": f"k{number}",
        "deleted": number % 17 == 0,
        "version": "1",
        "first_seen": START,
        "last_seen": day,
        "origins": {},
        "consents": [
            (channel, chance.random() < 0.7, day, "consent.csv", number)
            for channel in ("marketing", "analytics")
            if chance.random() < 0.5
        ],
    }
    for group, parts in PARTS.items():
        for part in parts:
            if chance.random() < 0.4:
                row[part] = chance.choice([f"{part} a", f"{part} b", f"{part} longer"])
        if any(row.get(part) for part in parts):
            seen = START + timedelta(days=chance.randint(0, 3))
            row["origins"][group] = (f"{group}.csv", number, seen)
    for plural in PLURALS.values():
        # Latest first, as silver.records has them.
        row[plural] = [
            (f"{plural}{value}", day, day - timedelta(days=age), "c.csv", number, "key")
            for age, value in enumerate(chance.sample(range(4), chance.randint(0, 2)))
        ]
    return row


def population() -> tuple[list[Row], dict[str, str]]:
    """90 records of 30 customers; deleted records have none."""
    chance = random.Random(4)
    records = [random_record(chance, number) for number in range(90)]
    owners = {
        row["record_id"]: f"c{chance.randint(0, 29):02d}" for row in records if not row["deleted"]
    }
    return records, owners


RECORD_ROWS, OWNERS = population()


def frame(spark: SparkSession, schema: TableSchema, rows: list[Row]) -> Any:
    return spark.createDataFrame(
        [tuple(row.get(name) for name in schema.columns) for row in rows], schema.struct
    )


@pytest.fixture(scope="module")
def golden(spark: SparkSession) -> dict[str, list[Row]]:
    return consolidated(spark)


def consolidated(spark: SparkSession, pins: tuple[Pin, ...] = ()) -> dict[str, list[Row]]:
    """The golden tables' rows."""
    events = [
        {"event_id": f"e{n}", "record_id": f"r{n % 90:03d}", "origin": "o", "occurred_at": START,
         "kind": "purchase" if n % 3 else "page_view", "file": "f", "line": n}
        for n in range(200)
    ]  # fmt: skip
    identities = [
        {"record_id": record, "customer_id": customer, "state": "published"}
        for record, customer in OWNERS.items()
    ]
    clusters = [
        {"record_id": record, "component_id": customer, "cluster_id": customer,
         "state": "published", "weakest_link": 8_000 + int(customer[1:])}
        for record, customer in OWNERS.items()
    ]  # fmt: skip
    inputs = GoldenInputs(
        records=frame(spark, RECORDS, RECORD_ROWS),
        events=frame(spark, EVENTS, events),
        identities=frame(spark, IDENTITIES, identities),
        clusters=frame(spark, CLUSTERS, clusters),
    )
    consolidation = Consolidation(
        rules=RULES,
        trust=TRUST,
        publication="p000007",
        schemas={schema.name: schema.arrow for schema in (CUSTOMERS, ATTRIBUTES, CROSSWALK)},
        pins=pins,
    )
    rows: dict[str, list[Row]] = {"customers": [], "attributes": [], "crosswalk": []}
    # So small that customers lie across their borders.
    batches = members(inputs, partitions=2).toArrow().to_batches(max_chunksize=7)
    for batch in whole_groups(batches, ("customer_id",)):
        for name, made in consolidation.rows(batch).items():
            rows[name.partition(".")[2]] += map(plain, made.to_pylist())
    return rows


def plain(row: Row) -> Row:
    """Times without their zone, which is UTC."""
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def records_of(customer: str) -> list[Row]:
    return [row for row in RECORD_ROWS if OWNERS.get(row["record_id"]) == customer]


def candidates(customer: str, attribute: str) -> list[Candidate]:
    found = []
    for row in records_of(customer):
        about = {
            "record_id": row["record_id"],
            "source": row["source"],
            "trust": TRUST[row["source"]],
        }
        if attribute in PLURALS:
            for value, _, last_seen, file, line, _ in row[PLURALS[attribute]]:
                found.append(
                    Candidate(value=value, observed_at=last_seen, file=file, line=line, **about)
                )
            continue
        parts = tuple(row.get(part) for part in PARTS[attribute])
        if any(parts):
            file, line, seen = row["origins"][attribute]
            value = parts if RULES[attribute].parts else parts[0]
            assert value is not None
            found.append(Candidate(value=value, observed_at=seen, file=file, line=line, **about))
    return found


def test_every_attribute_is_the_oracle_s_with_its_source(golden: dict[str, list[Row]]) -> None:
    expected = {}
    for customer in set(OWNERS.values()):
        for name, rule in RULES.items():
            chosen = winner(candidates(customer, name), rule)
            if chosen is None:
                continue
            best, losers = chosen
            value: Any = best.value
            if rule.parts:
                assert isinstance(best.value, tuple)
                value = {
                    part: text
                    for part, text in zip(rule.parts, best.value, strict=True)
                    if text is not None
                }
            expected[customer, name] = (
                value, best.record_id, best.source, best.observed_at, rule.name, losers,
                best.file, best.line,
            )  # fmt: skip
    found = {}
    for row in golden["attributes"]:
        if row["attribute"] not in RULES:
            continue
        value = json.loads(row["value"]) if RULES[row["attribute"]].parts else row["value"]
        found[row["customer_id"], row["attribute"]] = (
            value, row["record_id"], row["source"], row["observed_at"], row["rule"], row["losers"],
            row["file"], row["line"],
        )  # fmt: skip
    assert found == expected
    assert len({key[1] for key in found}) == len(RULES)


def test_no_golden_value_is_without_a_source(golden: dict[str, list[Row]]) -> None:
    sourced = {(row["customer_id"], row["attribute"]): row for row in golden["attributes"]}
    for customer in golden["customers"]:
        for name, rule in RULES.items():
            row = sourced.get((customer["customer_id"], name))
            parts = rule.parts or (name,)
            values = {
                part: customer[part]
                for part in parts
                if customer[part] is not None and part != "full_name"
            }
            if row is None:
                assert not values
                continue
            shown = json.loads(row["value"]) if rule.parts else {name: row["value"]}
            shown.pop("full_name", None)
            assert values == shown
            assert row["record_id"] in OWNERS
            assert row["file"] is not None
            assert row["observed_at"] is not None


def test_an_address_is_one_record_s_address(golden: dict[str, list[Row]]) -> None:
    parts = RULES["address"].parts
    for customer in golden["customers"]:
        whole = tuple(customer[part] for part in parts)
        own = {
            tuple(row.get(part) for part in parts) for row in records_of(customer["customer_id"])
        }
        assert whole in own | {(None,) * len(parts)}


def test_consent_is_the_strictest_answer_of_each_channel(golden: dict[str, list[Row]]) -> None:
    seen = set()
    for customer in golden["customers"]:
        for channel in ("marketing", "analytics"):
            answers = [
                granted
                for row in records_of(customer["customer_id"])
                for name, granted, *_ in row["consents"]
                if name == channel
            ]
            expected = all(answers) if answers else None
            assert customer[f"consent_{channel}"] is expected
            seen.add(expected)
            assert_the_answer_has_its_source(golden, customer["customer_id"], channel)
    assert seen == {True, False, None}


def assert_the_answer_has_its_source(
    golden: dict[str, list[Row]], customer: str, channel: str
) -> None:
    """The latest of the strictest answers, by the record that gave it."""
    answers = [
        (granted, -day.timestamp(), row["record_id"], row["source"], file, line)
        for row in records_of(customer)
        for name, granted, day, file, line in row["consents"]
        if name == channel
    ]
    found = [
        (row["value"], row["record_id"], row["source"], row["file"], row["line"], row["losers"])
        for row in golden["attributes"]
        if (row["customer_id"], row["attribute"]) == (customer, f"consent_{channel}")
    ]
    if not answers:
        assert found == []
        return
    granted, _, *source = min(answers)
    losers = len({answer[0] for answer in answers}) - 1
    assert found == [(str(granted).lower(), *source, losers)]


def test_counts_and_times_are_those_of_the_members(golden: dict[str, list[Row]]) -> None:
    assert {row["customer_id"] for row in golden["customers"]} == set(OWNERS.values())
    for customer in golden["customers"]:
        mine = records_of(customer["customer_id"])
        ids = {int(row["record_id"][1:]) for row in mine}
        happened = [number for number in range(200) if number % 90 in ids]
        assert customer["records"] == len(mine)
        assert customer["sources"] == sorted({row["source"] for row in mine})
        assert customer["events"] == len(happened)
        assert customer["purchases"] == sum(1 for number in happened if number % 3)
        assert customer["last_seen"] == max(row["last_seen"] for row in mine)
        assert customer["emails"] == sorted({item[0] for row in mine for item in row["emails"]})
        assert customer["publication"] == "p000007"


def test_confidence_is_the_probability_of_the_weakest_link(golden: dict[str, list[Row]]) -> None:
    for customer in golden["customers"]:
        if customer["records"] == 1:
            assert customer["confidence"] is None
            continue
        odds = 2 ** ((8_000 + int(customer["customer_id"][1:])) / 1000)
        assert customer["confidence"] == pytest.approx(odds / (1 + odds), abs=1e-6)


def test_the_crosswalk_has_every_live_record_once(golden: dict[str, list[Row]]) -> None:
    found = {row["record_id"]: row["customer_id"] for row in golden["crosswalk"]}
    assert found == OWNERS
    assert len(golden["crosswalk"]) == len(OWNERS)


def pin(record: str, attribute: str, value: str, minute: int) -> Pin:
    return Pin(record, attribute, value, f"j{minute}", datetime(2026, 2, 1, 8, minute, tzinfo=UTC))


def test_a_pinned_value_stands_over_what_survived(
    spark: SparkSession, golden: dict[str, list[Row]]
) -> None:
    one, other = sorted(set(OWNERS.values()))[:2]
    mine = sorted(row["record_id"] for row in records_of(one))
    theirs = min(row["record_id"] for row in records_of(other))
    nobody = next(row["record_id"] for row in RECORD_ROWS if row["record_id"] not in OWNERS)
    name = {"given_name": "Ann", "family_name": "Lee"}
    made = consolidated(
        spark,
        (
            pin(mine[0], "email", "late@x.org", 2),
            pin(mine[-1], "email", "early@x.org", 1),
            pin(theirs, "name", json.dumps(name), 3),
            pin(nobody, "email", "nobody@x.org", 4),
        ),
    )
    before, after = (
        {(row["customer_id"], row["attribute"]): row for row in rows["attributes"]}
        for rows in (golden, made)
    )
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed == {(one, "email"), (other, "name")}
    assert set(before) <= set(after)
    shown = after[one, "email"]
    was = before.get((one, "email"))
    assert (shown["value"], shown["record_id"], shown["rule"]) == (
        "late@x.org", mine[0], "pinned by a steward",
    )  # fmt: skip
    assert shown["observed_at"] == datetime(2026, 2, 1, 8, 2)  # noqa: DTZ001
    assert (shown["file"], shown["line"]) == (None, None)
    assert shown["losers"] == (was["losers"] + 1 if was else 0)
    customers = {row["customer_id"]: row for row in made["customers"]}
    assert customers[one]["email"] == "late@x.org"
    assert {part: customers[other][part] for part in name} == name
    assert json.loads(after[other, "name"]["value"]) == name
