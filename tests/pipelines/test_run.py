"""What a run leaves of runs that were killed or rejected, and what it puts on record."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.config import make_secret
from pipelines.errors import ConfigurationError
from pipelines.publication import publish, reject
from pipelines.run import Run, StageResult, key_check
from pipelines.snapshot import Snapshot
from pipelines.tables import RUNS
from sources.record import RECORDS
from tests.pipelines.runs import configure
from tests.pipelines.test_delta import numbers
from tests.sources.landing import CLUB

BRONZE = "bronze.club_members"


def run_in(folder: Path, **options: object) -> Run:
    return Run(configure(folder, CLUB), **options)  # type: ignore[arg-type]


def begun(folder: Path) -> Run:
    run = run_in(folder)
    run.begin()
    # Tests play several runs one after another; who may write is test_lock's matter.
    run.close()
    return run


def bronze_ids(run: Run) -> list[int]:
    table = run.store.read_arrow(BRONZE, run.versions[BRONZE])
    return sorted(table["id"].to_pylist())


def test_a_killed_run_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    first = begun(tmp_path)
    first.write_arrow(numbers(1), BRONZE, "append")
    publish(first)
    killed = begun(tmp_path)
    killed.write_arrow(numbers(2), BRONZE, "append")
    killed.write_arrow(numbers(3), RECORDS.name, "append")
    after = begun(tmp_path)
    assert bronze_ids(after) == [1]
    assert after.rows(RECORDS.name) == 0
    after.write_arrow(numbers(4), BRONZE, "append")
    row = publish(after)
    assert bronze_ids(after) == [1, 4]
    assert row.tables == after.versions


def test_a_rejected_candidate_is_no_base(tmp_path: Path) -> None:
    first = begun(tmp_path)
    first.write_arrow(numbers(1), BRONZE, "append")
    publish(first)
    second = begun(tmp_path)
    second.write_arrow(numbers(2), BRONZE, "append")
    assert second.publication == "p000002"
    assert reject(second).state == "rejected"
    third = begun(tmp_path)
    assert third.base is not None
    assert third.base.publication == "p000001"
    assert third.publication == "p000003"
    assert bronze_ids(third) == [1]


def test_the_first_run_makes_the_key_and_a_wrong_one_stops_before_anything(tmp_path: Path) -> None:
    first = begun(tmp_path)
    path = tmp_path / "warehouse.key"
    assert path.exists()
    first.write_arrow(numbers(1), BRONZE, "append")
    publish(first)
    assert begun(tmp_path).secret == first.secret
    own = path.read_bytes()
    path.unlink()
    with pytest.raises(ConfigurationError, match="missing"):
        begun(tmp_path)
    assert not path.exists()
    make_secret(path)
    killed = run_in(tmp_path)
    killed.store.write_arrow(numbers(2), BRONZE, "append")
    head = killed.store.version(BRONZE)
    with pytest.raises(ConfigurationError, match="not the key"):
        killed.begin()
    assert killed.store.version(BRONZE) == head
    path.write_bytes(own)
    assert bronze_ids(begun(tmp_path)) == [1]


def test_the_fingerprint_of_a_key_tells_keys_apart_and_gives_none_away() -> None:
    one, other = key_check(bytes(32)), key_check(bytes(31) + b"\x01")
    assert one != other
    assert len(one) == 16
    assert bytes(32).hex()[:16] != one


def test_a_stage_is_timed_told_and_logged(tmp_path: Path) -> None:
    heard: list[tuple[str, StageResult | None]] = []
    run = run_in(tmp_path, listener=lambda name, result: heard.append((name, result)))
    run.begin()
    with run.stage("ingest") as rows:
        rows["delivered"] = 7
    (result,) = run.results
    assert heard == [("ingest", None), ("ingest", result)]
    assert (result.rows, result.seconds >= 0) == ({"delivered": 7}, True)
    (logged,) = run.store.read_arrow(RUNS.name).to_pylist()
    assert (logged["run_id"], logged["publication"], logged["stage"], dict(logged["rows"])) == (
        run.run_id, "p000001", "ingest", {"delivered": 7},
    )  # fmt: skip


def test_what_a_stage_has_to_say_is_logged_beside_rows_of_before_there_were_notes(
    tmp_path: Path,
) -> None:
    run = begun(tmp_path)
    run.store.write_arrow(
        pa.table({"run_id": ["earlier"], "stage": ["resolve"]}), RUNS.name, "append"
    )
    with run.stage("resolve"):
        run.note = "on duckdb: scv.yml says so"
    with run.stage("publish"):
        pass
    publish(run)
    with Snapshot(tmp_path / "warehouse").duckdb() as connection:
        query = "select stage, note from ops.runs order by started_at nulls first"
        rows = connection.execute(query).fetchall()
    assert rows == [
        ("resolve", None), ("resolve", "on duckdb: scv.yml says so"), ("publish", None),
        ("publish", None),
    ]  # fmt: skip
    assert run.store.read_arrow(RUNS.name).column_names[-1] == "note"


def test_a_stage_that_fails_leaves_no_result(tmp_path: Path) -> None:
    run = begun(tmp_path)
    with pytest.raises(ZeroDivisionError), run.stage("ingest") as rows:
        rows["delivered"] = 1 // 0
    assert run.results == []
    assert not run.store.exists(RUNS.name)
