"""What silver makes of hostile rows that are taken: from delivered bytes to records and events."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from sources.catalog import Catalog, load_catalog
from sources.contract import FileContract, SourceContract
from sources.delivery import find_files, inspect_files
from sources.mapping import OBSERVED_AT, event_rows, typed_rows
from sources.reading import read_batches
from tests.sources.delivered import happened, standardised

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HEADER = "contact_id,first_name,last_name,date_of_birth,email,mobile,city,updated_at,is_deleted\n"
MONDAY = """late,Ann,Lee,,new@web.de,,York,2026-01-05T10:00:00Z,
unknown,,,,,,,2026-01-05T10:00:00Z,Y
again,Ann,Lee,,,,,2026-01-05T10:00:00Z,
reused,Ann,Lee,1980-02-03,ann.lee@web.de,+442079460958,York,2026-01-05T10:00:00Z,
leap,Ann,Lee,1996-02-29,,,,2026-01-05T10:00:00Z,
no leap,Ann,Lee,29/02/1995,,,,2026-01-05T10:00:00Z,
formula,=cmd|'/C calc'!A0,@SUM(1+1),,=1+1@web.de,=1+442079460958,,2026-01-05T10:00:00Z,
sql,'; drop table x;--,../../etc/passwd,,,,,2026-01-05T10:00:00Z,
right to left,\u202eעמית,نور,,,,,2026-01-05T10:00:00Z,
zero width,A\u200bnn,L\u200dee,,ann\u200b.lee@web.de,+44\u200b2079460958,,2026-01-05T10:00:00Z,
"""
TUESDAY = """again,Ann,Lee,,,,,2026-01-06T10:00:00Z,Y
late,Anna,Lie,,old@web.de,,Hull,2026-01-02T10:00:00Z,
"""
WEDNESDAY = """again,Ann,Lee,,,,,2026-01-07T10:00:00Z,N
reused,Bob,Kim,1990-01-02,bob@web.de,,Hull,2026-01-07T10:00:00Z,
"""
CONTACTS = {
    f"crm/dt=2026-01-0{day}/contacts.csv": HEADER + rows
    for day, rows in ((5, MONDAY), (6, TUESDAY), (7, WEDNESDAY))
}
CART = (
    '{"event_id":"%s","occurred_at":"2026-01-05T10:00:00Z","event_type":"cart",'
    '"value":%s,"currency":"%s"}\n'
)
CARTS = [
    ("twice", "10", "EUR"),
    ("nan", '"NaN"', "EUR"),
    ("huge", "1e308", "JPY"),
    ("comma", '"9,50"', "€"),
    ("yen", "1200", "JPY"),
]
EVENTS = {
    "web/dt=2026-01-05/events.jsonl.gz": "".join(CART % cart for cart in CARTS),
    "web/dt=2026-01-06/events.jsonl.gz": CART % ("twice", "12", "GBP"),
}
LOCAL_TIMES = {
    "in winter": ("2026-01-05T10:00:00", (1, 5, 9, 0)),
    "in summer": ("2026-07-05T10:00:00", (7, 5, 8, 0)),
    "in the hour that is left out": ("2026-03-29T02:30:00", (3, 29, 1, 30)),
    "in the hour that comes twice": ("2026-10-25T02:30:00", (10, 25, 0, 30)),
    "its first time": ("2026-10-25T02:30:00+02:00", (10, 25, 0, 30)),
    "its second time": ("2026-10-25T02:30:00+01:00", (10, 25, 1, 30)),
    "UTC": ("2026-10-25T02:30:00Z", (10, 25, 2, 30)),
}


def bronze_of(
    spark: SparkSession, landing: Path, table: str, files: dict[str, str], **changes: Any
) -> tuple[SourceContract, FileContract, DataFrame]:
    """Deliver files of a shipped contract and land them as a run does."""
    source, contract = load_catalog().file(table)
    contract = contract.model_copy(update=changes)
    source = source.model_copy(update={"files": (contract,)})
    for name, content in files.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    deliveries = inspect_files(landing, find_files(landing, Catalog((source,))))
    batches = [batch for one in deliveries for batch in read_batches(one, contract, NOW)]
    assert not any(batch.bad.num_rows for batch in batches)
    bronze = spark.createDataFrame(pa.Table.from_batches([batch.good for batch in batches]))
    return source, contract, bronze.coalesce(1)


@pytest.fixture(scope="module")
def contacts(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    landing = tmp_path_factory.mktemp("contacts")
    source, _, bronze = bronze_of(spark, landing, "crm_contacts", CONTACTS)
    return {row["source_key"]: row for row in standardised(bronze, source)}


@pytest.fixture(scope="module")
def carts(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    landing = tmp_path_factory.mktemp("carts")
    _, contract, bronze = bronze_of(spark, landing, "web_events", EVENTS)
    return happened(event_rows(typed_rows(bronze, contract), contract, contract.events[0]))


def emails(record: Row) -> list[str]:
    return [one["value"] for one in record["emails"]]


def test_a_row_that_comes_a_day_late_is_history(contacts: dict[str, Row]) -> None:
    late = contacts["late"]
    assert (late["given_name"], late["city"], emails(late)) == (
        "Ann", "York", ["new@web.de", "old@web.de"],
    )  # fmt: skip


def test_a_delete_of_somebody_unknown_is_a_deleted_record(contacts: dict[str, Row]) -> None:
    assert contacts["unknown"]["deleted"]
    assert contacts["unknown"]["name_key"] is None


def test_who_was_deleted_and_comes_again_is_there_with_one_id(contacts: dict[str, Row]) -> None:
    assert not contacts["again"]["deleted"]
    assert [key for key in contacts if key == "again"] == ["again"]


def test_a_key_that_another_person_gets_is_that_person_with_earlier_contacts(
    contacts: dict[str, Row],
) -> None:
    reused = contacts["reused"]
    assert (reused["name_key"], reused["birth_date"]) == ("bob kim", "1990-01-02")
    assert emails(reused) == ["bob@web.de", "ann.lee@web.de"]
    assert reused["emails"][1]["last_seen"] == datetime(2026, 1, 5, 10)  # noqa: DTZ001


def test_29_february_is_a_birthday_in_leap_years(contacts: dict[str, Row]) -> None:
    found = (contacts["leap"]["birth_date"], contacts["no leap"]["birth_date"])
    assert found == ("1996-02-29", None)


def test_formulas_paths_and_sql_are_text(contacts: dict[str, Row]) -> None:
    formula, sql = contacts["formula"], contacts["sql"]
    assert (formula["given_name"], formula["name_given"]) == ("=cmd|'/C calc'!A0", "cmd c calc a")
    assert formula["phones"] == []
    assert (sql["given_name"], sql["family_name"]) == ("'; drop table x;--", "../../etc/passwd")


def test_invisible_characters_do_not_part_what_looks_the_same(contacts: dict[str, Row]) -> None:
    zero = contacts["zero width"]
    assert (zero["name_key"], emails(zero)) == ("ann lee", ["ann.lee@web.de"])
    assert [one["value"] for one in zero["phones"]] == ["+442079460958"]


def test_right_to_left_names_are_kept_as_delivered(contacts: dict[str, Row]) -> None:
    found = contacts["right to left"]
    assert (found["given_name"], found["family_name"]) == ("\u202eעמית", "نور")


def test_an_event_of_two_files_counts_once_and_the_later_file_speaks(carts: list[Row]) -> None:
    assert [(row["amount"], row["currency"], row["file"]) for row in carts[-1:]] == [
        (Decimal("12.00"), "GBP", "web/dt=2026-01-06/events.jsonl.gz")
    ]
    assert len(carts) == 5


def test_amounts_keep_their_currency_and_impossible_ones_are_null(carts: list[Row]) -> None:
    assert [(row["line"], row["amount"], row["currency"]) for row in carts[:-1]] == [
        (2, None, "EUR"), (3, None, "JPY"), (4, None, "€"), (5, Decimal("1200.00"), "JPY"),
    ]  # fmt: skip


def test_hours_of_a_change_of_clocks(spark: SparkSession, tmp_path: Path) -> None:
    rows = "".join(f"{name},,,,,,,{text},\n" for name, (text, _) in LOCAL_TIMES.items())
    files = {"crm/dt=2026-11-01/contacts.csv": HEADER + rows}
    _, contract, bronze = bronze_of(
        spark, tmp_path, "crm_contacts", files, time_zone="Europe/Berlin"
    )
    found = typed_rows(bronze, contract)
    assert {row["contact_id"]: row[OBSERVED_AT] for row in found.collect()} == {
        name: datetime(2026, *parts)  # noqa: DTZ001
        for name, (_, parts) in LOCAL_TIMES.items()
    }


def test_a_snapshot_without_a_row_deletes_nobody(spark: SparkSession, tmp_path: Path) -> None:
    files = {
        "crm/dt=2026-01-05/contacts.csv": HEADER + TUESDAY.splitlines()[1] + "\n",
        "crm/dt=2026-01-06/contacts.csv": HEADER,
    }
    source, _, bronze = bronze_of(spark, tmp_path, "crm_contacts", files, delivery="snapshot")
    records = standardised(bronze, source)
    assert [(row["source_key"], row["deleted"]) for row in records] == [("late", False)]
