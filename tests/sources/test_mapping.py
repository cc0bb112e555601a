"""Rows that speak of records, links and events, as the contract's expressions say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from sources.catalog import load_catalog
from sources.contract import SourceContract
from sources.event import EVENTS
from sources.mapping import (
    OBSERVED_AT,
    event_rows,
    link_rows,
    record_rows,
    spoken_hashes,
    spoken_keys,
    stated_links,
    typed_rows,
)
from tests.sources.delivered import SECRET, Delivered, bronze, happened
from tests.sources.test_record import oracle

MORNING, NOON = "2026-01-05T10:00:00Z", "2026-01-05T12:00:00Z"
FORM = {"traits_email": "ann.lee@gmail.com", "traits_first_name": "Ann"}
WEB = [
    {"event_id": "1", "occurred_at": MORNING, "anonymous_id": "c1", "event_type": "page_view"},
    {"event_id": "2", "occurred_at": NOON, "anonymous_id": "c1", "event_type": "signup", **FORM},
    {"event_id": "3", "occurred_at": NOON, "anonymous_id": "c1", "user_id": "u1",
     "event_type": "form_submit", **FORM},
    {"event_id": "4", "occurred_at": MORNING, "anonymous_id": "c1", "user_id": "u1",
     "event_type": "unsubscribe", "consent_marketing": "true", "value": "12.5"},
    {"event_id": "5", "occurred_at": MORNING, "event_type": "page_view"},
    {"event_id": "5", "occurred_at": NOON, "event_type": "search"},
]  # fmt: skip
RECEIPTS = [
    {"receipt_id": "1", "purchased_at": NOON, "loyalty_card_no": "k1", "customer_name": "Ann",
     "quantity": "2", "unit_price": "9.99", "discount": "1"},
    {"receipt_id": "2", "purchased_at": NOON, "phone": "+14155552671", "quantity": "1",
     "unit_price": "5", "is_return": "Y"},
    {"receipt_id": "3", "purchased_at": NOON, "quantity": "1", "unit_price": "cheap"},
]  # fmt: skip


def feed(table: str) -> SourceContract:
    """The shipped source with the file kind of this table alone."""
    source, file = load_catalog().file(table)
    return source.model_copy(update={"files": (file,)})


def rows_of(spark: SparkSession, table: str, rows: list[dict[str, Any]]) -> DataFrame:
    source = feed(table)
    delivered = [Delivered(5, number, row) for number, row in enumerate(rows, start=1)]
    return typed_rows(bronze(spark, delivered, source), source.files[0])


@pytest.fixture(scope="module")
def web(spark: SparkSession) -> DataFrame:
    return rows_of(spark, "web_events", WEB).persist()


@pytest.fixture(scope="module")
def receipts(spark: SparkSession) -> DataFrame:
    return rows_of(spark, "store_receipts", RECEIPTS).persist()


def test_what_a_form_says_speaks_of_the_log_in_not_of_the_cookie(web: DataFrame) -> None:
    source = feed("web_events")
    spoken = {
        mapping.source: record_rows(web, source, mapping).orderBy("_line").collect()
        for mapping in source.files[0].records
    }
    assert [(row["source_key"], row["_line"]) for row in spoken["web_user"]] == [
        ("u1", 3), ("u1", 4),
    ]  # fmt: skip
    cookie = spoken["web_anonymous"]
    assert [(row["_line"], row["emails"], row["given_name"]) for row in cookie] == [
        (1, None, None), (2, ["ann.lee@gmail.com"], "Ann"), (3, None, None), (4, None, None),
    ]  # fmt: skip
    assert [row["_consent_marketing"] for row in spoken["web_user"]] == [None, False]


@pytest.mark.parametrize("letters", [str.lower, str.upper])
def test_of_what_rows_speak_is_what_the_mappings_make_of_them(
    spark: SparkSession, web: DataFrame, letters: Callable[[str], str]
) -> None:
    """Spark takes letters of columns alike, large and small."""
    source = feed("web_events")
    contract = source.files[0]
    (event,) = contract.events
    expected = {
        ("record", row["source"], row["source_key"])
        for mapping in contract.records
        for row in record_rows(web, source, mapping).collect()
    }
    for link in contract.links:
        stated = stated_links(web, link).collect()
        expected |= {("link", row["left_source"], row["left_key"]) for row in stated}
    spoken = event_rows(web, contract, event).collect()
    expected |= {("event", row["_key"], row["origin"]) for row in spoken}
    spelled = contract.model_copy(
        update={"events": (event.model_copy(update={"key": letters(event.key)}),)}
    )
    delivered = [Delivered(5, number, dict(row)) for number, row in enumerate(WEB, start=1)]
    rows = bronze(spark, delivered, source)
    keys = spoken_keys(rows, spelled).collect()
    assert {tuple(row) for row in keys} == expected
    assert len(spoken_hashes(rows, spelled).collect()) == len(keys) > 10


def test_links_are_summed_up(web: DataFrame) -> None:
    link = feed("web_events").files[0].links[0]
    found = link_rows(stated_links(web, link), link, SECRET).collect()
    assert [tuple(row) for row in found] == [
        (
            "login",
            oracle("web_anonymous", "c1", SECRET),
            oracle("web_user", "u1", SECRET),
            2,
            datetime(2026, 1, 5, 10),  # noqa: DTZ001
            datetime(2026, 1, 5, 12),  # noqa: DTZ001
        )
    ]


def test_events_belong_to_the_first_source_that_has_a_key(web: DataFrame) -> None:
    contract = feed("web_events").files[0]
    found = happened(event_rows(web, contract, contract.events[0]))
    assert list(found[0].asDict()) == EVENTS.columns
    rows = {row["line"]: row for row in found}
    # The later row of event 5 speaks for it.
    assert set(rows) == {1, 2, 3, 4, 6}
    owners = {line: row["record_id"] for line, row in rows.items()}
    cookie, user = (oracle(*one, SECRET) for one in (("web_anonymous", "c1"), ("web_user", "u1")))
    assert owners == {1: cookie, 2: cookie, 3: user, 4: user, 6: None}
    assert rows[6]["kind"] == "search"
    assert rows[4]["amount"] == Decimal("12.50")
    assert rows[1]["attributes"] == {}
    assert rows[1]["event_id"] == oracle("web_events", "1", SECRET)


def test_receipts_are_persons_without_a_card_and_money_with_a_sign(receipts: DataFrame) -> None:
    source = feed("store_receipts")
    contract = source.files[0]
    spoken = record_rows(receipts, source, contract.records[0]).collect()
    assert [(row["source_key"], row["phones"]) for row in spoken] == [("2", ["+14155552671"])]
    events = happened(event_rows(receipts, contract, contract.events[0]))
    assert [(row["kind"], row["amount"], row["currency"]) for row in events] == [
        ("purchase", Decimal("18.98"), "USD"),
        ("return", Decimal("-5.00"), "USD"),
        ("purchase", None, "USD"),
    ]
    assert [row["record_id"] for row in events] == [
        oracle("store_member", "k1", SECRET), oracle("store_receipt", "2", SECRET), None,
    ]  # fmt: skip


def test_without_an_event_time_the_batch_day_stands_for_it(spark: SparkSession) -> None:
    typed = rows_of(spark, "store_members", [{"card_no": "k1", "joined_on": "2020-02-30"}])
    row = typed.collect()[0]
    assert row[OBSERVED_AT] == datetime(2026, 1, 5)  # noqa: DTZ001
    assert row["joined_on"] is None
