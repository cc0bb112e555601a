"""Random nights over the pure core: records come, change, go and come back, files are withdrawn,
stewards decide and take back. After every publication:

- the partition is a function of the records, links and decisions of that night, in any order;
- what stewards hold apart is apart, and what they hold together is together, but for what is held;
- what a veto parts is apart;
- every change of customers has a cause, all changes add up, no id is used twice, each one resolves.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from resolution.guard import GuardSettings
from resolution.history import NO_HISTORY, Cause, Occasion, changes
from resolution.identifiers import crosswalk_periods, resolve_identifiers
from resolution.identity import NO_IDENTITIES, identify
from resolution.judgements.constraints import Constraints, constraints
from resolution.judgements.judgement import Judgement
from resolution.judgements.relations import UNDECIDED, as_table
from resolution.resolving import resolve
from resolution.schema import CLUSTERS
from sources.record import LINKS, RECORDS
from tests.resolution.models import model
from tests.resolution.tables import make_table, record

MODEL = model(prior=-6_000)
GUARD = GuardSettings(largest_cluster=6, compared_together=6, duplicate_free=("card",))
START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = [f"r{number:02d}" for number in range(10)]
Rows = dict[str, dict[str, Any]]

people = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from([("jane", "stone"), ("bob", "stone"), ("li", "chen")]),
        "emails": st.sampled_from([["jane.stone@x.org"], ["family@x.org"], ["li.chen@y.org"]]),
        "phones": st.sampled_from([["5551234"], ["5559876"], ["5551234", "5550000"]]),
        "birth_date": st.sampled_from(["1980-03-04", "1951-12-30"]),
        "name_suffix": st.sampled_from(["jr", "sr"]),
        "source": st.sampled_from(["crm", "card"]),
    },
)
pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda p: p[0] != p[1])


@dataclass(frozen=True)
class Night:
    """What comes in: new or changed records, deleted ones, links, and decisions (None = the last
    one is taken back)."""

    upserts: dict[str, dict[str, Any]]
    deletes: set[str]
    links: list[tuple[str, str]]
    decisions: list[tuple[str, tuple[str, str]] | None]


nights = st.lists(
    st.builds(
        Night,
        st.dictionaries(st.sampled_from(NAMES), people, max_size=6),
        st.sets(st.sampled_from(NAMES), max_size=2),
        st.lists(pairs, max_size=1),
        st.lists(
            st.one_of(st.none(), st.tuples(st.sampled_from(["same", "different"]), pairs)),
            max_size=2,
        ),
    ),
    min_size=2,
    max_size=4,
)


@dataclass
class Warehouse:
    """What one publication hands to the next."""

    connection: duckdb.DuckDBPyConnection
    time: int = 0
    ever: set[str] = field(default_factory=set)
    decided: Constraints = UNDECIDED
    rows: Rows = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)

    def publish(self, rows: Rows, links: list[tuple[str, str]], decided: Constraints) -> None:
        run = self.connection.execute
        self.time += 1
        occasion = Occasion(
            f"p{self.time:06d}",
            START + timedelta(days=self.time),
            Cause("data" if decided == self.decided else "steward"),
        )
        for name, said in (("last_constraints", self.decided), ("constraints", decided)):
            said_rows = as_table(said)  # noqa: F841  (DuckDB reads it)
            run(f"create or replace table {name} as from said_rows")
        load(self.connection, self.rows, self.links, "last_")
        load(self.connection, rows, links, "")
        resolve(self.connection, MODEL, GUARD, decided)
        identify(self.connection, occasion.publication)
        changes(self.connection, occasion)
        run("insert into history by name from changes")
        resolve_identifiers(self.connection)
        crosswalk_periods(self.connection)
        self.rows, self.links, self.decided = dict(rows), list(links), decided
        self.check()
        run("create or replace temp table last_identities as from identities")

    def check(self) -> None:
        """The invariants of this file's first lines."""
        assert self.ask("from changes where cause is null") == []
        customers = dict(self.ask("select record_id, customer_id from identities"))
        held = {
            name for (name,) in self.ask("select record_id from identities where state = 'held'")
        }
        for link in self.decided.cannot_link:
            if {*link.pair} <= set(customers):
                assert customers[link.left_id] != customers[link.right_id]
        for link in self.decided.must_link:
            if {*link.pair} <= set(customers) and not {*link.pair} & held:
                assert customers[link.left_id] == customers[link.right_id]
        vetoed = self.ask("select left_id, right_id from edges where veto is not null")
        assert all(customers[left] != customers[right] for left, right in vetoed)
        summed = self.ask(
            "select record_id, arg_max(coalesce(to_id, ''), struct_pack(publication, step)) as id"
            " from (select unnest(records) as record_id, * exclude (records) from history)"
            " group by record_id having id <> ''"
        )
        assert dict(summed) == customers
        births = {to for (to,) in self.ask("select to_id from changes where kind = 'birth'")}
        assert not births & self.ever
        self.ever |= set(customers.values())
        resolved = dict(self.ask("select customer_id, current_ids from identifier_resolution"))
        assert set(resolved) == self.ever
        assert {one for ids in resolved.values() for one in ids} == set(customers.values())

    def partition(self) -> list[tuple[Any, ...]]:
        return sorted(self.ask(f"select {', '.join(CLUSTERS.columns)} from clusters"), key=str)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()


def load(
    connection: duckdb.DuckDBPyConnection, rows: Rows, links: list[tuple[str, str]], prefix: str
) -> None:
    """Silver tables in the order of the rows given."""
    made = [record(name, **{"version": str(said)} | said) for name, said in rows.items()]
    make_table(connection, f"{prefix}records", RECORDS, made)
    stated = [
        {"kind": "login", "left_id": left, "right_id": right}
        for left, right in links
        if {left, right} <= set(rows)
    ]
    make_table(connection, f"{prefix}links", LINKS, stated)


def tell(ledger: list[Judgement], said: tuple[str, tuple[str, str]] | None, number: int) -> None:
    """Append a decision, or take the last one back."""
    if said is None:
        del ledger[-1:]
        return
    verdict, (left, right) = said
    ledger.append(
        Judgement(
            judgement_id=f"00000000-0000-4000-8000-{number:012d}",
            kind="pair",
            verdict=verdict,
            reason="seen",
            decided_by="steward",
            decided_at=START + timedelta(minutes=number),
            records=(left, right) if verdict == "same" else (left,),
            others=() if verdict == "same" else (right,),
        )
    )


def play(drawn: list[Night], shuffler: random.Random) -> None:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(NO_IDENTITIES)
        connection.execute(NO_HISTORY)
        warehouse = Warehouse(connection)
        rows: Rows = {}
        links: list[tuple[str, str]] = []
        ledger: list[Judgement] = []
        for night in drawn:
            for said in night.decisions:
                tell(ledger, said, len(warehouse.ever) * 100 + warehouse.time * 10 + len(ledger))
            decided = constraints(ledger)
            if warehouse.time and decided != warehouse.decided:
                warehouse.publish(rows, links, decided)
            warehouse.decided = decided
            rows = {name: said for name, said in rows.items() if name not in night.deletes}
            rows |= night.upserts
            links = [*links, *night.links]
            warehouse.publish(rows, links, decided)
        again(warehouse, rows, links, shuffler)


def again(
    warehouse: Warehouse, rows: Rows, links: list[tuple[str, str]], shuffler: random.Random
) -> None:
    """All at once and in another order: the same clusters."""
    names = list(rows)
    shuffler.shuffle(names)
    mixed = list(links)
    shuffler.shuffle(mixed)
    with duckdb.connect() as fresh:
        fresh.execute("set TimeZone = 'UTC'")
        load(fresh, {name: rows[name] for name in names}, mixed, "")
        resolve(fresh, MODEL, GUARD, warehouse.decided)
        columns = ", ".join(CLUSTERS.columns)
        at_once = fresh.execute(f"select {columns} from clusters").fetchall()
    assert sorted(at_once, key=str) == warehouse.partition()


randoms = st.randoms(use_true_random=False)
patient = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # To shrink a failing story takes minutes; the story itself is printed.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@settings(patient, max_examples=15)
@given(nights, randoms)
def test_every_publication_keeps_what_is_promised(
    drawn: list[Night], shuffler: random.Random
) -> None:
    play(drawn, shuffler)


@pytest.mark.nightly
@settings(patient, max_examples=1_000)
@given(nights, randoms)
def test_a_thousand_stories_keep_what_is_promised(
    drawn: list[Night], shuffler: random.Random
) -> None:
    play(drawn, shuffler)
