"""Silver -> edges and clusters, on DuckDB or on Spark.

On DuckDB the Parquet files of the run's own snapshot are read in place (0.1 to 0.4 s) and the
results go back as Arrow streams (0.1 to 0.3 s).
"""

from __future__ import annotations

import duckdb

from pipelines.run import Run
from pipelines.tablefiles import write_columns
from pipelines.views import open_views, utc_connection
from resolution.engines.spark import (
    blocking_keys,
    build_graph,
    clustered,
    edges,
    forecast_of,
    scored,
)
from resolution.forecast import Forecast
from resolution.incremental import resolve_touched, version_nodes
from resolution.judgements.relations import apart_pairs, as_table, pins_table
from resolution.resolving import resolve
from resolution.schema import CLUSTERS, CONSTRAINTS, EDGES, NODES, PINS
from sources.record import LINKS, RECORDS

WRITTEN = {"versioned": NODES, "edges": EDGES, "clusters": CLUSTERS}


def resolve_records(run: Run) -> None:
    """Score and connect all records that are not deleted."""
    with run.stage("resolve") as rows:
        _write_decisions(run, rows)
        if run.config.linking.engine == "spark":
            run.note = "on spark: scv.yml says so"
            _on_spark(run, rows)
            return
        try:
            _on_duckdb(run, rows)
        except _TooLargeError as large:
            run.note = str(large)
            _on_spark(run, rows)


def _write_decisions(run: Run, rows: dict[str, int]) -> None:
    """What they are in this publication; no new version where nothing was decided."""
    first = CONSTRAINTS.name not in run.versions
    if first or run.decided != run.decided_before:
        run.write_arrow(as_table(run.decided.constraints), CONSTRAINTS.name, "overwrite")
        run.write_arrow(pins_table(run.decided.pins), PINS.name, "overwrite")
    for table in (CONSTRAINTS, PINS):
        rows[table.name] = run.rows(table.name)


class _TooLargeError(Exception):
    """The forecast does not fit into one process."""


def _on_duckdb(run: Run, rows: dict[str, int]) -> None:
    linking, decided = run.config.linking, run.decided.constraints

    def weigh_up(forecast: Forecast) -> None:
        _check(run, rows, forecast)
        if linking.engine == "auto" and forecast.memory > linking.memory_bytes:
            raise _TooLargeError(
                f"on spark: {forecast.pairs:,} pairs of {forecast.nodes:,} nodes would take"
                f" {forecast.memory / 1e9:.1f} GB in one process; linking.memory is"
                f" {linking.memory}"
            )
        run.note = (
            f"on duckdb: forecast {forecast.seconds:.0f} s, {forecast.memory / 1e9:.1f} GB"
            if linking.engine == "auto"
            else "on duckdb: scv.yml says so"
        )
        run.note += f"; {run.scope.why}"

    with utc_connection() as connection:
        open_views(connection, run.store, {"records": RECORDS, "links": LINKS}, run.versions)
        if run.scope.customers:
            resolve(connection, run.model, run.guard, decided, weigh_up)
            version_nodes(connection)
        else:
            _open_last(connection, run)
            resolve_touched(connection, run.model, run.guard, decided, weigh_up)
            rows["nodes changed"] = _count(connection, "select count(*) from changed")
            rows["nodes reached"] = _count(connection, "select count(*) from reached")
        for relation, schema in WRITTEN.items():
            columns = ", ".join(schema.columns)
            result = connection.sql(
                f"select {columns} from {relation} order by {', '.join(schema.key)}"
            )
            run.write_arrow(result.to_arrow_table(), schema.name, "overwrite")
            rows[schema.name] = run.rows(schema.name)
        rows["hubs"] = _count(connection, "select count(*) from hubs")
        rows["held"] = _count(connection, "select count(*) from clusters where state = 'held'")


def _open_last(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    tables = {"nodes": NODES, "edges": EDGES, "clusters": CLUSTERS}
    open_views(connection, run.store, tables, run.last_tables, prefix="last_")
    connection.register("last_cannot_links", apart_pairs(run.decided_before.constraints))


def _on_spark(run: Run, rows: dict[str, int]) -> None:
    decided = run.decided.constraints
    records, links = run.read(RECORDS.name), run.read(LINKS.name)
    partitions = run.partitions(run.rows(RECORDS.name))
    graph = build_graph(records, links, partitions, decided, run.guard.duplicate_free)
    keys = blocking_keys(graph.nodes)
    forecast = forecast_of(graph, keys)
    _check(run, rows, forecast)
    tasks = max(partitions, run.partitions(forecast.pairs))
    found = scored(graph, keys, run.model, tasks).checkpoint()
    made = clustered(graph, found, run.model, run.guard, partitions)
    write_columns(run, edges(graph, found, made.within, run.model, run.guard), EDGES)
    write_columns(run, made.clusters, CLUSTERS)
    # The next night finds no node that is what it was, and scores all pairs.
    run.write_arrow(NODES.arrow.empty_table(), NODES.name, "overwrite")
    for table in (NODES, EDGES, CLUSTERS):
        rows[table.name] = run.rows(table.name)
    rows["hubs"] = graph.hubs.count()
    rows["held"] = run.read(CLUSTERS.name).where("state = 'held'").count()
    graph.release()


def _check(run: Run, rows: dict[str, int], forecast: Forecast) -> None:
    rows["forecast pairs"] = forecast.pairs
    forecast.check(run.config.linking.most_pairs)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])
