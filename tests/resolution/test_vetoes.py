"""What each rule says of two records, and that it parts them as long as it is in force."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from resolution.guard import DEFAULT_GUARD, GuardSettings
from resolution.judgements.constraints import Constraint, Constraints
from resolution.judgements.relations import UNDECIDED
from resolution.nodes import build_nodes
from resolution.resolving import resolve
from resolution.thresholds import BIRTH_YEARS_APART, GENERATION_YEARS, TYPING_ERRORS
from resolution.vetoes import FEATURES, NAMES, first_of, speaking
from tests.resolution.models import model
from tests.resolution.tables import record, silver

MODEL = model(prior=-8_000)
BIRTH, FATHER, SOURCE = NAMES


def sides() -> str:
    chosen = ", ".join(f"{side}.{name} as {name}_{side}" for name in FEATURES for side in "lr")
    return f"select {chosen} from nodes l join nodes r on l.node = 1 and r.node = 2"


def said(left: dict[str, Any], right: dict[str, Any], free: tuple[str, ...] = ()) -> list[str]:
    """The rules that speak of two records, and the same ones the other way round."""
    found = []
    for one, other in ((left, right), (right, left)):
        with silver([record("r1", **one), record("r2", **other)]) as connection:
            build_nodes(connection, duplicate_free=free)
            ((rules,),) = connection.execute(f"select {speaking()} from ({sides()})").fetchall()
            found.append(rules or [])
    assert found[0] == found[1]
    return found[0]


def born(day: str | None) -> dict[str, Any]:
    return {"birth_date": day, "birth_year": int(day[:4]) if day else None}


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [
        ("1951-12-30", "1980-03-04", True),
        (f"{1980 + BIRTH_YEARS_APART + 1}-10-27", "1980-03-04", True),
        (f"{1980 + BIRTH_YEARS_APART}-10-27", "1980-03-04", False),
        ("1980-03-04", "1980-03-04", False),
        ("1980-03-04", "1980-04-03", False),
        # a digit, a swap of neighbours, and TYPING_ERRORS of them
        ("1980-03-04", "1950-03-04", False),
        ("1958-11-27", "1985-11-27", False),
        ("1958-11-27", "1985-11-17", False),
        ("1958-11-27", "1985-12-17", True),
        # a form's own year, and what stands for an unknown day
        ("1980-03-04", "2026-03-04", False),
        ("1951-12-30", "1980-01-01", False),
        ("1951-12-30", None, False),
        (None, None, False),
    ],
)
def test_birth_dates_apart(left: str | None, right: str | None, apart: bool) -> None:
    assert (BIRTH in said(born(left), born(right))) is apart


def test_birth_dates_may_hold_typing_errors() -> None:
    digits = "1962-11-27"
    for errors in range(TYPING_ERRORS + 2):
        # Each ninth digit is another one; the first that changes is the decade.
        places = [2, 5, 6, 8][:errors]
        typed = "".join("9" if at in places else one for at, one in enumerate(digits))
        assert (BIRTH in said(born(digits), born(typed))) is (errors > TYPING_ERRORS), typed


def test_a_year_alone_is_no_birth_date() -> None:
    assert said({"birth_year": 1951}, born("1980-03-04")) == []


JOHN = {"name": ("john", "smith")}
BOB = {"name": ("bob", "smith"), "name_roots": ["robert"]}
ROBERT = {"name": ("robert", "smith"), "name_roots": ["robert"]}
WEI = {"name": ("wei", "li"), "name_han": "李伟"}


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [
        (JOHN | {"name_suffix": "sr"}, JOHN | {"name_suffix": "jr"}, True),
        (JOHN | {"name_suffix": "jr"}, JOHN | {"name_suffix": "iii"}, True),
        (JOHN | {"name_suffix": "jr"}, JOHN | {"name_suffix": "ii"}, False),
        (JOHN | {"name_suffix": "jr"}, JOHN | {"name_suffix": "jr"}, False),
        (JOHN | {"name_suffix": "jr"}, JOHN, False),
        (BOB | {"name_suffix": "jr"}, ROBERT | {"name_suffix": "sr"}, True),
        (BOB | {"name_suffix": "jr"}, JOHN | {"name_suffix": "sr"}, False),
        ({"name": ("j", "smith"), "name_suffix": "jr"}, JOHN | {"name_suffix": "sr"}, False),
        ({"name_suffix": "jr"}, {"name_suffix": "sr"}, False),
        (JOHN | born("1950-03-14"), JOHN | born("1976-10-28"), True),
        (JOHN | born("1950-03-14"), BOB | born("1976-10-28"), False),
        (WEI | born("1950-03-14"), WEI | born("1976-10-28"), True),
        (WEI | born("1950-03-14"), {"name": ("wei", "wang")} | born("1976-10-28"), False),
        (WEI | born("1966-03-14"), WEI | born("1976-03-14"), False),
        (JOHN | born("1946-03-14"), JOHN | born("1976-03-14"), False),
        (JOHN | {"birth_year": 1951}, JOHN | {"birth_year": 1976}, True),
        (JOHN | {"birth_year": 1951}, JOHN | {"birth_year": 1971}, False),
        (JOHN | {"birth_year": 1951}, JOHN | born("1976-10-28"), True),
        (JOHN | {"birth_year": 1951}, JOHN, False),
    ],
)
def test_father_and_son(left: dict[str, Any], right: dict[str, Any], apart: bool) -> None:
    assert (FATHER in said(left, right)) is apart


@pytest.mark.parametrize(("years", "apart"), [(GENERATION_YEARS, True), (0, False), (1, False)])
def test_father_and_son_are_a_generation_apart(years: int, apart: bool) -> None:
    later = 1950 + (years if apart else GENERATION_YEARS - 1)
    found = said(JOHN | born("1950-03-14"), JOHN | born(f"{later}-10-28"))
    assert (FATHER in found) is apart


def test_one_record_per_source_where_the_contract_says_so() -> None:
    crm, card = {"source": "crm"}, {"source": "card"}
    assert said(crm, crm, free=("card", "crm")) == [SOURCE]
    assert said(crm, card, free=("card", "crm")) == []
    assert said(crm, crm, free=("card",)) == []
    assert said(crm, crm) == []


def test_a_node_whose_own_records_gainsay_each_other_says_nothing() -> None:
    rows = [
        record("r1", **JOHN, **born("1950-03-14"), name_suffix="sr"),
        record("r2", **JOHN, **born("1976-10-28"), name_suffix="jr"),
        record("r3", **JOHN, **born("1976-10-28"), name_suffix="jr"),
    ]
    with silver(rows, [("r1", "r2")]) as connection:
        build_nodes(connection)
        assert connection.execute(f"select {speaking()} from ({sides()})").fetchall() == [(None,)]


def test_the_first_rule_in_force_names_the_veto() -> None:
    both = f"(select ['{FATHER}', '{BIRTH}'] as vetoes)"
    for names, first in ((NAMES, BIRTH), ((FATHER,), FATHER), ((SOURCE,), None), ((), None)):
        assert duckdb.execute(f"select {first_of(names)} from {both}").fetchall() == [(first,)]
    nothing = "(select null::varchar[] as vetoes)"
    assert duckdb.execute(f"select {first_of(NAMES)} from {nothing}").fetchall() == [(None,)]


SHARED = {"emails": ["john.smith@x.org"], "phones": ["5551234"], "postcode": "CB1 2AD"}
CONFLICTS = {
    BIRTH: ({"name": ("john", "smith")} | born("1976-10-28"),
            {"name": ("johnny", "smith")} | born("1951-12-30")),
    FATHER: (JOHN | {"name_suffix": "sr"}, JOHN | {"name_suffix": "jr"}),
    SOURCE: (JOHN, JOHN),
}  # fmt: skip


def parted(
    rule: str,
    settings: GuardSettings,
    links: tuple[tuple[str, str], ...] = (),
    decided: Constraints = UNDECIDED,
) -> tuple[bool, list[tuple[int, str | None]]]:
    """Whether two records with a conflict are apart though a third leads from one to the other,
    and weight and veto of their edge.
    """
    left, right = CONFLICTS[rule]
    rows = [record("r1", **SHARED, **left), record("r2", **SHARED, **right)]
    rows.append(record("r3", **SHARED, name=("john", "smith"), source="card"))
    with silver(rows, links) as connection:
        resolve(connection, MODEL, settings, decided)
        clusters = dict(connection.execute("select record_id, cluster_id from clusters").fetchall())
        edge = connection.execute(
            "select weight, veto from edges where left_id = 'r1' and right_id = 'r2'"
            " and kind = 'probabilistic'"
        ).fetchall()
    return clusters["r1"] != clusters["r2"], edge


ALL = GuardSettings(duplicate_free=("crm",))


@pytest.mark.parametrize("rule", NAMES)
def test_a_rule_parts_as_long_as_it_is_in_force(rule: str) -> None:
    others = tuple(name for name in NAMES if name != rule)
    without = GuardSettings(vetoes=others, duplicate_free=("crm",) if rule == SOURCE else ())
    alone = GuardSettings(vetoes=(rule,), duplicate_free=ALL.duplicate_free)
    apart, ((weight, veto),) = parted(rule, alone)
    assert (apart, veto) == (True, rule)
    together, ((same_weight, no_veto),) = parted(rule, without)
    assert (together, no_veto, same_weight) == (False, None, weight)


@pytest.mark.parametrize("rule", NAMES)
def test_without_the_guard_components_stay_as_they_are(rule: str) -> None:
    apart, ((_, veto),) = parted(rule, GuardSettings(enabled=False, duplicate_free=("crm",)))
    assert (apart, veto) == (False, None)


@pytest.mark.parametrize("rule", NAMES)
def test_links_of_a_source_and_must_links_stand_above_every_rule(rule: str) -> None:
    assert parted(rule, ALL, links=(("r1", "r2"),)) == (False, [])
    must = Constraints(must_link=(Constraint("r1", "r2", ("j",)),))
    assert parted(rule, ALL, decided=must) == (False, [])


def test_all_rules_are_in_force_unless_settings_say_otherwise() -> None:
    assert DEFAULT_GUARD.vetoes == NAMES
    assert DEFAULT_GUARD.duplicate_free == ()


def test_a_pair_that_a_veto_parts_is_an_edge_whatever_it_weighs() -> None:
    rows = [
        record("r1", **born("1976-10-28"), phones=["5551234"], name=("john", "smith")),
        record("r2", phones=["5551234"], emails=["john.smith@x.org"]),
        record("r3", **born("1951-12-30"), emails=["john.smith@x.org"], name=("mary", "jones")),
    ]
    with silver(rows) as connection:
        resolve(connection, model(prior=-1_000), DEFAULT_GUARD)
        rows_found = connection.execute(
            "select left_id, right_id, weight < 0, rule from edges where veto is not null"
        ).fetchall()
    assert rows_found == [("r1", "r3", True, "within a component")]
