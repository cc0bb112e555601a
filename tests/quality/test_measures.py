"""Every measure about whole tables: true of sound tables, broken by a planted row."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from quality.identity_measures import IDENTITY_MEASURES
from quality.measures import TABLE_OF, Measure, failing_keys, references, take, unique
from quality.report import CheckResult
from quality.suites.measures import measure_suite
from quality.table_measures import golden_measures, record_measures, resolution_measures
from quality.validation import validate
from resolution.golden.schema import (
    ATTRIBUTES,
    CROSSWALK,
    CROSSWALK_HISTORY,
    CUSTOMERS,
    IDENTIFIER_RESOLUTION,
    IDENTITY_HISTORY,
)
from resolution.schema import CLUSTERS, CONSTRAINTS, EDGES, IDENTITIES
from resolution.thresholds import LARGEST_CLUSTER
from sources.event import EVENTS
from sources.record import LINKS, RECORDS

START = 1_000
"""Milli-bits from which an edge joins; above what is kept, so that an edge may not."""

SILVER = record_measures(["crm", "social"])
GOLDEN = golden_measures(0.4, 0.2, 0.1)
MEASURES = {
    measure.name: measure
    for measure in [
        *SILVER,
        *resolution_measures(START, LARGEST_CLUSTER),
        *IDENTITY_MEASURES,
        *GOLDEN,
    ]
}

SCHEMAS = {
    "records": RECORDS,
    "links": LINKS,
    "events": EVENTS,
    "constraints": CONSTRAINTS,
    "edges": EDGES,
    "clusters": CLUSTERS,
    "identities": IDENTITIES,
    "customers": CUSTOMERS,
    "attributes": ATTRIBUTES,
    "crosswalk": CROSSWALK,
    "history": IDENTITY_HISTORY,
    "identifiers": IDENTIFIER_RESOLUTION,
    "periods": CROSSWALK_HISTORY,
}
TYPES = {"emails": "struct(value text)[]", "phones": "struct(value text)[]"}
"""Types of columns that the measures look into; the others may hold anything."""

R1, R2, R3, R4, R8, R9 = (f"r{number:024x}" for number in (1, 2, 3, 4, 8, 9))
C1, C2, C7, C9 = (f"c{number:024x}" for number in (1, 2, 7, 9))
SECRET = "Zaphodine"
"""A value that nobody but the planted rows has."""

SOUND = f"""
insert into records (record_id, deleted, source) values
    ('{R1}', false, 'crm'), ('{R2}', false, 'crm'), ('{R3}', false, 'social'),
    ('{R4}', true, 'crm');
update records set emails = [{{'value': 'jane@x.org'}}], phones = [{{'value': '+442071838750'}}],
    birth_year = 1980 where record_id = '{R1}';
insert into links (left_id, right_id) values ('{R1}', '{R2}');
insert into events (event_id, record_id) values ('e1', '{R1}'), ('e2', null);
insert into edges (left_id, right_id, kind, weight, model_version) values
    ('{R1}', '{R2}', 'deterministic', null, null),
    ('{R2}', '{R3}', 'probabilistic', {START - 1}, 'm'),
    ('{R1}', '{R2}', 'probabilistic', {START}, 'm');
insert into clusters (record_id, component_id, cluster_id, state) values
    ('{R1}', '{R1}', '{R1}', 'published'), ('{R2}', '{R1}', '{R1}', 'published'),
    ('{R3}', '{R3}', '{R3}', 'held');
insert into identities (record_id, customer_id, state) values
    ('{R1}', '{C1}', 'published'), ('{R2}', '{C1}', 'published'), ('{R3}', '{C2}', 'held');
insert into customers (customer_id, email, phone, full_name, state, records, confidence, birth_date)
    values ('{C1}', 'a@x.org', '+442071838750', 'c', 'published', 2, 0.9, '1980-01-01'),
    ('{C2}', null, null, null, 'held', 1, null, null);
update customers set first_seen = timestamp '2026-01-01', last_seen = timestamp '2026-01-02';
insert into attributes (customer_id, attribute, record_id) values
    ('{C1}', 'email', '{R1}'), ('{C1}', 'phone', '{R1}');
insert into crosswalk (record_id, customer_id, state) values
    ('{R1}', '{C1}', 'published'), ('{R2}', '{C1}', 'published'), ('{R3}', '{C2}', 'held');
create table last_customers as from customers;
insert into history (publication, step, kind, to_id, records, founder, cause) values
    ('p000001', 3, 'birth', '{C1}', ['{R1}', '{R2}'], '{R1}', 'data'),
    ('p000001', 3, 'birth', '{C2}', ['{R3}'], '{R3}', 'data');
insert into constraints (left_id, right_id, kind) values
    ('{R1}', '{R2}', 'must_link'), ('{R1}', '{R3}', 'cannot_link');
insert into identifiers (customer_id) values ('{C1}'), ('{C2}');
"""

COLUMNS = {
    "records": "record_id, deleted",
    "events": "event_id, record_id",
    "links": "left_id, right_id",
    "edges": "left_id, right_id, kind, weight, model_version",
    "clusters": "record_id, component_id, cluster_id, state",
    "identities": "record_id, customer_id",
    "identifiers": "customer_id",
    "history": "publication, step, kind, to_id, records, founder, cause",
    "customers": "customer_id, email, phone, full_name",
    "last_customers": "customer_id, email, phone, full_name",
    "attributes": "customer_id, attribute, record_id",
    "crosswalk": "record_id, customer_id, state",
}


def add(table: str, values: str) -> str:
    """SQL that adds a row to one of the tables."""
    return f"insert into {table} ({COLUMNS[table]}) values ({values})"


BROKEN = {
    "records_repeated_keys": (
        add("records", f"'{R1}', false"),
        R1,
    ),
    "events_repeated_keys": (
        add("events", f"'e1', '{R1}'"),
        "e1",
    ),
    "links_left_id_dangling": (
        add("links", f"'{R9}', '{R1}'"),
        R9,
    ),
    "links_right_id_dangling": (
        add("links", f"'{R1}', '{R9}'"),
        R9,
    ),
    "events_record_id_dangling": (
        add("events", f"'e9', '{R9}'"),
        R9,
    ),
    "edges_repeated_keys": (
        add("edges", f"'{R1}', '{R2}', 'deterministic', null, null"),
        f"{R1} {R2} deterministic",
    ),
    "edges_left_id_dangling": (
        add("edges", f"'q9', '{R1}', 'd', null, null"),
        "q9",
    ),
    "edges_right_id_dangling": (
        add("edges", f"'{R1}', '{R9}', 'd', null, null"),
        R9,
    ),
    "edges_out_of_order": (
        add("edges", f"'{R3}', '{R1}', 'd', null, null"),
        None,
    ),
    "edges_without_weight": (
        add("edges", f"'{R1}', '{R3}', 'probabilistic', null, 'm'"),
        None,
    ),
    "clusters_repeated_keys": (
        add("clusters", f"'{R1}', '{R1}', '{R1}', 'published'"),
        R1,
    ),
    "records_without_cluster": (
        add("records", f"'{R9}', false"),
        R9,
    ),
    "largest_published_cluster": (
        (
            f"insert into clusters (record_id, cluster_id, state)"
            f" select range, '', 'published' from range({LARGEST_CLUSTER + 1})"
        ),
        None,
    ),
    "joined_pairs_apart": (
        "delete from constraints where kind = 'cannot_link';"
        + add("edges", f"'{R1}', '{R3}', 'probabilistic', {START}, 'm'"),
        None,
    ),
    "vetoed_pairs_together": (
        f"update edges set veto = 'father_and_son' where left_id = '{R1}' and weight = {START}",
        None,
    ),
    "identities_repeated_keys": (
        add("identities", f"'{R1}', '{C1}'"),
        R1,
    ),
    "identities_record_id_dangling": (
        add("identities", f"'{R9}', '{C1}'"),
        R9,
    ),
    "records_without_customer": (
        f"delete from identities where record_id = '{R3}'",
        R3,
    ),
    "constraints_repeated_keys": (
        f"insert into constraints (left_id, right_id) values ('{R1}', '{R2}')",
        f"{R1} {R2}",
    ),
    "cannot_links_broken": (
        f"update identities set customer_id = '{C1}' where record_id = '{R3}'",
        R1,
    ),
    "must_links_broken": (
        f"update identities set customer_id = '{C2}' where record_id = '{R2}'",
        R1,
    ),
    "identifiers_repeated_keys": (
        add("identifiers", f"'{C1}'"),
        C1,
    ),
    "ids_that_lead_nowhere": (
        f"delete from identifiers where customer_id = '{C2}'",
        None,
    ),
    "changes_without_cause": (
        f"update history set cause = null where to_id = '{C1}'",
        C1,
    ),
    "known_kinds": (
        f"update history set kind = 'reshuffle' where to_id = '{C1}'",
        C1,
    ),
    "history_does_not_add_up": (
        f"update identities set customer_id = '{C1}' where record_id = '{R3}'",
        R3,
    ),
    "ids_used_twice": (
        add("history", f"'p000002', 3, 'birth', '{C1}', [], '{R1}', 'data'"),
        C1,
    ),
    "customers_repeated_keys": (
        add("customers", f"'{C1}', 'a', 'b', 'c'"),
        C1,
    ),
    "attributes_repeated_keys": (
        add("attributes", f"'{C1}', 'email', '{R1}'"),
        f"{C1} email",
    ),
    "crosswalk_repeated_keys": (
        add("crosswalk", f"'{R1}', '{C1}', 'published'"),
        R1,
    ),
    "crosswalk_customer_id_dangling": (
        add("crosswalk", f"'{R8}', '{C9}', 'held'"),
        C9,
    ),
    "customers_customer_id_dangling": (
        add("customers", f"'{C9}', 'a', 'b', 'c'"),
        C9,
    ),
    "attributes_customer_id_dangling": (
        add("attributes", f"'{C9}', 'x', '{R1}'"),
        C9,
    ),
    "attributes_record_id_dangling": (
        add("attributes", f"'{C1}', 'x', '{R9}'"),
        R9,
    ),
    "records_unpublished": (
        add("identities", f"'{R9}', '{C1}'"),
        None,
    ),
    "held_share": (f"update crosswalk set state = 'held' where record_id = '{R2}'", None),
    "customers_lost_share": (
        add("last_customers", f"'{C7}', 'a', 'b', 'c'"),
        None,
    ),
    "email_fill_rate_drop": ("update customers set email = null", None),
    "phone_fill_rate_drop": ("update customers set phone = null", None),
    "full_name_fill_rate_drop": ("update customers set full_name = null", None),
    "customers_exist": ("delete from customers", None),
    **{
        f"{table}_columns": (f"alter table {table} add column unknown int", "unknown")
        for table in SCHEMAS
    },
    "record_id_form": (f"update records set record_id = 'r{SECRET}' where deleted", f"r{SECRET}"),
    "known_source": (f"update records set source = '{SECRET}' where deleted", R4),
    "record_email_form": (
        f"update records set emails = [{{'value': '{SECRET}@nowhere'}}] where deleted",
        R4,
    ),
    "record_phone_form": (
        f"update records set phones = [{{'value': '+44 {SECRET}'}}] where deleted",
        R4,
    ),
    "birth_year_range": ("update records set birth_year = 1234 where deleted", R4),
    "customer_id_form": (
        f"update customers set customer_id = 'c{SECRET}' where state = 'held'",
        f"c{SECRET}",
    ),
    "known_state": (f"update customers set state = '{SECRET}' where state = 'held'", C2),
    "has_records": ("update customers set records = 0 where state = 'held'", C2),
    "confidence_range": ("update customers set confidence = 0.4 where state = 'held'", C2),
    "email_form": (f"update customers set email = '{SECRET}@nowhere' where state = 'held'", C2),
    "birth_date_form": (f"update customers set birth_date = '{SECRET}' where state = 'held'", C2),
    "seen_in_order": ("update customers set last_seen = '2025-01-01' where state = 'held'", C2),
}
"""By measure: what breaks it, and the opaque key that must be named."""


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Sound tables with every documented column."""
    for table, schema in SCHEMAS.items():
        kinds = {"bigint": "bigint", "int": "int", "double": "double", "timestamp": "timestamp",
                 "array<string>": "text[]"}  # fmt: skip
        columns = ", ".join(
            f"{field.name} {TYPES.get(field.name, kinds.get(field.type, 'text'))}"
            for field in schema.fields
        )
        connection.execute(f"create table {table} ({columns})")
    connection.execute(SOUND)


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        fill(connection)
        yield connection


def checked(connection: duckdb.DuckDBPyConnection, measures: list[Measure]) -> list[CheckResult]:
    frame = pd.DataFrame([take(connection, measures)])
    return validate(measure_suite("golden", measures), frame, None)


def test_sound_tables_pass_every_measure(tables: duckdb.DuckDBPyConnection) -> None:
    results = checked(tables, list(MEASURES.values()))
    assert [result.name for result in results if not result.passed] == []
    assert [result.name for result in results] == list(MEASURES)


def test_every_measure_has_a_planted_row() -> None:
    assert set(BROKEN) == set(MEASURES)


def breaks(connection: duckdb.DuckDBPyConnection, measure: Measure) -> bool:
    value = take(connection, [measure])[measure.name]
    assert value is not None
    above = measure.maximum is not None and value > measure.maximum
    return above or (measure.minimum is not None and value < measure.minimum)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_planted_row_breaks_it_and_its_key_is_named(
    tables: duckdb.DuckDBPyConnection, name: str
) -> None:
    measure, (plant, key) = MEASURES[name], BROKEN[name]
    assert not breaks(tables, measure)
    tables.execute(plant)
    assert breaks(tables, measure)
    assert failing_keys(tables, measure, 5) == (() if key is None else (key,))


def test_great_expectations_fails_exactly_the_broken_measures() -> None:
    """All plants of one kind at once: one validation, each with its own severity."""
    with duckdb.connect() as connection:
        fill(connection)
        names = ["records_repeated_keys", "email_fill_rate_drop", "links_left_id_dangling"]
        for name in names:
            connection.execute(BROKEN[name][0])
        results = checked(connection, list(MEASURES.values()))
    failed = {result.name: result.severity for result in results if not result.passed}
    assert failed == {
        "records_repeated_keys": "critical",
        "links_left_id_dangling": "critical",
        "email_fill_rate_drop": "warning",
    }
    assert {result.stops_publication for result in results if result.name in failed} == {
        True,
        False,
    }


def test_keys_that_are_null_are_no_keys(tables: duckdb.DuckDBPyConnection) -> None:
    tables.execute(add("customers", "null, 'a', 'b', 'c'"))
    assert breaks(tables, unique("customers", ("customer_id",)))


def test_a_null_in_the_other_table_hides_no_dangling_reference(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    tables.execute(add("customers", "null, 'a', 'b', 'c'"))
    tables.execute(add("crosswalk", f"'{R8}', '{C9}', 'held'"))
    assert breaks(tables, references("crosswalk", "customer_id", "customers", "customer_id"))


def test_a_measure_without_a_number_fails() -> None:
    measure = Measure(name="empty", relation="customers", sql="select null", because="", maximum=1)
    with duckdb.connect() as connection:
        results = checked(connection, [measure])
    assert [result.passed for result in results] == [False]


def test_a_receipt_before_its_card_is_a_warning() -> None:
    """The last day run first has receipts of cards that earlier days deliver."""
    assert MEASURES["events_record_id_dangling"].severity == "warning"
    others = [one for name, one in MEASURES.items() if name.endswith("_dangling")]
    assert sum(one.severity == "warning" for one in others) == 1


def test_failing_keys_are_as_many_as_asked(tables: duckdb.DuckDBPyConnection) -> None:
    tables.execute(
        f"insert into links (left_id, right_id) select 'x' || n, '{R1}' from range(30) as ns(n)"
    )
    found = failing_keys(tables, MEASURES["links_left_id_dangling"], 10)
    assert len(found) == 10


def test_every_relation_has_a_table() -> None:
    assert {measure.relation for measure in MEASURES.values()} <= set(TABLE_OF)


def test_the_first_publication_has_nothing_to_fall_from(tables: duckdb.DuckDBPyConnection) -> None:
    tables.execute("delete from last_customers")
    drops = [measure for measure in GOLDEN if measure.name.endswith(("_drop", "_lost_share"))]
    assert len(drops) == 4
    assert not any(breaks(tables, measure) for measure in drops)


def test_an_empty_table_after_a_full_one_is_critical(tables: duckdb.DuckDBPyConnection) -> None:
    tables.execute("delete from customers")
    lost = MEASURES["customers_lost_share"]
    assert breaks(tables, lost)
    assert lost.severity == "critical"
