"""Candidates -> check results. A failed critical check rejects the candidate, loudly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pandas as pd
import pyarrow as pa
from pyspark.sql import functions as F

from pipelines.publication import reject
from pipelines.run import Run
from pipelines.stages.resolve import open_snapshot
from pipelines.tables import CHECK_RESULTS, FILES, bronze_table
from pipelines.views import open_view
from quality.measures import Measure, failing_keys, take
from quality.report import CheckResult
from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.schema import CLUSTERS, EDGES, IDENTITIES
from sources.contract import FileContract
from sources.event import EVENTS
from sources.reading import BATCH_DAY, INGESTED_AT
from sources.record import LINKS, RECORDS
from sources.schema import TableSchema
from sources.values import filled, typed

MOST_KEYS = 10

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
    """Check one layer (bronze, silver, resolution, golden) of the candidate."""
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
    from quality.validation import validate_pandas

    account = run.store.read_arrow(FILES.name, run.versions[FILES.name]).to_pandas()
    now = account[account["ingested_at"] == pd.Timestamp(run.started_at)]
    results = []
    for _, contract in run.catalog.files:
        mine = now[now["table_name"] == contract.table].copy()
        if mine.empty:
            continue
        results += validate_pandas(feed_suite(contract), _metrics(run, contract, mine), "file")
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
    for bound in contract.bounds:
        if bound.column is not None:
            name = f"readable_share_{bound.column}"
            account[name] = _readable_share(run, contract, bound.column)
    if contract.delivery == "snapshot":
        account["share_of_last"] = _share_of_last(run, contract)
    return account


def _share_of_last(run: Run, contract: FileContract) -> float:
    """Keys in the newest day of a snapshot feed against the day before; 1 for the first day."""
    days = (
        run.read(bronze_table(contract))
        .groupBy(BATCH_DAY)
        .agg(F.count_distinct(contract.key).alias("keys"))
        .orderBy(F.col(BATCH_DAY).desc())
        .limit(2)
        .collect()
    )
    return 1.0 if len(days) < 2 else days[0]["keys"] / days[1]["keys"]


def _readable_share(run: Run, contract: FileContract, column: str) -> float:
    """Share of this run's filled values of a column that its type can read; 1 where none is."""
    text = F.col(column)
    value = typed(text, contract.columns[column], contract.time_zone)
    fresh = run.read(bronze_table(contract)).where(F.col(INGESTED_AT) == F.lit(run.started_at))
    counted = fresh.agg(
        F.count(filled(text)).alias("filled"),
        F.count(F.when(filled(text).isNotNull(), value)).alias("read"),
    ).collect()[0]
    return 1.0 if counted["filled"] == 0 else counted["read"] / counted["filled"]


def _silver(run: Run) -> list[CheckResult]:
    from quality.suites.records import RECORD_COLUMNS, record_suite
    from quality.table_measures import RECORD_MEASURES
    from quality.validation import validate_spark

    records = run.read(RECORDS.name).withColumns(
        {
            "first_email": F.get("emails.value", F.lit(0)),
            "first_phone": F.get("phones.value", F.lit(0)),
        }
    )
    suite = record_suite(sorted(run.catalog.record_mappings))
    measured = _measure(
        run, "silver", RECORD_MEASURES, {"records": RECORDS, "links": LINKS, "events": EVENTS}
    )
    return validate_spark(suite, records.select(*RECORD_COLUMNS), "record_id") + measured


def _resolution(run: Run) -> list[CheckResult]:
    from quality.table_measures import RESOLUTION_MEASURES

    relations = {
        "records": RECORDS,
        "edges": EDGES,
        "clusters": CLUSTERS,
        "identities": IDENTITIES,
    }
    return _measure(run, "resolution", RESOLUTION_MEASURES, relations)


def _golden(run: Run) -> list[CheckResult]:
    from quality.suites.customers import CUSTOMER_COLUMNS, customer_suite
    from quality.table_measures import golden_measures
    from quality.validation import validate_spark

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
    customers = run.read(CUSTOMERS.name).select(*CUSTOMER_COLUMNS)
    return validate_spark(customer_suite(), customers, "customer_id") + _measure(
        run, "golden", measures, relations
    )


_LAYERS: dict[str, Callable[[Run], list[CheckResult]]] = {
    "bronze": _bronze,
    "silver": _silver,
    "resolution": _resolution,
    "golden": _golden,
}


def _measure(
    run: Run, layer: str, measures: list[Measure], relations: dict[str, TableSchema]
) -> list[CheckResult]:
    """Take the measures and validate them as one row."""
    from quality.measures import TABLE_OF
    from quality.suites.measures import measure_suite
    from quality.validation import validate_pandas

    with duckdb.connect() as connection:
        open_snapshot(connection, run, relations)
        if layer == "golden":
            _open_last_customers(connection, run)
        frame = pd.DataFrame([take(connection, measures)])
        results = validate_pandas(measure_suite(layer, measures), frame, None)
        numbered = []
        for measure, result in zip(measures, results, strict=True):
            keys = () if result.passed else failing_keys(connection, measure, MOST_KEYS)
            value = frame[measure.name].iloc[0]
            numbered.append(
                replace(
                    result,
                    table=TABLE_OF[measure.relation],
                    observed="no number" if pd.isna(value) else f"{float(value):g}",
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
