"""What a night has to find out, case by case; random nights are in tests/properties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from resolution.clustering import WITHIN
from resolution.judgements.constraints import Constraint, Constraints
from resolution.judgements.relations import UNDECIDED
from tests.resolution.nights import GUARD, begin, end, load, low_caps, resolve_night, resolved

People = dict[str, dict[str, Any]]
JANE: dict[str, Any] = {"name": ("jane", "stone")}
MAIL: dict[str, Any] = {"emails": ["jane.stone@x.org"]}
PHONE: dict[str, Any] = {"phones": ["5551234"]}
Links = list[tuple[str, str]]


@pytest.fixture(autouse=True, scope="module")
def caps() -> Iterator[None]:
    with low_caps():
        yield


class Nights:
    """One night after the other, each compared with everything at once."""

    def __init__(self) -> None:
        self.guard = GUARD
        self.connection = duckdb.connect()
        begin(self.connection)

    def play(self, people: People, links: Links = [], decided: Constraints = UNDECIDED) -> None:  # noqa: B006
        load(self.connection, people, links)
        resolve_night(self.connection, decided, self.guard)
        with duckdb.connect() as fresh:
            begin(fresh)
            load(fresh, people, links)
            resolve_night(fresh, decided, self.guard)
            assert resolved(self.connection) == resolved(fresh)
        self.changed = self.ask("select record_id from versioned semi join changed using (node)")
        self.scored = self.ask("select count(*) from blocked")[0][0]
        end(self.connection)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    @property
    def clusters(self) -> list[list[str]]:
        rows = self.ask(
            "select list(record_id order by record_id) from clusters group by cluster_id"
        )
        return sorted(records for (records,) in rows)


@pytest.fixture
def nights() -> Iterator[Nights]:
    made = Nights()
    yield made
    made.connection.close()


def test_a_night_without_change_scores_no_pair(nights: Nights) -> None:
    people = {"a": JANE | MAIL, "b": JANE | MAIL, "c": {"name": ("li", "chen")}}
    nights.play(people)
    nights.play(people)
    assert (nights.changed, nights.scored) == ([], 0)
    assert nights.clusters == [["a", "b"], ["c"]]


def test_a_new_record_joins_an_old_one_and_touches_no_other(nights: Nights) -> None:
    others = {"x": {"name": ("li", "chen"), "emails": ["li@y.org"]}}
    nights.play({"a": JANE | MAIL, **others})
    nights.play({"a": JANE | MAIL, "b": JANE | MAIL, **others})
    # The letters of their name are rare letters of both from now on.
    assert (sorted(nights.changed), nights.scored) == ([("a",), ("b",)], 1)
    assert nights.clusters == [["a", "b"], ["x"]]


def test_without_its_bridge_a_component_falls_apart(nights: Nights) -> None:
    """Of many namesakes no rule compares two, but within a component all are: such a pair goes with
    what held the component together.
    """
    others = {f"n{number}": dict(JANE) for number in range(3)}
    ends = {"a": JANE | MAIL, "c": JANE | PHONE}
    nights.play({**ends, "b": JANE | MAIL | PHONE, **others})
    assert ["a", "b", "c"] in nights.clusters
    within = f"select left_id, right_id from edges where rule = '{WITHIN}'"
    assert nights.ask(within) == [("a", "c")]
    nights.play({**ends, **others})
    assert ["a"] in nights.clusters
    assert nights.ask(within) == []


def test_the_same_record_again_leads_back_to_the_same_cluster(nights: Nights) -> None:
    whole = {"a": JANE | MAIL, "b": JANE | MAIL | PHONE, "c": JANE | PHONE}
    nights.play(whole)
    nights.play({name: said for name, said in whole.items() if name != "b"})
    nights.play(whole)
    assert nights.clusters == [["a", "b", "c"]]


def test_a_value_that_becomes_a_hub_changes_whoever_holds_it(nights: Nights) -> None:
    people: People = {"a": JANE | PHONE, "b": JANE | PHONE}
    nights.play(people)
    before = nights.ask("from edges")
    nights.play(people | {"z": {"name": ("li", "chen")} | PHONE})
    assert {name for (name,) in nights.changed} == {"a", "b", "z"}
    assert before != []
    assert nights.ask("from edges") != before
    nights.play(people)
    assert nights.ask("from edges") == before


def test_a_decision_parts_a_cluster_and_its_retraction_joins_it(nights: Nights) -> None:
    people = {"a": JANE | MAIL, "b": JANE | MAIL}
    nights.play(people)
    apart = Constraints(cannot_link=(Constraint("a", "b", ("j",)),))
    nights.play(people, decided=apart)
    assert nights.clusters == [["a"], ["b"]]
    nights.play(people)
    assert nights.clusters == [["a", "b"]]
    assert nights.changed == []


def test_what_joined_a_contradicted_node_joins_it_again(nights: Nights) -> None:
    people = {"a": JANE | MAIL, "b": JANE | MAIL, "c": JANE | MAIL}
    same = (Constraint("a", "b", ("s",)),)
    contradicted = Constraints(must_link=same, cannot_link=(Constraint("a", "b", ("d",)),))
    nights.play(people, decided=contradicted)
    assert nights.clusters == [["a"], ["b"], ["c"]]
    nights.play(people, decided=Constraints(must_link=same))
    assert nights.changed == []
    assert nights.clusters == [["a", "b", "c"]]


def test_a_weak_pair_is_an_edge_though_its_ends_are_not_connected_anew(nights: Nights) -> None:
    nights.guard = replace(GUARD, start=9_000)
    people = {"a": JANE | MAIL}
    nights.play(people)
    nights.play(people | {"b": JANE | MAIL})
    assert nights.clusters == [["a"], ["b"]]
    assert nights.ask("select left_id, right_id from edges") == [("a", "b")]


def test_a_link_adds_a_record_that_says_nothing_to_a_node(nights: Nights) -> None:
    people = {"a": JANE | MAIL, "b": JANE | MAIL}
    nights.play(people)
    nights.play({**people, "z": {}}, [("z", "a")])
    assert nights.clusters == [["a", "b", "z"]]
