"""What an explanation says of a pair must be what the run did with it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest

from resolution.errors import ResolutionError
from resolution.explanation import explain_customer
from resolution.golden.schema import ATTRIBUTES
from resolution.history import NO_HISTORY
from resolution.identity import NO_IDENTITIES, identify
from resolution.judgements.constraints import Constraint, Constraints
from resolution.judgements.relations import UNDECIDED, as_table
from resolution.model.artefact import Model, Terms, versioned
from resolution.pair_explanation import explain_pair, read_edge
from resolution.parting import Parting
from resolution.resolving import resolve
from resolution.thresholds import HUB_FAMILIES, START_AT
from tests.resolution.models import model
from tests.resolution.tables import make_table, record, silver

MODEL = model(prior=-8_000)
FAMILIES = ["stone", "miller", "lopez", "okafor", "novak", "haddad", "silva", "berg"]


def population(seed: int) -> list[dict]:
    """60 records of 15 persons, and strangers to whom a till's own phone was given."""
    chance = random.Random(seed)
    made = []
    for number in range(60):
        person = number % 15
        own = {
            "name": (f"given{person}", FAMILIES[person % 8]),
            "birth_date": f"19{60 + person}-0{1 + person % 9}-1{person % 9}",
            "postcode": f"CB{person} 2AD",
            "emails": [f"person{person:02d}@x.org"],
            "phones": [f"55500{person:02d}"],
        }
        kept = {name: value for name, value in own.items() if chance.random() < 0.6}
        made.append(record(f"r{number:02d}", **kept))
    for number, family in enumerate(FAMILIES, start=60):
        till = {"name": ("given1", family), "phones": ["5559999", "5550001"]}
        made.append(record(f"r{number:02d}", **till))
    return made


def identified(connection: duckdb.DuckDBPyConnection, decided: Constraints = UNDECIDED) -> None:
    """Resolve, and give ids as a first publication does."""
    resolve(connection, MODEL, decided=decided)
    rows = as_table(decided)  # noqa: F841  (DuckDB reads it)
    connection.execute("create table constraints as from rows")
    connection.execute(NO_IDENTITIES)
    connection.execute(NO_HISTORY)
    identify(connection, "p000001")


@pytest.fixture
def resolved() -> Iterator[duckdb.DuckDBPyConnection]:
    links = [("r58", "r43"), ("r59", "r44")]
    with silver(population(3), links) as connection:
        identified(connection)
        assert connection.execute("select value from hubs order by 1").fetchall() == [
            ("5550001",),
            ("5559999",),
        ]
        yield connection


def fresh(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same relations as a reader has them, on a connection of its own."""
    reader = duckdb.connect()
    reader.execute("set TimeZone = 'UTC'")
    for name in ("records", "links", "constraints", "edges", "clusters", "identities"):
        table = connection.sql(f"from {name}").to_arrow_table()
        reader.register(f"{name}_rows", table)
        reader.execute(f"create view {name} as from {name}_rows")
    make_table(reader, "attributes", ATTRIBUTES, [])
    return reader


def test_every_stored_edge_is_explained_with_its_own_weight(
    resolved: duckdb.DuckDBPyConnection,
) -> None:
    edges = resolved.execute(
        "select left_id, right_id, weight, rule from edges where kind = 'probabilistic'"
        " order by all"
    ).fetchall()
    assert len(edges) > 20
    reader = fresh(resolved)
    for left, right, weight, rule in edges[::2]:
        found = explain_pair(reader, MODEL, right, left)
        assert (found.left_id, found.right_id) == (left, right)
        assert (found.kind, found.weight, found.rule) == ("probabilistic", weight, rule)
        assert sum(step.weight for step in found.steps) == weight
        assert found.joins is (weight >= START_AT)


def in_three_kinds() -> Model:
    """`MODEL`, against a household too: the higher a level, the likelier is one person; an address
    and a phone say nothing.
    """
    levels = {
        name: tuple(
            level.model_copy(update={"household": worth * level.number - 1_000})
            if level.number >= 0
            else level
            for level in those
        )
        for name, those in MODEL.comparisons.items()
        for worth in (0 if name in ("address", "phone") else 900,)
    }
    update = {"comparisons": levels, "household_prior": 1_500}
    rare = {"name_family": Terms(unlisted=2_000, adjustments={})}
    return versioned(MODEL.model_copy(update={**update, "terms": MODEL.terms | rare}))


def test_a_weight_is_explained_by_the_smaller_of_both_sums() -> None:
    """Every edge by its own steps, and of some pairs one side is the smaller, of some the other."""
    three = in_three_kinds()
    connection = silver(population(3))
    resolve(connection, three)
    edges = connection.execute(
        "select left_id, right_id, kind, weight, unadjusted_weight, levels, adjustments, rule"
        " from edges where kind = 'probabilistic' order by left_id, right_id"
    ).fetchall()
    starts: Counter[str] = Counter()
    for edge in edges:
        found = read_edge(three, edge, same_customer=True)
        assert sum(step.weight for step in found.steps) == found.weight == edge[3]
        starts[found.steps[0].level] += 1
        said = {step.level for step in found.steps}
        assert ("how rare the shared value is" in said) <= ("two random records" in said)
    assert starts["two random records"] > 3
    assert starts["two of a household"] > 3


def test_strangers_that_share_a_till_s_number_are_no_pair() -> None:
    strangers = [
        record(f"r{n}", phones=["5559999"], name=(f"given{n}", FAMILIES[n]))
        for n in range(HUB_FAMILIES)
    ]
    connection = silver(strangers)
    identified(connection)
    found = explain_pair(fresh(connection), MODEL, "r0", "r1")
    assert (found.kind, found.weight, found.joins) == ("unblocked", None, False)


def test_a_log_in_on_a_cookie_is_one_node(resolved: duckdb.DuckDBPyConnection) -> None:
    found = explain_pair(fresh(resolved), MODEL, "r58", "r43")
    assert (found.kind, found.same_customer, found.joins) == ("same_node", True, True)


def test_a_pair_that_nothing_looks_at_is_unblocked() -> None:
    connection = silver(
        [
            record("r1", name=("jane", "stone"), emails=["jane.stone@x.org"]),
            record("r2", name=("theodore", "miller"), emails=["theodore@y.org"]),
        ]
    )
    identified(connection)
    found = explain_pair(fresh(connection), MODEL, "r1", "r2")
    assert (found.kind, found.same_customer, found.steps) == ("unblocked", False, ())


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (("r00", "r99"), "no live record 'r99'"),
        (("r00", "r00"), "two different records"),
    ],
)
def test_unknown_or_equal_records_are_refused(
    resolved: duckdb.DuckDBPyConnection, ids: tuple[str, str], said: str
) -> None:
    with pytest.raises(ResolutionError, match=said):
        explain_pair(resolved, MODEL, *ids)


def test_a_customer_shows_members_edges_and_weakest_link(
    resolved: duckdb.DuckDBPyConnection,
) -> None:
    reader = fresh(resolved)
    customer, members = reader.execute(
        "select customer_id, list(record_id order by record_id) from identities group by 1"
        " order by count(*) desc, 1 limit 1"
    ).fetchall()[0]
    found = explain_customer(reader, MODEL, customer)
    assert sorted(member for member, _ in found.members) == members
    assert found.state == "published"
    assert all(edge.joins for edge in found.edges)
    assert {edge.left_id for edge in found.edges} <= set(members)
    scored = [edge.weight for edge in found.edges if edge.weight is not None]
    assert found.weakest_link in scored


def test_an_unknown_customer_is_refused(resolved: duckdb.DuckDBPyConnection) -> None:
    make_table(resolved, "attributes", ATTRIBUTES, [])
    with pytest.raises(ResolutionError, match="no customer 'c0'"):
        explain_customer(resolved, MODEL, "c0")


SAME = {"name": ("jane", "stone"), "birth_date": "1980-01-01"}


def test_two_records_that_a_decision_holds_apart_say_so() -> None:
    connection = silver([record("r1", **SAME), record("r2", **SAME), record("r3", **SAME)])
    apart = Constraints(cannot_link=(Constraint("r1", "r3", ("j1",)),))
    identified(connection, apart)
    reader = fresh(connection)
    found = explain_pair(reader, MODEL, "r1", "r3")
    assert (found.standing, found.decisions, found.same_customer) == (
        "decided_apart", ("j1",), False,
    )  # fmt: skip
    assert found.joins
    # r2 went with r1, and the decision stands between the two customers.
    assert explain_pair(reader, MODEL, "r3", "r2").standing == "decided_apart"


def test_a_customer_shows_the_decisions_about_it_and_the_edges_that_hold_it() -> None:
    connection = silver(
        [record("r1", **SAME), record("r2", **SAME), record("r3", emails=["other@x.org"])]
    )
    identified(connection, Constraints(must_link=(Constraint("r1", "r3", ("j2",)),)))
    reader = fresh(connection)
    ((customer,),) = reader.execute("select distinct customer_id from identities").fetchall()
    found = explain_customer(reader, MODEL, customer)
    assert [(one.kind, one.judgement_ids) for one in found.decisions] == [("must_link", ("j2",))]
    assert found.path == (("r1", "r3"), ("r1", "r2"))
    assert {edge.kind for edge in found.edges} == {"judgement", "probabilistic"}
    pair = explain_pair(reader, MODEL, "r1", "r3")
    assert (pair.kind, pair.standing, pair.decisions) == ("same_node", "together", ("j2",))


FATHER = SAME | {"name_suffix": "sr", "emails": ["jane.stone@x.org"]}
SON = SAME | {"name_suffix": "jr", "emails": ["jane.stone@x.org"]}


def test_two_records_that_a_veto_parts_name_it() -> None:
    either = record("r3", **SAME, emails=["jane.stone@x.org"])
    connection = silver(
        [record("r1", **FATHER), record("r2", **SON), either, record("r4")], [("r4", "r2")]
    )
    identified(connection)
    reader = fresh(connection)
    named = Parting("father_and_son", "r1", "r2")
    for left, right, veto in (("r1", "r2", named.rule), ("r4", "r1", named.rule)):
        found = explain_pair(reader, MODEL, left, right)
        assert (found.standing, found.veto, found.parting) == ("vetoed", veto, named)
        assert (found.joins, found.same_customer) == (False, False)
    # The third went with one of them, and the veto stands between the two customers.
    customers = dict(reader.execute("select record_id, customer_id from identities").fetchall())
    other = "r2" if customers["r3"] == customers["r1"] else "r1"
    found = explain_pair(reader, MODEL, "r3", other)
    assert (found.standing, found.veto, found.parting) == ("vetoed", None, named)
    assert found.joins


def test_a_publication_from_before_there_were_vetoes_is_explained() -> None:
    connection = silver([record("r1", **FATHER), record("r2", **SON)])
    identified(connection)
    reader = fresh(connection)
    reader.execute("create or replace view edges as select * exclude (veto) from edges_rows")
    found = explain_pair(reader, MODEL, "r1", "r2")
    assert (found.standing, found.veto, found.parting) == ("unconnected", None, None)
    (customer,) = reader.execute("select customer_id from identities limit 1").fetchall()[0]
    assert explain_customer(reader, MODEL, customer).members


def test_strangers_and_what_the_guard_parted_are_told_apart() -> None:
    bridge = [
        record("r1", name=("jane", "stone"), emails=["jane.stone@x.org"], birth_date="1980-01-01"),
        record("r2", emails=["jane.stone@x.org"], phones=["5551234"]),
        record("r3", name=("omar", "haddad"), phones=["5551234"], birth_date="1951-12-31"),
        record("r4", name=("li", "chen")),
    ]
    connection = silver(bridge)
    strict = model(prior=-3_000)
    resolve(connection, strict)
    rows = as_table(UNDECIDED)  # noqa: F841  (DuckDB reads it)
    connection.execute("create table constraints as from rows")
    connection.execute(NO_IDENTITIES)
    connection.execute(NO_HISTORY)
    identify(connection, "p000001")
    connection.execute(
        "update clusters set component_id = 'r1', cluster_id = 'r3' where record_id = 'r3'"
    )
    connection.execute("update identities set customer_id = 'c3' where record_id = 'r3'")
    reader = fresh(connection)
    assert explain_pair(reader, strict, "r1", "r3").standing == "parted"
    assert explain_pair(reader, strict, "r1", "r4").standing == "unconnected"
