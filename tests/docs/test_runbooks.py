"""The runbooks and the code: a page for each check that blocks, and queries that run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from pipelines.tables import DOCUMENTED, bronze_table, quarantine_table
from quality.identity_measures import IDENTITY_MEASURES, upgrade_churn
from quality.runbooks import FOLDER, INDEX, PAGES, runbook
from quality.suites.feeds import feed_suite
from quality.table_measures import golden_measures, record_measures, resolution_measures
from sources.catalog import load_catalog
from sources.contract import Bound, FileContract
from sources.reading import QUARANTINE, bronze_schema

ROOT = Path(__file__).parents[2]
SECTIONS = [
    "What it means", "What likely caused it", "See the rows", "What to do", "The next night",
]  # fmt: skip
NAMED = re.compile(r"^\| `([a-z_<>]+)` \|", re.MULTILINE)
QUERY = re.compile(r'scv sql (?:--publication p\d{6} )?"([^"]*)"')


def strictest() -> FileContract:
    """A contract with every kind of bound, all of them critical, and a floor for snapshots."""
    bounds = [
        {"metric": metric, "minimum": 0, "critical": True, "because": "It is asked."}
        | ({"column": "column"} if metric == "readable_share" else {})
        for metric in get_args(Bound.model_fields["metric"].annotation)
    ]
    return FileContract.model_validate(
        {"table": "strict", "location": "dt={day}/strict.csv", "format": "csv", "key": "column",
         "columns": {"column": {"required": True}}, "delivery": "snapshot", "bounds": bounds}
    )  # fmt: skip


def critical_checks() -> set[str]:
    """Every check that stops a publication or holds it, as the code asks it."""
    measures = [
        *record_measures(["crm"]),
        *resolution_measures(0, 60),
        *IDENTITY_MEASURES,
        upgrade_churn("p000005", 0.1),
        *golden_measures(0.1, 0.1, 0.1),
    ]
    names = {measure.name for measure in measures if measure.severity != "warning"}
    suites = [feed_suite(one) for one in (strictest(), *[one for _, one in load_catalog().files])]
    promises = [promise for suite in suites for promise in suite.expectations]
    names |= {one.meta["name"] for one in promises if str(one.severity.value) == "critical"}
    # Every readable column is the same check.
    return {re.sub(r"(?<=bound_readable_share_).*", "<column>", name) for name in names}


def pages() -> dict[str, str]:
    folder = ROOT / FOLDER
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


def test_every_check_that_blocks_has_its_page_and_no_page_names_another() -> None:
    wanted: dict[str, set[str]] = {name: set() for name in pages() if name != INDEX}
    for check in critical_checks():
        wanted.setdefault(Path(runbook(check)).name, set()).add(check)
    assert {name: set(NAMED.findall(text)) for name, text in pages().items() if name != INDEX} == (
        wanted
    )
    assert len(critical_checks()) > 40


def test_the_index_has_every_page_and_the_code_every_page() -> None:
    linked = set(re.findall(r"^\| \[[^]]+\]\(([\w-]+\.md)\)", pages()[INDEX], re.MULTILINE))
    assert linked == set(PAGES) == set(pages()) - {INDEX}


def test_a_check_without_a_page_leads_to_the_index() -> None:
    assert runbook("no_such_check") == f"{FOLDER}/{INDEX}"


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_says_all_that_is_asked_of_it(page: str) -> None:
    assert re.findall(r"^## (.+)$", pages()[page], re.MULTILINE) == SECTIONS


def duckdb_type(spark: str) -> str:
    """A documented type as DuckDB writes it; Spark's own reader of types wants a session."""
    if spark.startswith("array<"):
        return duckdb_type(spark.removeprefix("array<").removesuffix(">")) + "[]"
    return spark.replace("<", "(").replace(">", ")")


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every table that `scv sql` shows, empty."""
    with duckdb.connect() as connection:
        for layer in ("bronze", "quarantine", "silver", "resolution", "golden", "ops"):
            connection.execute(f"create schema {layer}")
        for schema in DOCUMENTED:
            columns = [f'"{field.name}" {duckdb_type(field.type)}' for field in schema.fields]
            connection.execute(f"create table {schema.name} ({', '.join(columns)})")
        for _, contract in load_catalog().files:
            for name, columns_of in (
                (bronze_table(contract), bronze_schema(contract)),
                (quarantine_table(contract), QUARANTINE),
            ):
                connection.register("nothing", columns_of.empty_table())
                connection.execute(f"create table {name} as from nothing")
        yield connection


@pytest.mark.parametrize(
    ("page", "query"),
    [
        pytest.param(page, query, id=f"{page}-{number}")
        for page in ("operations.md", *[f"runbooks/{name}" for name in (INDEX, *PAGES)])
        for number, query in enumerate(
            QUERY.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
        )
    ],
)
def test_every_query_runs(tables: duckdb.DuckDBPyConnection, page: str, query: str) -> None:
    tables.sql(query).fetchall()


def test_the_queries_are_found() -> None:
    assert all(QUERY.search(text) for text in pages().values())
