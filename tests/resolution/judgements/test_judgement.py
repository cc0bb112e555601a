"""What a decision may say, and what its refusal says: the column and never a value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from resolution.errors import JudgementError
from resolution.judgements.judgement import JUDGEMENTS, MOST_PAIRS, Judgement, as_row
from tests.resolution.judgements.made import START, judged, moved, number_id, retraction

SECRET = "Zaphodine"
PAIR = {"kind": "pair", "verdict": "same", "records": ("a", "b")}
PIN = {
    "kind": "pin", "verdict": "pinned", "records": ("a",), "attribute": "email", "value": SECRET,
}  # fmt: skip
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("id", PAIR | {"judgement_id": SECRET}, "judgement_id: is no UUID"),
    ("kind", PAIR | {"kind": SECRET}, "kind: is none of pair"),
    ("no kind", PAIR | {"kind": None}, "kind: only a retraction has no kind"),
    ("verdict", PAIR | {"verdict": SECRET}, "verdict: of a decision on a pair is same or diff"),
    ("pinned pair", PAIR | {"verdict": "pinned"}, "verdict: of a decision on a pair"),
    ("pair of three", PAIR | {"records": ("a", "b", "c")}, "records: 3 record_ids, and 2 are"),
    ("pair of one", PAIR | {"records": ("a",)}, "records: 1 record_ids, and 2 are"),
    ("with itself", PAIR | {"records": ("a", "a")}, "records: names a record twice"),
    ("empty record", PAIR | {"records": ("a", "")}, "records: has an empty record_id"),
    ("blank in record", PAIR | {"records": ("a", "b c")}, "records: has an empty record_id"),
    ("others of same", PAIR | {"others": ("c",)}, "others: has no meaning in this same"),
    ("pair without other", PAIR | {"verdict": "different", "records": ("a",)}, "others: a pair"),
    (
        "both sides",
        PAIR | {"verdict": "different", "records": ("a",), "others": ("a",)},
        "records: names a record twice",
    ),
    (
        "cluster of one",
        {"kind": "cluster", "verdict": "different", "records": ("a",)},
        "records: 1 record_ids, and 2 or more are needed",
    ),
    (
        "cluster against nobody",
        {"kind": "cluster", "verdict": "different", "others": ("a", "b")},
        "records: 0 record_ids, and 1 or more are needed",
    ),
    ("move to be different", PAIR | {"kind": "move", "verdict": "different"}, "verdict: of a"),
    ("move to nowhere", PAIR | {"kind": "move", "records": ("a",)}, "records: 1 record_ids, and 2"),
    ("moved among others", PAIR | {"kind": "move", "others": ("b",)}, "records: names a record"),
    ("pin of two", PIN | {"records": ("a", "b")}, "records: 2 record_ids, and 1 are needed"),
    ("pin without value", PIN | {"value": None}, "value: is missing"),
    ("pin to nothing", PIN | {"value": " "}, "value: is empty"),
    ("pin without attribute", PIN | {"attribute": None}, "attribute: is missing"),
    ("value of a pair", PAIR | {"value": SECRET}, "value: has no meaning where the verdict is sam"),
    ("retracting pair", PAIR | {"retracts": number_id(9)}, "retracts: has no meaning"),
    ("retraction of nothing", {"kind": None, "verdict": "retracted"}, "retracts: is missing"),
    (
        "retraction with a kind",
        {"kind": "pair", "verdict": "retracted", "retracts": number_id(9)},
        "kind: a retraction has no kind",
    ),
    (
        "retraction with records",
        {"kind": None, "verdict": "retracted", "retracts": number_id(9), "records": ("a",)},
        "records: 1 record_ids, and 0 are needed",
    ),
    (
        "retraction of itself",
        {"kind": None, "verdict": "retracted", "retracts": number_id(1)},
        "retracts: a retraction can't take back itself",
    ),
    ("no reason", PAIR | {"reason": " "}, "reason: is empty"),
    ("nobody", PAIR | {"decided_by": ""}, "decided_by: is empty"),
    ("no text", PAIR | {"reason": f"{SECRET}\udcff"}, "reason: is no UTF-8 text"),
    ("no zone", PAIR | {"decided_at": START.replace(tzinfo=None)}, "decided_at: has no time zone"),
    (
        "before time",
        PAIR | {"decided_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))},
        "decided_at: is out of range",
    ),
    ("weight", PAIR | {"weight": 2**31}, "weight: is no weight in milli-bits"),
    ("half approved", PAIR | {"approved_by": "second"}, "approved_by: an approval needs both"),
    (
        "approved alone",
        PAIR | {"approved_by": "steward", "approved_at": START},
        "approved_by: is who decided",
    ),
    (
        "approved before",
        PAIR | {"approved_by": "second", "approved_at": START - timedelta(hours=1)},
        "approved_at: is before the decision",
    ),
]  # fmt: skip


def make(**values: Any) -> Judgement:
    plain: dict[str, Any] = {
        "judgement_id": number_id(1),
        "reason": "seen on paper",
        "decided_by": "steward",
        "decided_at": START,
    }
    return Judgement(**plain | values)


@pytest.mark.parametrize(("values", "says"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_means_nothing_is_refused_by_its_column(values: dict[str, Any], says: str) -> None:
    with pytest.raises(JudgementError) as refused:
        make(**values)
    assert str(refused.value).startswith(says)
    assert refused.value.column == says.split(":", maxsplit=1)[0]
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "right",
    [
        PAIR, PIN, PAIR | {"verdict": "unsure"}, PAIR | {"kind": "move"},
        PAIR | {"kind": "cluster"}, PAIR | {"kind": "move", "others": ("c", "d")},
        {"kind": "pair", "verdict": "different", "records": ("a",), "others": ("b",)},
        {"kind": "cluster", "verdict": "different", "records": ("a",), "others": ("b", "c")},
        {"kind": "cluster", "verdict": "different", "records": ("a", "b", "c")},
        {"kind": None, "verdict": "retracted", "retracts": number_id(9)},
        PAIR | {"approved_by": "second", "approved_at": START, "weight": -7_000},
    ],
)  # fmt: skip
def test_what_means_something_is_taken_as_it_is(right: dict[str, Any]) -> None:
    made = make(**right)
    assert {name: getattr(made, name) for name in right} == right


def test_equal_decisions_are_equal_rows() -> None:
    east = START.astimezone(timezone(timedelta(hours=8)))
    one = make(**PAIR | {"records": ("b", "a"), "judgement_id": number_id(10).upper()})
    other = make(**PAIR | {"decided_at": east, "judgement_id": "{" + number_id(10) + "}"})
    assert one == other
    assert other.decided_at.tzinfo is UTC


def test_a_move_keeps_which_record_moves() -> None:
    assert moved(1, "b", "a", "d", "c").records == ("b", "a")
    assert moved(1, "b", "a", "d", "c").others == ("c", "d")


def test_more_pairs_than_a_decision_may_hold_apart_are_refused() -> None:
    many = [f"r{number:04}" for number in range(450)]
    for verdict in ("different", "unsure"):
        with pytest.raises(JudgementError, match="101,025 pairs, at most 100,000; split it"):
            judged(1, verdict, *many)
    assert MOST_PAIRS == 400 * 250
    judged(1, "different", *many[:400], others=[f"x{number}" for number in range(250)])
    with pytest.raises(JudgementError, match="100,400 pairs"):
        judged(1, "different", *many[:400], others=[f"x{number}" for number in range(251)])
    assert len(judged(1, "same", *many).records) == 450


def test_a_row_has_the_columns_of_the_table() -> None:
    row = as_row(retraction(2, 1))
    assert list(row) == JUDGEMENTS.columns
    assert (row["records"], row["retracts"], row["kind"]) == ([], number_id(1), None)
    assert [field.name for field in JUDGEMENTS.fields if field.personal] == ["value", "reason"]
