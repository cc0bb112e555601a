"""Both engines give the same pairs, levels, weights and partition on the same records."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from generator.feeds import generate
from generator.settings import GeneratorSettings
from pipelines.config import load_config
from pipelines.run import Run
from pipelines.stages.ingest import ingest
from pipelines.stages.standardise import standardise_records
from pipelines.views import open_view
from resolution.engines.duckdb import score
from resolution.engines.spark import (
    Graph,
    blocking_keys,
    build_graph,
    clustered,
    edges,
    forecast_of,
    scored,
)
from resolution.forecast import forecast
from resolution.guard import GuardSettings
from resolution.judgements.constraints import Constraint, Constraints
from resolution.nodes import build_nodes
from resolution.resolving import resolve
from resolution.schema import CLUSTERS, EDGES
from resolution.vetoes import NAMES
from sources.record import LINKS, RECORDS

PERSONS = 34_000
FEWEST_PAIRS = 100_000
DUPLICATE_FREE = ("store_member",)
ODD_VALUES = """
select * replace (
    case hash(record_id) % 9 when 1 then 'jr' when 2 then 'sr' when 3 then 'iii' end as name_suffix,
    case when hash(record_id) % 7 = 1 and birth_date is not null
        then '1936-11-27' else birth_date end as birth_date,
    case when hash(record_id) % 7 = 1 and birth_date is not null
        then 1936 else birth_year end as birth_year,
    case hash(record_id) % 3
        when 0 then upper(replace(replace(city, 'o', 'ö'), 'i', 'İ')) || 'Σ'
        when 1 then replace(city, 'ss', 'ß') || ' '
        else city
    end as city
) from records
"""
"""Letters whose lower case languages and libraries disagree about; generated cities are plain.
And suffixes and birth dates that contradict each other, so that vetoes speak."""


@pytest.fixture(scope="module")
def run(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A day of generated feeds as silver: every third person Chinese, names with accents."""
    root = tmp_path_factory.mktemp("engines")
    generate(root / "feeds", GeneratorSettings(persons=PERSONS, days=1, seed=8, chinese=0.35))
    made = Run(load_config(landing=root / "feeds" / "landing", warehouse=root / "warehouse"))
    made.begin()
    ingest(made)
    standardise_records(made)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        open_view(connection, "records", made.store, RECORDS.name, made.versions[RECORDS.name])
        odd = connection.sql(ODD_VALUES).to_arrow_table()
    made.write_arrow(odd, RECORDS.name, "overwrite")
    made.close()
    return made


@pytest.fixture(scope="module")
def connection(run: Run) -> duckdb.DuckDBPyConnection:
    """The DuckDB engine's nodes and all its pairs, however weak."""
    opened = duckdb.connect()
    opened.execute("set TimeZone = 'UTC'")
    for view, schema in (("records", RECORDS), ("links", LINKS)):
        open_view(opened, view, run.store, schema.name, run.versions[schema.name])
    build_nodes(opened)
    score(opened, run.model, keep_at=None)
    return opened


def rows(frame: DataFrame) -> pa.Table:
    return frame.toArrow()


def same_nodes(connection: duckdb.DuckDBPyConnection, graph: Graph) -> None:
    """Every feature of every node, and enough that share the letters of a rare name."""
    on_spark = rows(graph.nodes)  # noqa: F841  (DuckDB reads it)
    features = [name for name in graph.nodes.columns if name != "node"]
    shown = ", ".join(f"{name}::text" for name in features)
    same = (
        f"select representative, {shown} from nodes"
        " join (select distinct node, representative from members) using (node)"
    )
    here = f"select node, {shown} from on_spark"
    columns = {row[0] for row in connection.execute("describe nodes").fetchall()}
    assert columns == {"node", *features}
    assert connection.sql(f"{same} except all {here}").fetchall() == []
    assert connection.sql(f"{here} except all {same}").fetchall() == []
    rare = connection.sql("select count(*) from on_spark where len(rare_letters) > 0").fetchall()
    assert rare[0][0] > 1_000


def test_a_hundred_thousand_pairs_have_the_same_levels_and_weights(
    run: Run, connection: duckdb.DuckDBPyConnection, spark: SparkSession
) -> None:
    graph = build_graph(
        run.store.read(spark, RECORDS.name), run.store.read(spark, LINKS.name), partitions=4
    )
    same_nodes(connection, graph)
    keys = blocking_keys(graph.nodes)
    on_spark = rows(scored(graph, keys, run.model, 4, keep_at=None))  # noqa: F841  (DuckDB reads it)
    same = (
        "select l.representative as left_node, r.representative as right_node, rule, weight,"
        " unadjusted_weight, levels::text, adjustments::text, vetoes::text from scored"
        " join (select distinct node, representative from members) l on l.node = left_node"
        " join (select distinct node, representative from members) r on r.node = right_node"
    )
    here = (
        "select left_node, right_node, rule, weight, unadjusted_weight, levels::text,"
        " adjustments::text, vetoes::text from on_spark"
    )
    (count,) = connection.sql("select count(*) from scored").fetchall()[0]
    assert count >= FEWEST_PAIRS
    assert connection.sql(f"{same} except all {here}").fetchall() == []
    assert connection.sql(f"{here} except all {same}").fetchall() == []
    assert forecast_of(graph, keys) == forecast(connection)
    graph.release()


def decisions(connection: duckdb.DuckDBPyConnection) -> Constraints:
    """Against the evidence: strangers together, pairs with the most weight apart, and a chain that
    contradicts itself.
    """
    strangers = connection.execute(
        "select record_id from records where not deleted order by record_id limit 40"
    ).fetchall()
    ids = [name for (name,) in strangers]
    together = list(zip(ids[::2], ids[1::2], strict=True))
    apart = connection.execute(
        "select least(l.record_id, r.record_id), greatest(l.record_id, r.record_id)"
        " from scored join members l on l.node = left_node and l.record_id = l.representative"
        " join members r on r.node = right_node and r.record_id = r.representative"
        " order by weight desc, 1, 2 limit 300"
    ).fetchall()
    odd = ids[:3]
    return Constraints(
        tuple(Constraint(left, right, ("j",)) for left, right in [*together, (odd[1], odd[2])]),
        tuple(Constraint(left, right, ("j",)) for left, right in [*apart, (odd[0], odd[2])]),
    )


def same_edges(here: pa.Table, there: pa.Table) -> None:
    """The same ones, and each rule vetoes some of them."""
    shown = ", ".join(f"{name}::text" for name in EDGES.columns)
    with duckdb.connect() as compared:
        for one, other in (("here", "there"), ("there", "here")):
            query = f"select {shown} from {one} except all select {shown} from {other}"
            assert compared.sql(query).fetchall() == []
        counted = compared.sql("select veto, count(*) from here group by veto").fetchall()
    vetoes = {veto: count for veto, count in counted if veto is not None}
    assert set(vetoes) == set(NAMES)
    assert min(vetoes.values()) > 50
    assert here.num_rows == there.num_rows


def test_a_hundred_thousand_records_are_parted_the_same_way(
    run: Run, connection: duckdb.DuckDBPyConnection, spark: SparkSession
) -> None:
    """With decisions of stewards, every veto, a floor, and components that are parted for size."""
    guard = GuardSettings(
        floor=-3_000, compared_together=8, largest_cluster=8, duplicate_free=DUPLICATE_FREE
    )
    decided = decisions(connection)
    with duckdb.connect() as own:
        own.execute("set TimeZone = 'UTC'")
        for view, schema in (("records", RECORDS), ("links", LINKS)):
            open_view(own, view, run.store, schema.name, run.versions[schema.name])
        resolve(own, run.model, guard, decided)
        columns = ", ".join(CLUSTERS.columns)
        here = own.sql(f"select {columns} from clusters").to_arrow_table()
        kept = own.sql(f"select {', '.join(EDGES.columns)} from edges").to_arrow_table()
        parted = own.sql("from clusters where component_id <> cluster_id").to_arrow_table().num_rows
    records, links = (run.store.read(spark, table.name) for table in (RECORDS, LINKS))
    graph = build_graph(records, links, 4, decided, DUPLICATE_FREE)
    found = scored(graph, blocking_keys(graph.nodes), run.model, 4).checkpoint()
    made = clustered(graph, found, run.model, guard, 4)
    there = rows(made.clusters.select(*CLUSTERS.columns))
    kept_there = rows(edges(graph, found, made.within, run.model, guard))
    same_edges(kept, kept_there)
    assert here.num_rows == there.num_rows > 50_000
    assert parted > 500
    with duckdb.connect() as compared:
        assert compared.sql("from here except all from there").fetchall() == []
        reasons = compared.sql("select distinct reason from here order by reason").fetchall()
    assert reasons == [("contradiction",), ("too_large",), (None,)]
    graph.release()


def test_the_pairs_are_of_every_kind(connection: duckdb.DuckDBPyConnection) -> None:
    """So that the equality above says something: scripts, accents, empty values, odd ones."""
    for condition in (
        "l.name_han is not null and r.name_han is not null",
        "l.name_han is null and r.name_han is not null",
        "l.name_key is null",
        "l.birth_date is null and r.birth_date is not null",
        "len(l.emails) > 1",
        "len(coalesce(l.phones, [])) = 0",
        "l.city <> strip_accents(l.city) and r.city <> strip_accents(r.city)",
    ):
        query = (
            "select count(*) from scored join nodes l on l.node = left_node"
            f" join nodes r on r.node = right_node where {condition}"
        )
        assert connection.sql(query).fetchall()[0][0] > 20, condition
    rules = {row[0] for row in connection.sql("select distinct rule from scored").fetchall()}
    assert len(rules) >= 8
