"""The real job on small generated feeds: real Spark, Delta, Splink, Great Expectations, Dagster."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

import quality.table_measures
from dagster_project.definitions import definitions
from dagster_project.jobs import JOB_NAME
from pipelines.config import load_config
from pipelines.delta import TableStore
from pipelines.manifest import live, read_manifest
from pipelines.run import Run
from pipelines.snapshot import Snapshot
from pipelines.stages.ingest import ingest
from pipelines.tables import published_tables
from quality.measures import Measure
from scv.main import app
from tests.conftest import Published
from tests.integration.contents import (
    OF_HISTORY,
    contents,
    differences,
    partition,
    without_history,
)

DAYS = ("2026-01-05", "2026-01-06", "2026-01-07")
RUN_ACCOUNT = ("ops.files",)
"""Which of two equal rows counts as the redelivery depends on which came in first."""


def scv(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def run(feeds: Path, warehouse: Path, *words: object) -> Result:
    return scv("run", "--landing", feeds / "landing", "--warehouse", warehouse, *words)


def heads(warehouse: Path) -> dict[str, int | None]:
    """The newest version of every table, ops included."""
    store = TableStore(warehouse)
    folders = sorted(path.parent for path in warehouse.glob("*/*/_delta_log"))
    names = [".".join(folder.relative_to(warehouse).parts) for folder in folders]
    return {name: store.version(name) for name in names}


# --- one run over all days


def test_every_delivered_line_is_accounted_for(published: Published) -> None:
    counted = {}
    for path in sorted(published.landing.rglob("*.*")):
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        lines = sum(1 for line in content.split(b"\n") if line.strip())
        name = path.relative_to(published.landing).as_posix()
        counted[name] = lines - (1 if path.suffix == ".csv" else 0)
    rows = Snapshot(published.warehouse).arrow("ops.files").to_pylist()
    assert {row["file"]: row["delivered"] for row in rows} == counted
    for row in rows:
        accounted = row["accepted"] + row["quarantined"] + row["redelivered"]
        assert accounted == row["delivered"], row["file"]
    assert sum(row["quarantined"] for row in rows) > 0
    assert sum(row["redelivered"] for row in rows) > 0


def test_every_accounted_line_is_in_bronze_or_quarantine(published: Published) -> None:
    with Snapshot(published.warehouse).duckdb() as connection:
        files = connection.execute(
            "select table_name, sum(accepted + redelivered), sum(quarantined) from ops.files"
            " group by 1"
        ).fetchall()
        for table, good, bad in files:
            kept = connection.execute(f"select sum(_lines) from bronze.{table}").fetchall()
            aside = connection.execute(
                f"select coalesce(sum(lines), 0), count(*) filter (where reason is null or remedy"
                f" is null) from quarantine.{table}"
            ).fetchall()
            assert (kept, aside) == ([(good,)], [(bad, 0)]), table


def test_every_table_of_the_manifest_can_be_read(published: Published) -> None:
    snapshot = Snapshot(published.warehouse)
    assert snapshot.tables == sorted(published_tables(load_config().catalog()))
    counts = snapshot.publication.counts
    for table in snapshot.tables:
        rows = snapshot.arrow(table).num_rows
        assert rows == counts.get(table, rows)
    assert counts["golden.customers"] > 300


def test_every_reader_sees_the_same_customers(published: Published, spark: SparkSession) -> None:
    snapshot = Snapshot(published.warehouse)
    table = "golden.customers"
    expected = sorted(snapshot.arrow(table)["customer_id"].to_pylist())
    with snapshot.duckdb() as connection:
        by_duckdb = connection.execute(f"select customer_id from {table} order by 1").fetchall()
    snapshot.spark_views(spark)
    by_spark = spark.sql("select customer_id from golden_customers order by 1").collect()
    assert [row[0] for row in by_duckdb] == expected
    assert [row[0] for row in by_spark] == expected
    assert sorted(snapshot.pandas(table)["customer_id"]) == expected
    assert sorted(snapshot.polars(table).collect()["customer_id"].to_list()) == expected


def test_every_live_record_has_one_customer_and_every_golden_value_a_source(
    published: Published,
) -> None:
    with Snapshot(published.warehouse).duckdb() as connection:
        lost = connection.execute(
            "select count(*) from silver.records r left join golden.crosswalk x using (record_id)"
            " where (x.record_id is null) <> r.deleted"
        ).fetchall()
        unsourced = connection.execute(
            "select attribute, count(*) from golden.attributes where value is null or file is null"
            " or line is null or observed_at is null or rule is null or record_id not in"
            " (select record_id from silver.records) group by 1"
        ).fetchall()
        for attribute in ("email", "phone", "birth_date", "gender", "handle", "language"):
            apart = connection.execute(
                f"select count(*) from golden.customers c full join (select customer_id, value from"
                f" golden.attributes where attribute = '{attribute}') a using (customer_id)"
                f" where c.{attribute} is distinct from a.value"
            ).fetchall()
            assert apart == [(0,)], attribute
    assert (lost, unsourced) == ([(0,)], [])


def test_nothing_of_a_person_is_in_the_tables_about_runs(published: Published) -> None:
    with Snapshot(published.warehouse).duckdb() as connection:
        told = str(
            [
                connection.execute(f"from ops.{table}").fetchall()
                for table in ("publications", "check_results", "runs", "files")
            ]
        )
        values = connection.execute(
            "select unnest(list_transform(emails, lambda e: e.value))"
            " from silver.records union select full_name from golden.customers"
            " where length(full_name) > 8 union select source_key from silver.records"
            " where source in ('web_user', 'store_member') and length(source_key) > 5"
        ).fetchall()
    assert len(values) > 300
    assert [value for (value,) in values if value in told] == []


def test_again_without_new_files_there_is_nothing_to_do(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_session(*_: object, **__: object) -> None:
        raise AssertionError("a session was started")

    monkeypatch.setattr("pipelines.run.build_session", no_session)
    before = heads(published.warehouse)
    result = run(published.feeds, published.warehouse)
    assert result.exit_code == 0, result.output
    assert "Nothing new. p000001 stays live." in result.output
    assert heads(published.warehouse) == before


# --- day by day, with a candidate that is rejected on the way


@dataclass(frozen=True)
class Series:
    """A warehouse after several runs, and what was seen on the way."""

    warehouse: Path
    seen: dict[str, Any]


@pytest.fixture(scope="module")
def in_order(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Series:
    """Day one as Dagster's page would start it, then a rejected run, then two nights, and all of it
    computed anew.
    """
    warehouse = tmp_path_factory.mktemp("in-order") / "warehouse"
    key = warehouse.with_name(published.key.name)
    key.write_bytes(published.key.read_bytes())
    seen: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCV_LANDING", str(published.landing))
        patch.setenv("SCV_WAREHOUSE", str(warehouse))
        job = definitions().resolve_job_def(JOB_NAME)
        with dg.DagsterInstance.ephemeral() as instance:
            seen["dagster"] = job.execute_in_process(instance=instance, partition_key=DAYS[0])
    seen["first"] = contents(warehouse)
    seen["first tables"] = live(read_manifest(TableStore(warehouse)))
    with pytest.MonkeyPatch.context() as patch:
        real = quality.table_measures.resolution_measures

        def planted(start: int, _: int) -> list[Measure]:
            return real(start, 1)

        patch.setattr(quality.table_measures, "resolution_measures", planted)
        seen["rejected"] = run(published.feeds, warehouse, "--json")
    seen["after rejection"] = contents(warehouse)
    seen["heads after rejection"] = heads(warehouse)
    seen["good"] = run(published.feeds, warehouse, "--to", DAYS[1], "--json")
    seen["night"] = run(published.feeds, warehouse, "--json")
    seen["after the night"] = contents(warehouse)
    landing = ("--landing", published.landing, "--warehouse", warehouse)
    seen["rebuilt"] = scv("rebuild", *landing, "--json")
    return Series(warehouse, seen)


def test_a_partition_of_the_code_location_publishes_that_day(in_order: Series) -> None:
    assert in_order.seen["dagster"].success
    first = in_order.seen["first tables"]
    assert first.publication == "p000001"
    assert {name.split("dt=")[1][:10] for name in first.inputs} == {DAYS[0]}


def test_dagster_shows_rows_of_every_table(in_order: Series) -> None:
    events = in_order.seen["dagster"].get_asset_materialization_events()
    rows = {
        ".".join(event.asset_key.path): event.materialization.metadata.get("dagster/row_count")
        for event in events
    }
    counts = in_order.seen["first tables"].counts
    for table in in_order.seen["first tables"].tables:
        if table in counts:
            assert rows[table].value == counts[table], table
    published = next(e for e in events if e.asset_key.path == ["ops", "publications"])
    assert published.materialization.metadata["publication"].value == "p000001"


def test_dagster_shows_every_check_with_severity_and_numbers(in_order: Series) -> None:
    evaluations = in_order.seen["dagster"].get_asset_check_evaluations()
    by_table = {".".join(one.asset_key.path): one for one in evaluations}
    for table in ("bronze.crm_contacts", "silver.records", "resolution.edges", "golden.customers"):
        check = by_table[table]
        assert check.passed
        assert check.metadata["expectations"].value > 0
        assert "| critical |" in check.metadata["report"].value
        assert check.severity == dg.AssetCheckSeverity.WARN
    total = sum(one.metadata["expectations"].value for one in evaluations)
    kept = TableStore(in_order.warehouse).read_arrow("ops.check_results").to_pylist()
    run_id = in_order.seen["first tables"].run_id
    assert total == sum(1 for row in kept if row["run_id"] == run_id)


def test_a_failed_critical_check_ends_with_its_own_exit_code(in_order: Series) -> None:
    rejected = in_order.seen["rejected"]
    assert rejected.exit_code == 3
    summary = json.loads(rejected.stdout)
    assert summary["state"] == "rejected"
    failed = [check for check in summary["checks"] if not check["passed"]]
    assert "largest_published_cluster" in {check["name"] for check in failed}


def test_the_rejected_candidate_is_on_record_with_the_check(in_order: Series) -> None:
    rows = read_manifest(TableStore(in_order.warehouse))
    assert [(row.publication, row.state) for row in rows[:3]] == [
        ("p000001", "published"), ("p000002", "rejected"), ("p000003", "published"),
    ]  # fmt: skip
    assert "critical: resolution.clusters.largest_published_cluster" in rows[1].failed_checks


def test_readers_go_on_with_the_last_publication(in_order: Series) -> None:
    assert in_order.seen["after rejection"] == in_order.seen["first"]
    candidate = in_order.seen["heads after rejection"]["silver.records"]
    assert candidate > in_order.seen["first tables"].tables["silver.records"]


def test_the_next_good_run_publishes_as_if_nothing_had_failed(
    in_order: Series, published: Published
) -> None:
    for name in ("good", "night"):
        assert in_order.seen[name].exit_code == 0
    assert partition(in_order.warehouse) == partition(published.warehouse)
    assert differences(in_order.warehouse, published.warehouse) == {}


def test_a_night_computes_what_its_rows_touch(in_order: Series) -> None:
    for name in ("good", "night"):
        stages = {one["stage"]: one for one in json.loads(in_order.seen[name].stdout)["stages"]}
        for stage in ("records", "events", "resolve"):
            assert "what new rows touch" in stages[stage]["note"]
        resolved, consolidated = stages["resolve"]["rows"], stages["consolidate"]["rows"]
        assert 0 < resolved["nodes changed"] <= resolved["nodes reached"]
        assert resolved["nodes reached"] < resolved["resolution.node_versions"] / 2
        assert 0 < consolidated["customers touched"] < consolidated["golden.customers"] / 2


def test_everything_computed_anew_is_what_the_nights_left(in_order: Series) -> None:
    rebuilt = in_order.seen["rebuilt"]
    assert rebuilt.exit_code == 0
    summary = json.loads(rebuilt.stdout)
    stages = {one["stage"]: one for one in summary["stages"]}
    assert "everything: a rebuild was asked for" in stages["resolve"]["note"]
    counts = summary["publication"]["counts"]
    assert counts["records_kept"] == counts["records_before"] > 1000
    # Versions of rows and nodes too; the nights' tables and these were written by different code.
    assert contents(in_order.warehouse) == in_order.seen["after the night"]


def test_a_restore_brings_back_the_earlier_set_and_keeps_the_later(in_order: Series) -> None:
    last = without_history(in_order.warehouse)
    result = scv("publications", "restore", "p000001", "--warehouse", in_order.warehouse)
    assert result.exit_code == 0, result.output
    assert without_history(in_order.warehouse) == {
        table: rows for table, rows in in_order.seen["first"].items() if table not in OF_HISTORY
    }
    assert (
        scv("publications", "restore", "p000005", "--warehouse", in_order.warehouse).exit_code == 0
    )
    assert without_history(in_order.warehouse) == last
    refused = scv("publications", "restore", "p000002", "--warehouse", in_order.warehouse)
    assert refused.exit_code == 4
    assert "was rejected and never live" in refused.output


# --- the last day first, and a run that was killed


@pytest.fixture(scope="module")
def out_of_order(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Series:
    """The last day, then a run that dies after ingest, then all that is left."""
    warehouse = tmp_path_factory.mktemp("out-of-order") / "warehouse"
    warehouse.with_name(published.key.name).write_bytes(published.key.read_bytes())
    seen: dict[str, Any] = {}
    seen["last day"] = run(published.feeds, warehouse, "--from", DAYS[2], "--to", DAYS[2])
    seen["before"] = contents(warehouse)
    killed = Run(load_config(landing=published.landing, warehouse=warehouse))
    killed.begin()
    ingest(killed)
    killed.close()
    seen["after"] = contents(warehouse)
    seen["rest"] = run(published.feeds, warehouse)
    return Series(warehouse, seen)


def test_a_run_of_one_day_takes_that_day_alone(out_of_order: Series) -> None:
    assert out_of_order.seen["last day"].exit_code == 0
    days = {row.split("dt=")[1][:10] for row in out_of_order.seen["before"]["ops.files"]}
    assert days == {DAYS[2]}


def test_a_killed_run_changes_nothing_that_readers_see(out_of_order: Series) -> None:
    assert out_of_order.seen["after"] == out_of_order.seen["before"]


def test_days_out_of_order_and_a_killed_run_end_in_the_same_tables(
    out_of_order: Series, published: Published
) -> None:
    assert out_of_order.seen["rest"].exit_code == 0
    assert partition(out_of_order.warehouse) == partition(published.warehouse)
    assert differences(out_of_order.warehouse, published.warehouse, without=RUN_ACCOUNT) == {}


def test_each_line_is_accounted_for_whatever_came_first(
    out_of_order: Series, published: Published
) -> None:
    def account(warehouse: Path) -> list[tuple[str, int, int, int]]:
        rows = Snapshot(warehouse).arrow("ops.files").to_pylist()
        return sorted(
            (
                row["file"],
                row["delivered"],
                row["quarantined"],
                row["accepted"] + row["redelivered"],
            )
            for row in rows
        )

    assert account(out_of_order.warehouse) == account(published.warehouse)
    rows = Snapshot(out_of_order.warehouse).arrow("ops.files").to_pylist()
    accepted = sum(row["accepted"] for row in rows)
    others = Snapshot(published.warehouse).arrow("ops.files").to_pylist()
    assert accepted == sum(row["accepted"] for row in others)
