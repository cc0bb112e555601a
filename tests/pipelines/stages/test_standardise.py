"""Another company's export and a fifth feed: new YAML, no code, from landing to records."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from pipelines.config import Config
from pipelines.run import Run
from pipelines.stages.ingest import ingest
from pipelines.stages.standardise import standardise_events, standardise_records
from sources.catalog import SHIPPED, load_catalog
from sources.errors import ContractError
from sources.event import EVENTS
from sources.record import LINKS, RECORDS
from tests.pipelines.runs import begin, configure
from tests.sources.landing import deliver

COLUMNS = {
    "contact_id": "KUNDENNR", "first_name": "Vorname", "last_name": "Nachname",
    "date_of_birth": "Geburtstag", "email": "E-Mail", "mobile": "Mobil", "city": "Ort",
    "postal_code": "PLZ", "country": "Land", "marketing_opt_in": "Werbung",
    "updated_at": "Stand", "is_deleted": "weg",
}  # fmt: skip
"""What another company's CRM calls the columns of ours that it has."""

EXPORT = """Stand,KUNDENNR,Vorname,Nachname,Geburtstag,E-Mail,Mobil,Ort,PLZ,Land,Werbung,weg,X
05.01.2026 10:00,K1,Anna,Schmidt,24.12.1980,Anna.Schmidt@web.de,0171 2345678,Bonn,53111,DE,ja,nein,7
05.01.2026 11:00,K2,Bert,Maier,,,,Ulm,,DE,nein,nein,7
06.01.2026 09:00,K1,Anna,Vogel,24.12.1980,anna.vogel@web.de,0171 2345678,Bonn,53111,DE,nein,nein,7
06.01.2026 09:30,K2,Bert,Maier,,,,Ulm,,DE,nein,ja,7
heute,K3,Carl,Roth,,,,,,DE,ja,nein,7
"""

HELPDESK: dict[str, Any] = {
    "feed": "helpdesk",
    "about": "Tickets of the help desk.",
    "owner": "service",
    "phone_regions": ["GB"],
    "files": [
        {
            "table": "helpdesk_tickets",
            "location": "helpdesk/{day}/*.jsonl.gz",
            "format": "jsonl",
            "key": "ticket",
            "event_time": "opened",
            "columns": {
                "ticket": {"required": True},
                "opened": {"type": "timestamp", "required": True},
                "caller": {"path": "by.id"},
                "caller_name": {"path": "by.name", "personal": True},
                "caller_phone": {"path": "by.phone", "personal": True},
                "login": {"path": "by.login"},
                "fee": {"type": "decimal"},
            },
            "records": [
                {
                    "source": "helpdesk_caller",
                    "key": "caller",
                    "state": "accumulate",
                    "trust": 20,
                    "attributes": {"full_name": "caller_name"},
                    "phones": "caller_phone",
                }
            ],
            "links": [
                {
                    "kind": "login", "left": "helpdesk_caller", "left_key": "caller",
                    "right": "web_user", "right_key": "login",
                }
            ],
            "events": [
                {
                    "kind": "'ticket'", "key": "ticket", "occurred_at": "opened",
                    "record": [["helpdesk_caller", "caller"]], "amount": "fee",
                    "currency": "'GBP'", "attributes": {"number": "ticket"},
                }
            ],
        }
    ],
}  # fmt: skip
CALL = '{"id":"c1","phone":"020 7946 0958","login":"u7"}'
SECOND = f'{{"ticket":2,"opened":"2026-01-06T10:00:00Z","by":{CALL},"fee":12.345}}\n'
TICKETS = (
    '{"ticket":1,"opened":"2026-01-05T10:00:00+01:00","by":{"id":"c1","name":"Di Ashe"}}\n'
    + SECOND
    + SECOND
    + '{"ticket":3,"opened":"2026-01-06T11:00:00Z","by":{"name":"nobody"}}\n'
)


def another_crm() -> dict[str, Any]:
    """The shipped contract with other column names, formats and phone region; nothing else."""
    document: Any = yaml.safe_load((SHIPPED / "crm" / "source.yml").read_text(encoding="utf-8"))
    document["phone_regions"] = ["DE"]
    file = document["files"][0]
    file["location"] = "kunden/{day}/export*.csv"
    for name, called in COLUMNS.items():
        file["columns"][name]["source"] = called
    file["time_zone"] = "Europe/Berlin"
    file["columns"]["updated_at"]["formats"] = ["dd.MM.yyyy HH:mm"]
    file["records"][0]["birth_date_formats"] = ["dd.MM.yyyy"]
    for name in ("marketing_opt_in", "is_deleted"):
        file["columns"][name] = {"source": COLUMNS[name]}
    file["records"][0]["deleted"] = "coalesce(is_deleted = 'ja', false)"
    file["records"][0]["consents"]["marketing"] = "marketing_opt_in = 'ja'"
    return document  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def run(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run over the other CRM and the new feed; the shipped feeds would only cost time."""
    config = configure(tmp_path_factory.mktemp("feeds"), another_crm(), copy.deepcopy(HELPDESK))
    deliver(config.landing, "kunden/2026-01-06/export_1.csv", EXPORT)
    deliver(config.landing, "helpdesk/2026-01-06/t.jsonl.gz", TICKETS)
    made = begin(spark, config)
    ingest(made)
    standardise_records(made)
    standardise_events(made)
    return made


@pytest.fixture(scope="module")
def records(run: Run) -> dict[str, Row]:
    return {row["source_key"]: row for row in run.read(RECORDS.name).collect()}


def test_another_companys_crm_is_a_changed_yaml(run: Run, records: dict[str, Row]) -> None:
    assert {row["source_key"] for row in records.values() if row["source"] == "crm"} == {"K1", "K2"}
    anna = records["K1"]
    assert (anna["given_name"], anna["family_name"], anna["birth_date"]) == (
        "Anna", "Vogel", "1980-12-24",
    )  # fmt: skip
    assert [one["value"] for one in anna["emails"]] == ["anna.vogel@web.de", "anna.schmidt@web.de"]
    assert [one["value"] for one in anna["phones"]] == ["+491712345678"]
    assert anna["last_seen"] == datetime(2026, 1, 6, 8, 0)  # noqa: DTZ001  (Berlin is an hour ahead)
    assert [(one["channel"], one["granted"]) for one in anna["consents"]] == [("marketing", False)]
    assert {key: records[key]["deleted"] for key in ("K1", "K2")} == {"K1": False, "K2": True}
    assert anna["origins"]["name"]["line"] == 4


def test_what_the_other_crm_broke_or_added_is_kept(run: Run) -> None:
    quarantined = run.read("quarantine.crm_contacts").collect()
    assert [(row["line"], row["reason"], row["column"]) for row in quarantined] == [
        (6, "unreadable_value", "updated_at")
    ]
    rows = run.read("bronze.crm_contacts").collect()
    assert [row["_unmapped"] for row in rows] == [{"X": "7"}] * 4


def test_a_fifth_feed_is_one_new_folder(run: Run, records: dict[str, Row]) -> None:
    caller = records["c1"]
    assert (caller["source"], caller["full_name"]) == ("helpdesk_caller", "Di Ashe")
    assert [one["value"] for one in caller["phones"]] == ["+442079460958"]
    assert len(records) == 3
    links = run.read(LINKS.name).collect()
    assert [(row["kind"], row["left_id"], row["rows"]) for row in links] == [
        ("login", caller["record_id"], 2)
    ]


def test_its_events_count_once_and_keep_money_and_time(run: Run, records: dict[str, Row]) -> None:
    number = F.col("attributes.number")
    events = run.read(EVENTS.name).orderBy(number).collect()
    owner = records["c1"]["record_id"]
    assert [
        (row["attributes"]["number"], row["record_id"], row["occurred_at"], row["amount"])
        for row in events
    ] == [
        ("1", owner, datetime(2026, 1, 5, 9), None),  # noqa: DTZ001
        ("2", owner, datetime(2026, 1, 6, 10), Decimal("12.35")),  # noqa: DTZ001
        ("3", None, datetime(2026, 1, 6, 11), None),  # noqa: DTZ001
    ]
    assert {(row["kind"], row["origin"]) for row in events} == {("ticket", "helpdesk_tickets")}


def test_new_folders_stand_beside_the_shipped_feeds(run: Run) -> None:
    shipped = {path.name for path in SHIPPED.iterdir() if (path / "source.yml").exists()}
    assert shipped == {"crm", "social", "store", "web"}
    catalog = run.config.model_copy(update={"shipped_sources": True}).catalog()
    assert {source.feed for source in catalog.sources} == {*shipped, "helpdesk"}
    assert catalog.file("crm_contacts")[0].phone_regions == ("DE",)
    assert catalog.file("web_events")[1] == load_catalog().file("web_events")[1]


def test_a_snapshot_without_a_member_deletes_it(spark: SparkSession, tmp_path: Path) -> None:
    document = copy.deepcopy(HELPDESK)
    file = document["files"][0]
    file |= {"delivery": "snapshot", "links": [], "events": []}
    config = configure(tmp_path, document)
    both = '{"ticket":1,"opened":"2026-01-05T10:00:00Z","by":{"id":"%s"}}\n'
    deliver(config.landing, "helpdesk/2026-01-05/t.jsonl.gz", both % "c1" + both % "c2")
    deliver(config.landing, "helpdesk/2026-01-06/t.jsonl.gz", both % "c2")
    run = begin(spark, config)
    ingest(run)
    standardise_records(run)
    rows = run.read(RECORDS.name).collect()
    assert {row["source_key"]: row["deleted"] for row in rows} == {"c1": True, "c2": False}
    assert run.rows(LINKS.name) == 0


def changed_helpdesk(tmp_path: Path, expression: str) -> Config:
    """The feed with another expression for the caller's name, and one delivered ticket."""
    document = copy.deepcopy(HELPDESK)
    document["files"][0]["records"][0]["attributes"]["full_name"] = expression
    config = configure(tmp_path, document)
    ticket = '{"ticket":1,"opened":"2026-01-05T10:00:00Z","by":{"id":"c1"}}\n'
    deliver(config.landing, "helpdesk/2026-01-05/t.jsonl.gz", ticket)
    return config


def test_a_cast_that_fails_is_null_and_no_error_that_quotes_the_value(
    spark: SparkSession, tmp_path: Path
) -> None:
    run = begin(spark, changed_helpdesk(tmp_path, "cast(cast('Zelda' as int) as string)"))
    ingest(run)
    standardise_records(run)
    assert [row["full_name"] for row in run.read(RECORDS.name).collect()] == [None]


def test_an_expression_over_an_undeclared_column_names_its_contract(
    spark: SparkSession, tmp_path: Path
) -> None:
    run = begin(spark, changed_helpdesk(tmp_path, "nick_name"))
    ingest(run)
    with pytest.raises(ContractError, match=r"helpdesk: helpdesk_tickets, records of"):
        standardise_records(run)
