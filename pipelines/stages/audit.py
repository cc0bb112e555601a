"""Candidates -> check results. A failed critical check rejects the candidate, loudly; one that
holds it is told when the candidate is complete, so that there is something to approve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines.file_decisions import WITHDRAWN
from pipelines.publication import reject
from pipelines.run import Run
from pipelines.tables import CHECK_RESULTS, FILES, bronze_table
from pipelines.views import open_view, open_views, utc_connection
from quality.measures import Measure, failing_keys, take
from quality.report import CheckResult, plain_number
from resolution.golden.schema import (
    ATTRIBUTES,
    CROSSWALK,
    CROSSWALK_HISTORY,
    CUSTOMERS,
    IDENTIFIER_RESOLUTION,
    IDENTITY_HISTORY,
)
from resolution.schema import CLUSTERS, CONSTRAINTS, EDGES, IDENTITIES
from sources.contract import FileContract
from sources.event import EVENTS
from sources.readable import reader
from sources.reading import BATCH_DAY, INGESTED_AT
from sources.record import LINKS, RECORDS
from sources.schema import TableSchema

MOST_KEYS = 10
MOST_VALUES = 20_000
"""Distinct values of a column that are held at a time."""

_ARROW = pa.schema(
    [
        ("run_id", pa.string()),
        ("publication", pa.string()),
        ("table_name", pa.string()),
        ("check_name", pa.string()),
        ("severity", pa.string()),
        ("passed", pa.bool_()),
        ("observed", pa.string()),
        ("expected", pa.string()),
        ("failing", pa.int64()),
        ("failing_keys", pa.list_(pa.string())),
        ("checked_at", pa.timestamp("us", tz="UTC")),
    ]
)


def audit(run: Run, layer: str) -> list[CheckResult]:
    """Check one layer (bronze, silver, resolution, identity, golden) of the candidate."""
    with run.stage(f"audit {layer}") as rows:
        results = _LAYERS[layer](run)
        _keep(run, results)
        run.checks += results
        rows["checks"] = len(results)
        rows["failed"] = sum(1 for result in results if not result.passed)
    if any(result.stops_publication for result in results):
        reject(run)
    return results


def _bronze(run: Run) -> list[CheckResult]:
    """Contracts: what each kind of file promised, asked of this run's files."""
    from quality.suites.feeds import feed_suite
    from quality.validation import validate

    account = run.store.read_arrow(FILES.name, run.versions[FILES.name]).to_pandas()
    # A file that somebody withdrew says nothing about what its feed delivers.
    delivered = account[account["problem"] != WITHDRAWN]
    now = delivered[delivered["ingested_at"] == pd.Timestamp(run.started_at)]
    results = []
    for _, contract in run.catalog.files:
        mine = now[now["table_name"] == contract.table].copy()
        if mine.empty:
            continue
        results += validate(feed_suite(contract), _metrics(run, contract, mine), "file")
    return results


def _metrics(run: Run, contract: FileContract, account: pd.DataFrame) -> pd.DataFrame:
    """The account with the columns that bounds ask for; shares are over all files of the run,
    since one broken row in a drop of twenty rows is no broken export.
    """
    delivered = max(int(account["delivered"].sum()), 1)
    account["accounted"] = account[["accepted", "quarantined", "redelivered"]].sum(axis=1)
    account["rows"] = account["delivered"]
    account["quarantined_share"] = account["quarantined"].sum() / delivered
    account["redelivered_share"] = account["redelivered"].sum() / delivered
    account["new_columns"] = account["new_columns"].map(len)
    table = bronze_table(contract)
    with utc_connection() as connection:
        open_view(connection, "delivered", run.store, table, run.versions[table])
        for bound in contract.bounds:
            if bound.column is not None:
                name = f"readable_share_{bound.column}"
                account[name] = _readable_share(connection, run, contract, bound.column)
        if contract.delivery == "snapshot":
            published = run.base.tables.get(table) if run.base else None
            if published is not None:
                open_view(connection, "published", run.store, table, published)
            last = "delivered" if published is None else "published"
            account["share_of_last"] = _share_of_last(connection, contract, last)
    return account


def _share_of_last(
    connection: duckdb.DuckDBPyConnection, contract: FileContract, last: str
) -> float:
    """Keys in the newest day of a snapshot feed against the newest day that is published, since a
    day that waits in a rejected candidate is no measure of the next one. Where nothing is published
    (`last` is then `delivered`) against the day before, and 1 for the first day.
    """
    newest = _keys_by_day(connection, "delivered", contract)
    before = newest[1:] if last == "delivered" else _keys_by_day(connection, last, contract)
    return newest[0] / before[0] if newest and before else 1.0


def _keys_by_day(
    connection: duckdb.DuckDBPyConnection, relation: str, contract: FileContract
) -> list[int]:
    """Keys of the two newest days, the newest first."""
    days = connection.execute(
        f'select count(distinct "{contract.key}") from {relation}'
        f" group by {BATCH_DAY} order by {BATCH_DAY} desc limit 2"
    )
    return [keys for (keys,) in days.fetchall()]


def _readable_share(
    connection: duckdb.DuckDBPyConnection, run: Run, contract: FileContract, column: str
) -> float:
    """Share of this run's filled values of a column that its type can read; 1 where none is."""
    readable = reader(contract.columns[column])
    values = connection.execute(
        f'select trim("{column}") as value, count(*) from delivered'
        f" where {INGESTED_AT} = $1 and value <> '' group by value",
        [run.started_at],
    )
    filled = read = 0
    while rows := values.fetchmany(MOST_VALUES):
        filled += sum(count for _, count in rows)
        read += sum(count for value, count in rows if readable(value))
    return 1.0 if filled == 0 else read / filled


def _silver(run: Run) -> list[CheckResult]:
    from quality.table_measures import record_measures

    measures = record_measures(sorted(run.catalog.record_mappings))
    with _snapshot(run, {"records": RECORDS, "links": LINKS, "events": EVENTS}) as connection:
        return _measure(connection, "silver", measures)


def _resolution(run: Run) -> list[CheckResult]:
    from quality.table_measures import resolution_measures

    relations = {
        "records": RECORDS,
        "constraints": CONSTRAINTS,
        "edges": EDGES,
        "clusters": CLUSTERS,
    }
    guard = run.guard
    measures = resolution_measures(guard.start, guard.largest_cluster)
    with _snapshot(run, relations) as connection:
        return _measure(connection, "resolution", measures)


def _identity(run: Run) -> list[CheckResult]:
    from quality.identity_measures import IDENTITY_MEASURES, upgrade_churn

    largest = run.config.quality.largest_upgrade_churn
    measures = [*IDENTITY_MEASURES, upgrade_churn(run.publication, largest)]
    relations = {
        "clusters": CLUSTERS,
        "constraints": CONSTRAINTS,
        "identities": IDENTITIES,
        "history": IDENTITY_HISTORY,
        "identifiers": IDENTIFIER_RESOLUTION,
        "periods": CROSSWALK_HISTORY,
    }
    with _snapshot(run, relations) as connection:
        return _measure(connection, "identity", measures)


def _golden(run: Run) -> list[CheckResult]:
    from quality.table_measures import golden_measures

    limits = run.config.quality
    measures = golden_measures(
        limits.largest_held_share, limits.largest_customer_drop, limits.largest_fill_rate_drop
    )
    relations = {
        "customers": CUSTOMERS,
        "attributes": ATTRIBUTES,
        "crosswalk": CROSSWALK,
        "identities": IDENTITIES,
    }
    with _snapshot(run, relations) as connection:
        _open_last_customers(connection, run)
        return _measure(connection, "golden", measures)


_LAYERS: dict[str, Callable[[Run], list[CheckResult]]] = {
    "bronze": _bronze,
    "silver": _silver,
    "resolution": _resolution,
    "identity": _identity,
    "golden": _golden,
}


def _snapshot(run: Run, relations: dict[str, TableSchema]) -> duckdb.DuckDBPyConnection:
    """A connection with a view on each table as this run sees it."""
    connection = utc_connection()
    open_views(connection, run.store, relations, run.versions)
    return connection


def _measure(
    connection: duckdb.DuckDBPyConnection, layer: str, measures: list[Measure]
) -> list[CheckResult]:
    """Take the measures and validate them as one row."""
    from quality.measures import TABLE_OF
    from quality.suites.measures import measure_suite
    from quality.validation import validate

    frame = pd.DataFrame([take(connection, measures)])
    results = validate(measure_suite(layer, measures), frame, None)
    numbered = []
    for measure, result in zip(measures, results, strict=True):
        keys = () if result.passed else failing_keys(connection, measure, MOST_KEYS)
        value = frame[measure.name].iloc[0]
        numbered.append(
            replace(
                result,
                table=TABLE_OF[measure.relation],
                severity=measure.severity,
                observed="no number" if pd.isna(value) else plain_number(float(value)),
                failing=0 if result.passed or pd.isna(value) else int(value),
                failing_keys=keys,
            )
        )
    return numbered


def _open_last_customers(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """The customers of the last publication; empty for the first one."""
    version = run.base.tables.get(CUSTOMERS.name) if run.base else None
    if version is None:
        connection.execute("create view last_customers as from customers where false")
    else:
        open_view(connection, "last_customers", run.store, CUSTOMERS.name, version)


def _keep(run: Run, results: list[CheckResult]) -> None:
    """Append the results to `ops.check_results`, whatever becomes of the candidate."""
    now = datetime.now(UTC)
    rows = [
        {
            "run_id": run.run_id,
            "publication": run.publication,
            "table_name": result.table,
            "check_name": result.name,
            "severity": result.severity,
            "passed": result.passed,
            "observed": result.observed,
            "expected": result.expected,
            "failing": result.failing,
            "failing_keys": list(result.failing_keys),
            "checked_at": now,
        }
        for result in results
    ]
    if rows:
        run.store.write_arrow(pa.Table.from_pylist(rows, _ARROW), CHECK_RESULTS.name, "append")
