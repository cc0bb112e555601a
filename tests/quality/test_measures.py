"""Every measure about whole tables: true of sound tables, broken by a planted row."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from quality.measures import TABLE_OF, Measure, failing_keys, references, take, unique
from quality.report import CheckResult
from quality.suites.measures import measure_suite
from quality.table_measures import RECORD_MEASURES, RESOLUTION_MEASURES, golden_measures
from quality.validation import validate_pandas
from resolution.thresholds import JOIN_AT, LARGEST_CLUSTER

GOLDEN = golden_measures(0.4, 0.2, 0.1)
MEASURES = {measure.name: measure for measure in [*RECORD_MEASURES, *RESOLUTION_MEASURES, *GOLDEN]}

SOUND = f"""
create table records (record_id text, deleted boolean);
insert into records values ('r1', false), ('r2', false), ('r3', false), ('r4', true);
create table links (left_id text, right_id text);
insert into links values ('r1', 'r2');
create table events (event_id text, record_id text);
insert into events values ('e1', 'r1'), ('e2', null);
create table edges (left_id text, right_id text, kind text, weight int, model_version text);
insert into edges values ('r1', 'r2', 'deterministic', null, null),
    ('r2', 'r3', 'probabilistic', {JOIN_AT - 1}, 'm'),
    ('r1', 'r2', 'probabilistic', {JOIN_AT}, 'm');
create table clusters (record_id text, component_id text, cluster_id text, state text);
insert into clusters values ('r1', 'r1', 'r1', 'published'), ('r2', 'r1', 'r1', 'published'),
    ('r3', 'r3', 'r3', 'held');
create table identities (record_id text, customer_id text);
insert into identities values ('r1', 'c1'), ('r2', 'c1'), ('r3', 'c2');
create table customers (customer_id text, email text, phone text, full_name text);
insert into customers values ('c1', 'a', 'b', 'c'), ('c2', null, null, null);
create table attributes (customer_id text, attribute text, record_id text);
insert into attributes values ('c1', 'email', 'r1'), ('c1', 'phone', 'r1');
create table crosswalk (record_id text, customer_id text, state text);
insert into crosswalk values ('r1', 'c1', 'published'), ('r2', 'c1', 'published'),
    ('r3', 'c2', 'held');
create table last_customers as from customers;
"""

BROKEN = {
    "records_repeated_keys": ("insert into records values ('r1', false)", "r1"),
    "events_repeated_keys": ("insert into events values ('e1', 'r1')", "e1"),
    "links_left_id_dangling": ("insert into links values ('r9', 'r1')", "r9"),
    "links_right_id_dangling": ("insert into links values ('r1', 'r9')", "r9"),
    "events_record_id_dangling": ("insert into events values ('e9', 'r9')", "r9"),
    "edges_repeated_keys": (
        "insert into edges values ('r1', 'r2', 'deterministic', null, null)",
        "r1 r2 deterministic",
    ),
    "edges_left_id_dangling": ("insert into edges values ('q9', 'r1', 'd', null, null)", "q9"),
    "edges_right_id_dangling": ("insert into edges values ('r1', 'r9', 'd', null, null)", "r9"),
    "edges_out_of_order": ("insert into edges values ('r3', 'r1', 'd', null, null)", None),
    "edges_without_weight": (
        "insert into edges values ('r1', 'r3', 'probabilistic', null, 'm')",
        None,
    ),
    "clusters_repeated_keys": (
        "insert into clusters values ('r1', 'r1', 'r1', 'published')",
        "r1",
    ),
    "records_without_cluster": ("insert into records values ('r9', false)", "r9"),
    "largest_published_cluster": (
        f"insert into clusters select range, '', '', 'published' from range({LARGEST_CLUSTER + 1})",
        None,
    ),
    "joined_pairs_apart": (
        f"insert into edges values ('r1', 'r3', 'probabilistic', {JOIN_AT}, 'm')",
        None,
    ),
    "identities_repeated_keys": ("insert into identities values ('r1', 'c1')", "r1"),
    "customers_repeated_keys": ("insert into customers values ('c1', 'a', 'b', 'c')", "c1"),
    "attributes_repeated_keys": ("insert into attributes values ('c1', 'email', 'r1')", "c1 email"),
    "crosswalk_repeated_keys": ("insert into crosswalk values ('r1', 'c1', 'published')", "r1"),
    "crosswalk_customer_id_dangling": ("insert into crosswalk values ('r8', 'c9', 'held')", "c9"),
    "customers_customer_id_dangling": ("insert into customers values ('c9', 'a', 'b', 'c')", "c9"),
    "attributes_customer_id_dangling": ("insert into attributes values ('c9', 'x', 'r1')", "c9"),
    "attributes_record_id_dangling": ("insert into attributes values ('c1', 'x', 'r9')", "r9"),
    "records_unpublished": ("insert into identities values ('r9', 'c1')", None),
    "held_share": ("update crosswalk set state = 'held' where record_id = 'r2'", None),
    "customers_lost_share": ("insert into last_customers values ('c7', 'a', 'b', 'c')", None),
    "email_fill_rate_drop": ("update customers set email = null", None),
    "phone_fill_rate_drop": ("update customers set phone = null", None),
    "full_name_fill_rate_drop": ("update customers set full_name = null", None),
}
"""By measure: what breaks it, and the opaque key that must be named."""


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(SOUND)
        yield connection


def checked(connection: duckdb.DuckDBPyConnection, measures: list[Measure]) -> list[CheckResult]:
    frame = pd.DataFrame([take(connection, measures)])
    return validate_pandas(measure_suite("golden", measures), frame, None)


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
        connection.execute(SOUND)
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
    tables.execute("insert into customers values (null, 'a', 'b', 'c')")
    assert breaks(tables, unique("customers", ("customer_id",)))


def test_a_null_in_the_other_table_hides_no_dangling_reference(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    tables.execute("insert into customers values (null, 'a', 'b', 'c')")
    tables.execute("insert into crosswalk values ('r8', 'c9', 'held')")
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
    tables.execute("insert into links select 'x' || n, 'r1' from range(30) as numbers(n)")
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
