"""Integer weights against a plain-Python oracle, and the engine's pairs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.engines.duckdb import score, scoring_sql
from resolution.model.artefact import Level, Model, Terms, read_model, versioned
from resolution.model.blocking import PREDICTION_RULES
from resolution.nodes import build_nodes
from resolution.thresholds import KEEP_EDGE_AT
from tests.resolution.models import model
from tests.resolution.tables import NODE_TYPES, record, silver

PRIOR = -9_001
WEIGHTS = {
    "name": {"same name": 11_003, "same family name only": 2_007, "other": -4_013},
    "birth": {"same day": 12_017, "other": -5_021},
    "phone": {"same number": 8_023, "other": -1_031},
}
OF_HOUSEHOLD = 2_503
HOUSEHOLD = {
    "name": {"same name": 9_001, "same family name only": -6_007, "other": -3_011},
    "birth": {"same day": 7_013, "other": -8_009},
    "phone": {"same number": 1_021, "other": -2_017},
}
TERMS = {
    "name_given": Terms(unlisted=3_001, adjustments={"ann": -2_003, "bo": -5_009}),
    "name_family": Terms(unlisted=1_013, adjustments={"li": -3_019}),
}
CONDITIONS = {
    ("name", "same name"): '"name_key_l" = "name_key_r"',
    ("name", "same family name only"): '"name_family_l" = "name_family_r"',
    ("birth", "same day"): '"birth_date_l" = "birth_date_r"',
    ("phone", "same number"): 'list_has_any("phones_l", "phones_r")',
}
NULLS = {
    "name": '"name_key_l" is null or "name_key_r" is null',
    "birth": '"birth_date_l" is null or "birth_date_r" is null',
    "phone": 'len("phones_l") = 0 or len("phones_r") = 0',
}


def levels(comparison: str) -> tuple[Level, ...]:
    found = [Level(number=-1, label="null", condition=NULLS[comparison], weight=0)]
    number = len(WEIGHTS[comparison]) - 1
    for label, weight in WEIGHTS[comparison].items():
        condition = CONDITIONS.get((comparison, label), "ELSE")
        household = HOUSEHOLD[comparison][label]
        found.append(
            Level(
                number=number, label=label, condition=condition, weight=weight, household=household
            )
        )
        number -= 1
    return tuple(found)


MODEL = model(comparisons={name: levels(name) for name in WEIGHTS}, prior=PRIOR, terms=TERMS)
THREE_KINDS = versioned(MODEL.model_copy(update={"household_prior": OF_HOUSEHOLD}))


@dataclass(frozen=True)
class Node:
    name: tuple[str, str] | None
    birth: str | None
    phones: tuple[str, ...]


def expected_labels(left: Node, right: Node) -> dict[str, str]:
    """The first level that holds, in plain Python."""
    if left.name is None or right.name is None:
        name = "null"
    elif left.name == right.name:
        name = "same name"
    else:
        name = "same family name only" if left.name[1] == right.name[1] else "other"
    if left.birth is None or right.birth is None:
        birth = "null"
    else:
        birth = "same day" if left.birth == right.birth else "other"
    if not left.phones or not right.phones:
        phone = "null"
    else:
        phone = "same number" if set(left.phones) & set(right.phones) else "other"
    return {"name": name, "birth": birth, "phone": phone}


def expected_weights(left: Node, right: Node, applied: Model = MODEL) -> tuple[int, int]:
    """Weight and unadjusted weight: prior + levels + the adjustments of the shared terms, or what
    speaks against two of a household, where that is less.
    """
    labels = expected_labels(left, right)
    unadjusted = PRIOR + sum(WEIGHTS[name].get(label, 0) for name, label in labels.items())
    adjustment = 0
    shared = {"same name": (0, 1), "same family name only": (1,)}.get(labels["name"], ())
    for part in shared:
        table = TERMS[("name_given", "name_family")[part]]
        term = left.name[part] if left.name is not None else ""
        adjustment += table.adjustments.get(term, table.unlisted)
    if applied.household_prior is None:
        return unadjusted + adjustment, unadjusted
    household = OF_HOUSEHOLD + sum(HOUSEHOLD[name].get(label, 0) for name, label in labels.items())
    return min(unadjusted + adjustment, household), min(unadjusted, household)


nodes = st.builds(
    Node,
    name=st.none() | st.tuples(st.sampled_from(["ann", "bo"]), st.sampled_from(["o'hara", "li"])),
    birth=st.sampled_from([None, "1980-01-01", "1990-02-02"]),
    phones=st.lists(st.sampled_from(["1", "2", "3"]), unique=True, max_size=2).map(tuple),
)


def scored(
    sides: list[Node], keep_at: int | None, applied: Model = MODEL
) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Weight, unadjusted weight, labels and adjustment of every pair."""
    rows = [
        {
            "node": number,
            "name_key": " ".join(node.name) if node.name else None,
            "name_given": node.name[0] if node.name else None,
            "name_family": node.name[1] if node.name else None,
            "birth_date": node.birth,
            "phones": list(node.phones),
        }
        for number, node in enumerate(sides)
    ]
    with duckdb.connect() as connection:
        columns = ", ".join(f"{name} {kind}" for name, kind in NODE_TYPES.items())
        connection.execute(f"create table nodes (node int, {columns})")
        for row in rows:
            connection.execute(
                "insert into nodes by name select ? as node, ? as name_key, ? as name_given,"
                " ? as name_family, ? as birth_date, ?::text[] as phones",
                list(row.values()),
            )
        connection.execute("create table terms (name text, term text, adjustment int)")
        for column, table in TERMS.items():
            for term, value in table.adjustments.items():
                connection.execute("insert into terms values (?, ?, ?)", [column, term, value])
        connection.execute(
            "create table pairs as select '1' as match_key, l.node as join_key_l,"
            " r.node as join_key_r from nodes l join nodes r on l.node < r.node"
        )
        connection.execute(scoring_sql(applied, "pairs", keep_at))
        found = connection.execute(
            "select left_node, right_node, weight, unadjusted_weight, levels, rule from scored"
        ).fetchall()
    return {(row[0], row[1]): row[2:] for row in found}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(nodes, min_size=2, max_size=8),
    st.none() | st.integers(-25_000, 35_000),
    st.sampled_from([MODEL, THREE_KINDS]),
)
def test_weights_are_sums_of_integers(
    sides: list[Node], keep_at: int | None, applied: Model
) -> None:
    expected = {}
    for left in range(len(sides)):
        for right in range(left + 1, len(sides)):
            weight, unadjusted = expected_weights(sides[left], sides[right], applied)
            if keep_at is None or weight >= keep_at:
                labels = expected_labels(sides[left], sides[right])
                numbers = {
                    name: next(one.number for one in MODEL.comparisons[name] if one.label == label)
                    for name, label in labels.items()
                }
                rule = PREDICTION_RULES[1].name
                expected[left, right] = (weight, unadjusted, numbers, rule)
    assert scored(sides, keep_at, applied) == expected


def test_a_term_that_is_not_listed_counts_as_the_rarest() -> None:
    new = Node(("new", "surname"), None, ())
    found = scored([new, new], keep_at=None)
    assert found[0, 1][0] == PRIOR + 11_003 + 3_001 + 1_013


def test_a_pair_weighs_the_smaller_of_what_speaks_against_strangers_and_a_household() -> None:
    """Of a couple all speaks against strangers, and two birth dates against one person."""
    couple = [Node(("ann", "li"), "1980-01-01", ("1",)), Node(("bo", "li"), "1990-02-02", ("1",))]
    against_strangers = PRIOR + 2_007 - 5_021 + 8_023
    against_household = OF_HOUSEHOLD - 6_007 - 8_009 + 1_021
    assert scored(couple, None)[0, 1][:2] == (against_strangers - 3_019, against_strangers)
    assert scored(couple, None, THREE_KINDS)[0, 1][:2] == (against_household, against_household)


def test_a_rare_name_says_nothing_of_a_household() -> None:
    """Two of a household share its family name, however rare."""
    one = Node(("zoe", "rarename"), None, ())
    of_household = OF_HOUSEHOLD + 9_001
    rare = {"name_given": Terms(unlisted=20_000, adjustments={})}
    rarer = THREE_KINDS.model_copy(update={"terms": rare})
    weight, unadjusted = scored([one, one], None, rarer)[0, 1][:2]
    assert (weight, unadjusted) == (of_household, PRIOR + 11_003)


def test_a_model_of_two_kinds_is_still_read_and_scores(tmp_path: Path) -> None:
    """As they were written before there were three: no household in it at all."""
    old = MODEL.model_dump(mode="json", exclude={"household_prior", "rules"})
    for those in old["comparisons"].values():
        for level in those:
            del level["household"]
    old["version"] = versioned(Model.model_validate(old)).version
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old), encoding="utf-8")
    sides = [Node(("bo", "li"), "1980-01-01", ("1",))] * 2
    assert scored(sides, None, read_model(path)) == scored(sides, None)


def test_a_weight_at_the_limit_is_kept() -> None:
    sides = [Node(("bo", "li"), "1980-01-01", ("1",))] * 2
    weight, _ = expected_weights(sides[0], sides[1])
    assert scored(sides, keep_at=weight)
    assert not scored(sides, keep_at=weight + 1)


@pytest.fixture
def population() -> duckdb.DuckDBPyConnection:
    """Four records, of which the first three meet under several rules at once."""
    shared = {"name": ("jane", "stone"), "birth_date": "1980-01-01", "postcode": "CB1 2AD"}
    connection = silver(
        [
            record("r1", emails=["jane.stone80@x.org"], phones=["5550001"], **shared),
            record("r2", emails=["jane.stone80@x.org"], phones=["5550001"], **shared),
            record("r3", emails=["jane.stone80@y.org"], **shared),
            record("r4", name=("theodore", "miller"), birth_date="1991-05-05"),
        ]
    )
    build_nodes(connection)
    return connection


def test_the_engine_scores_each_blocked_pair_once(population: duckdb.DuckDBPyConnection) -> None:
    score(population, model(), keep_at=None)
    pairs = population.execute("select left_node, right_node from scored order by all").fetchall()
    assert pairs == [(1, 2), (1, 3), (2, 3)]


def test_a_pair_goes_by_the_first_rule_that_found_it(
    population: duckdb.DuckDBPyConnection,
) -> None:
    score(population, model(), keep_at=None)
    rules = dict(
        population.execute("select left_node * 10 + right_node, rule from scored").fetchall()
    )
    assert rules == {12: "same mailbox", 13: "same log-in name", 23: "same log-in name"}


def test_the_engine_keeps_what_is_at_least_even(population: duckdb.DuckDBPyConnection) -> None:
    score(population, model(prior=-10_000), keep_at=None)
    weights = [row[0] for row in population.execute("select weight from scored").fetchall()]
    shift = KEEP_EDGE_AT - max(weights)
    score(population, model(prior=-10_000 + shift))
    assert {row[0] for row in population.execute("select weight from scored").fetchall()} == {
        KEEP_EDGE_AT
    }


def test_every_rule_has_one_digit() -> None:
    """Splink takes the smallest match_key as text, where '10' comes before '2'."""
    assert len(PREDICTION_RULES) < 10
