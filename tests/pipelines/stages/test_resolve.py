"""Which engine resolves, why, and that it makes no difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyspark.sql import SparkSession

from pipelines.config import LinkingSection, load_config
from pipelines.run import Run
from pipelines.stages.resolve import resolve_records
from pipelines.views import open_view
from resolution.errors import BudgetError
from resolution.schema import CLUSTERS, EDGES, NODES
from sources.record import LINKS, RECORDS
from tests.conftest import Published

TABLES = (EDGES, CLUSTERS)
Resolved = Callable[..., Run]


@pytest.fixture
def resolved(spark: SparkSession, published: Published, tmp_path: Path) -> Resolved:
    """Resolves the published silver anew with these settings."""

    def resolve(**linking: Any) -> Run:
        warehouse = published.copy_to(tmp_path / str(len(list(tmp_path.iterdir()))))
        config = load_config(landing=published.landing, warehouse=warehouse)
        settings = config.model_copy(update={"linking": LinkingSection(**linking)})
        run = Run(settings, rebuild=True)
        run.spark = spark
        run.begin()
        try:
            resolve_records(run)
        finally:
            run.close()
        return run

    return resolve


def rows(run: Run, table: str) -> set[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        open_view(connection, "shown", run.store, table, run.versions[table])
        return {
            tuple(str(value) for value in row) for row in connection.sql("from shown").fetchall()
        }


def test_both_engines_write_the_same_tables(resolved: Resolved) -> None:
    one, other = resolved(engine="duckdb"), resolved(engine="spark")
    for table in TABLES:
        found = rows(other, table.name)
        assert found == rows(one, table.name)
        assert len(found) == other.rows(table.name) > 100
    counts = [dict(run.results[-1].rows) for run in (one, other)]
    # Versions of nodes are for the next night, which on Spark scores all pairs again.
    assert [count.pop(NODES.name) > 100 for count in counts] == [True, False]
    assert counts[0] == counts[1]
    assert [run.results[-1].note for run in (one, other)] == [
        "on duckdb: scv.yml says so; everything: a rebuild was asked for",
        "on spark: scv.yml says so",
    ]


def test_auto_goes_by_forecast_memory_and_says_so(resolved: Resolved) -> None:
    small = resolved(engine="auto").results[-1].note
    assert small.startswith("on duckdb: forecast ")
    large = resolved(engine="auto", memory="1m").results[-1].note
    assert large.startswith("on spark: ")
    assert "linking.memory is 1m" in large


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_a_run_over_budget_stops_before_it_scores(resolved: Resolved, engine: str) -> None:
    with pytest.raises(BudgetError, match=r"most_pairs is 10.*The rule '"):
        resolved(engine=engine, most_pairs=10)


def test_of_no_records_both_engines_make_empty_tables(
    resolved: Resolved, spark: SparkSession, published: Published, tmp_path: Path
) -> None:
    for engine in ("duckdb", "spark"):
        config = load_config(landing=published.landing, warehouse=tmp_path / engine)
        run = Run(config.model_copy(update={"linking": LinkingSection(engine=engine)}))
        run.spark = spark
        run.begin()
        for table in (RECORDS, LINKS):
            run.write_arrow(
                spark.createDataFrame([], table.struct).toArrow(), table.name, "overwrite"
            )
        resolve_records(run)
        run.close()
        assert [run.rows(table.name) for table in TABLES] == [0, 0]
