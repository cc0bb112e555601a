"""Records by hand-made cases: what is remembered, what is replaced, and when a version changes."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from pyspark.sql import Row, SparkSession

from sources.record import RECORDS
from tests.sources.club import club
from tests.sources.delivered import Delivered, records

JAN_1, JAN_3 = "2026-01-01 10:00:00", "2026-01-03 10:00:00"
FULL: dict[str, str | None] = {
    "changed": JAN_1, "given": "Ann", "family": "Lee", "street": "1 Elm Street", "town": "Leeds",
    "language": "en", "email": "ann.lee@gmail.com", "phone": "+14155552671", "agreed": "Y",
}  # fmt: skip
FILE = "club/dt=2026-01-{:02d}/members.csv"


def row(member: str, day: int, line: int, **values: str | None) -> Delivered:
    return Delivered(day, line, {"member": member, **values})


HISTORY = [
    # A member who changed everything, delivered late: the file of day 5 tells of January 1.
    row("late", 3, 2, changed=JAN_3, email="new@web.de", phone="+442079460958", agreed="N"),
    row("late", 5, 9, **FULL),
    # Two rows of one moment: the later batch day is the truth.
    row("tie", 4, 2, changed=JAN_1, given="Old", family="Lee"),
    row("tie", 5, 2, changed=JAN_1, given="New", family="Lee"),
    # Half an address never completes the other half of an earlier one.
    row("moved", 1, 3, changed=JAN_1, street="1 Elm Street", town="Leeds"),
    row("moved", 3, 3, changed=JAN_3, town="York"),
    row("back", 1, 4, changed=JAN_1, gone="Y"),
    row("back", 3, 4, changed=JAN_3, gone="N"),
    row("gone", 1, 5, changed=JAN_1, given="Ann", gone=None),
    row("gone", 3, 5, changed=JAN_3, gone="Y"),
    # Without a time of its own the batch day stands for it.
    row("timeless", 2, 6, given="First"),
    row("timeless", 4, 6, given="Second"),
    row("placeholder", 1, 7, email="test@test.com", phone="0000000000", given="N/A"),
]


@pytest.fixture(scope="module")
def replaced(spark: SparkSession) -> dict[str, Row]:
    return records(spark, HISTORY, club(state="replace"))


@pytest.fixture(scope="module")
def accumulated(spark: SparkSession) -> dict[str, Row]:
    return records(spark, HISTORY, club(state="accumulate"))


def test_the_columns_are_those_of_the_catalogue(replaced: dict[str, Row]) -> None:
    assert list(replaced["late"].asDict()) == RECORDS.columns
    assert all(record["version"] and record["record_id"] for record in replaced.values())


def test_earlier_emails_and_phones_are_remembered_with_their_rows(replaced: dict[str, Row]) -> None:
    first, third = datetime(2026, 1, 1, 10), datetime(2026, 1, 3, 10)  # noqa: DTZ001
    seen = [tuple(one)[:5] for one in replaced["late"]["emails"]]
    assert seen == [
        ("new@web.de", third, third, FILE.format(3), 2),
        ("ann.lee@gmail.com", first, first, FILE.format(5), 9),
    ]
    assert [one["value"] for one in replaced["late"]["phones"]] == ["+442079460958", "+14155552671"]


def test_replace_takes_the_latest_row_alone_and_accumulate_the_latest_value(
    replaced: dict[str, Row], accumulated: dict[str, Row]
) -> None:
    assert (replaced["late"]["given_name"], accumulated["late"]["given_name"]) == (None, "Ann")
    assert (replaced["late"]["language"], accumulated["late"]["language"]) == (None, "en")
    for found in (replaced["moved"], accumulated["moved"]):
        assert (found["address_line"], found["city"]) == (None, "York")


def test_event_time_rules_and_the_batch_day_breaks_ties(replaced: dict[str, Row]) -> None:
    assert replaced["late"]["consents"] == [
        Row(
            channel="marketing",
            granted=False,
            observed_at=datetime(2026, 1, 3, 10),  # noqa: DTZ001
            file=FILE.format(3),
            line=2,
        )
    ]
    assert replaced["tie"]["given_name"] == "New"
    assert replaced["timeless"]["given_name"] == "Second"
    assert replaced["timeless"]["last_seen"] == datetime(2026, 1, 4)  # noqa: DTZ001


def test_deletes_and_returns(replaced: dict[str, Row]) -> None:
    deleted = {key for key, record in replaced.items() if record["deleted"]}
    assert deleted == {"gone"}


def test_placeholders_are_nobody(replaced: dict[str, Row]) -> None:
    found = replaced["placeholder"]
    assert (found["emails"], found["phones"], found["given_name"]) == ([], [], None)


def test_every_value_has_its_row(replaced: dict[str, Row], accumulated: dict[str, Row]) -> None:
    assert set(replaced["late"]["origins"]) == set()
    late = accumulated["late"]["origins"]
    assert set(late) == {"name", "address", "language"}
    assert {(one["file"], one["line"]) for one in late.values()} == {(FILE.format(5), 9)}
    assert replaced["tie"]["origins"]["name"]["file"] == FILE.format(5)


UNCHANGED: dict[str, dict[str, str | None]] = {
    "redelivered": FULL,
    "redelivered as of an earlier time": FULL | {"changed": "2025-01-01 00:00:00"},
    "said again later": FULL | {"changed": JAN_3},
}
CHANGED: dict[str, dict[str, str | None]] = {
    name: FULL | {"changed": JAN_3, name: value}
    for name, value in {
        "given": "Anna", "family": "Li", "street": "2 Elm Street", "town": "York",
        "language": "zh", "email": "new@web.de", "phone": "+442079460958", "agreed": "N",
        "gone": "Y",
    }.items()
}  # fmt: skip
MOVED = ("given", "family", "street", "town", "language")


def test_the_version_changes_when_the_content_does_and_only_then(spark: SparkSession) -> None:
    changes = UNCHANGED | CHANGED
    before = [row(name, 1, line, **FULL) for line, name in enumerate(changes)]
    after = [row(name, 6, line, **values) for line, (name, values) in enumerate(changes.items())]
    # A value that moves from one column to the next is another content, too.
    pairs = list(pairwise(MOVED))
    before += [row(f"from {old}", 2, 1, changed=JAN_1, **{old: "Lee"}) for old, _ in pairs]
    moved = [row(f"from {old}", 2, 1, changed=JAN_1, **{new: "Lee"}) for old, new in pairs]
    first = records(spark, before, club())
    second = records(spark, before[: len(changes)] + after + moved, club())
    same = {name for name in first if first[name]["version"] == second[name]["version"]}
    assert same == set(UNCHANGED)
    assert len(first) == len(second) == len(changes) + len(pairs)


def test_absence_from_the_newest_snapshot_is_a_delete(spark: SparkSession) -> None:
    rows = [row("stays", 1, 2, **FULL), row("leaves", 1, 3, **FULL), row("returns", 1, 4, **FULL)]
    rows += [row("stays", 2, 2, **FULL), row("returns", 3, 2, **FULL), row("stays", 3, 3, **FULL)]
    for delivery, gone in (("snapshot", {"leaves"}), ("delta", set())):
        found = records(spark, rows, club(delivery=delivery))
        assert {key for key, record in found.items() if record["deleted"]} == gone
