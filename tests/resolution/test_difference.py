"""Two publications side by side: facts from the tables, words and causes from the history."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.difference import compare, summarise
from tests.resolution.published_sides import Customers, rows, sides

CASES: list[tuple[str, Customers, Customers, dict[str, tuple[object, ...]]]] = [
    ("nothing", {"A": ("ab", "x")}, {"A": ("ab", "x")}, {}),
    ("born", {}, {"A": ("a", "x")}, {"A": ("born", [], [], [])}),
    ("retired", {"A": ("a", "x")}, {}, {"A": ("retired", [], [], [])}),
    (
        "merged",
        {"A": ("ab", "x"), "B": ("c", "y")},
        {"A": ("abc", "x")},
        {"A": ("changed", ["B"], [], []), "B": ("merged", [], ["A"], [])},
    ),
    (
        "split",
        {"A": ("abc", "x")},
        {"A": ("ab", "x"), "N": ("c", "y")},
        {"A": ("changed", [], ["N"], []), "N": ("split", ["A"], [], [])},
    ),
    (
        "a customer whose records all went apart",
        {"A": ("ab", "x"), "B": ("c", "y")},
        {"B": ("ca", "y"), "N": ("b", "x")},
        {
            "A": ("merged", [], ["B", "N"], []),
            "B": ("changed", ["A"], [], []),
            "N": ("split", ["A"], [], []),
        },
    ),
    (
        "a record moved",
        {"A": ("abc", "x"), "B": ("de", "y")},
        {"A": ("ab", "x"), "B": ("cde", "y")},
        {"A": ("changed", [], ["B"], []), "B": ("changed", ["A"], [], [])},
    ),
    ("a value", {"A": ("a", "x")}, {"A": ("a", None)}, {"A": ("changed", [], [], ["email"])}),
    ("a new record", {"A": ("a", "x")}, {"A": ("ab", "x")}, {"A": ("changed", [], [], [])}),
    ("a record gone", {"A": ("ab", "x")}, {"A": ("a", "x")}, {"A": ("changed", [], [], [])}),
]


@pytest.mark.parametrize(
    ("before", "after", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_row_per_changed_customer(
    before: Customers, after: Customers, wanted: dict[str, tuple[object, ...]]
) -> None:
    assert rows(sides(before, after)) == wanted


def test_a_customer_that_the_history_knows_is_revived_not_born() -> None:
    assert rows(sides({}, {"A": ("a", "x")}, known=("A",)))["A"][0] == "revived"


def test_the_numbers() -> None:
    connection = sides(
        {"A": ("ab", "x"), "B": ("c", "y"), "R": ("r", "r"), "S": ("s", "s")},
        {"A": ("abcf", "z"), "N": ("n", "n"), "S": ("s", "s")},
    )
    connection.execute(
        "insert into history_between (from_id, to_id, cause) values"
        " ('B', 'A', 'data'), (null, 'A', 'data'), (null, 'N', 'steward'), ('S', 'S', null)"
    )
    compare(connection)
    summary = summarise(connection)
    assert summary.customers == {
        "born": 1, "split": 0, "revived": 0, "merged": 1, "retired": 1, "changed": 1,
        "before": 4, "after": 3, "values": 1,
    }  # fmt: skip
    assert summary.attributes == {"email": 1}
    assert summary.records == {"moved": 1, "new": 2, "gone": 1}
    assert summary.causes == {
        "born": {"steward": 1}, "changed": {"data": 1}, "merged": {"data": 1},
    }  # fmt: skip


def test_values_come_only_where_they_are_asked_for() -> None:
    connection = sides({"A": ("a", "x"), "B": ("b", "y")}, {"A": ("a", None), "C": ("c", "z")})
    compare(connection)
    columns = [row[0] for row in connection.execute("describe differences").fetchall()]
    assert columns == ["customer_id", "change", "from_ids", "to_ids", "attributes", "causes"]
    compare(connection, values=True)
    found = connection.execute(
        "select customer_id, old_values, new_values from differences order by customer_id"
    ).fetchall()
    assert [(name, json.loads(old), json.loads(new)) for name, old, new in found] == [
        ("A", {"email": "x"}, {"email": None}), ("B", {}, {}), ("C", {}, {}),
    ]  # fmt: skip


def test_columns_that_one_side_lacks_are_not_compared() -> None:
    connection = sides({"A": ("a", "x")}, {"A": ("a", "x")})
    connection.execute("alter table customers add column handle text default 'new'")
    assert rows(connection) == {}


LETTERS = "abcdefgh"
SIDE = st.dictionaries(st.sampled_from(LETTERS), st.sampled_from("ABCD"), max_size=8)


@settings(deadline=None, max_examples=50)
@given(before=SIDE, after=SIDE)
def test_the_way_back_shows_the_same_customers_with_the_words_turned_round(
    before: dict[str, str], after: dict[str, str]
) -> None:
    def customers(of: dict[str, str]) -> Customers:
        names = sorted(set(of.values()))
        return {name: ("".join(r for r in sorted(of) if of[r] == name), "x") for name in names}

    there = rows(sides(customers(before), customers(after)))
    back = rows(sides(customers(after), customers(before)))
    assert set(there) == set(back)
    turned = {"born": "retired", "retired": "born", "changed": "changed", "merged": "split",
              "split": "merged"}  # fmt: skip
    for name, (change, from_ids, to_ids, _) in there.items():
        assert back[name][:3] == (turned[change], to_ids, from_ids)
