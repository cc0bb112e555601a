"""Rows replaced by key: what stays, what goes, and which files are written again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from pipelines import replacing
from pipelines.config import Config
from pipelines.datafiles import DataFile
from pipelines.replacing import replace_rows
from pipelines.run import Run
from tests.pipelines.runs import begin

NAME = "silver.things"


@pytest.fixture
def run(spark: SparkSession, tmp_path: Path) -> Run:
    """A run whose warehouse has a table of two files: a, b, c and d, null."""
    made = begin(spark, Config(warehouse=tmp_path / "warehouse", landing=tmp_path))
    for keys in (["a", "b", "c"], ["d", None]):
        made.write_arrow(table(keys, "old"), NAME, "append")
    return made


def table(keys: Sequence[str | None], said: str) -> pa.Table:
    return pa.table({"key": pa.array(keys, pa.string()), "said": [said] * len(keys)})


def file_of(run: Run, keys: list[str | None]) -> DataFile:
    """A file in the table's folder that no version names yet."""
    path = Path(run.store.location(NAME)) / f"new-{'-'.join(map(str, keys))}.parquet"
    pq.write_table(table(keys, "new"), path)
    return DataFile(path.name, path.stat().st_size, len(keys))


def shown(run: Run) -> dict[str | None, str]:
    rows = run.store.read_arrow(NAME, run.versions[NAME]).to_pylist()
    assert len(rows) == run.rows(NAME)
    return {row["key"]: row["said"] for row in rows}


def replace(run: Run, gone: list[str | None], made: list[DataFile]) -> None:
    replace_rows(run, NAME, "key", pa.array(gone, pa.string()), made)


def test_rows_with_a_key_go_and_new_ones_come_in_one_commit(run: Run) -> None:
    before = run.versions[NAME]
    replace(run, ["b", "c", "x"], [file_of(run, ["b", "x"])])
    assert run.versions[NAME] == before + 1
    assert shown(run) == {"a": "old", "b": "new", "x": "new", "d": "old", None: "old"}
    assert {row["key"] for row in run.store.read_arrow(NAME, before).to_pylist()} == {
        "a", "b", "c", "d", None,
    }  # fmt: skip


def test_files_without_such_a_row_stay(run: Run) -> None:
    files = set(run.store.files(NAME, run.versions[NAME]))
    replace(run, ["d"], [])
    kept = files & set(run.store.files(NAME, run.versions[NAME]))
    assert len(kept) == 1
    assert shown(run) == {"a": "old", "b": "old", "c": "old", None: "old"}


def test_a_file_of_which_no_row_is_left_leaves_none(run: Run) -> None:
    replace(run, ["a", "b", "c"], [])
    assert len(run.store.files(NAME, run.versions[NAME])) == 1
    assert shown(run) == {"d": "old", None: "old"}


def test_nothing_to_replace_is_no_commit(run: Run) -> None:
    before = run.versions[NAME]
    replace(run, ["x", None], [])
    assert run.versions[NAME] == before


def test_many_small_files_become_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing, "MOST_SMALL_FILES", 1)
    replace(run, ["x"], [file_of(run, ["x"])])
    assert len(run.store.files(NAME, run.versions[NAME])) == 2
    assert shown(run) == {"a": "old", "b": "old", "c": "old", "d": "old", "x": "new", None: "old"}


def test_files_are_joined_up_to_a_size(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing, "BYTES_OF_A_FILE", 1)
    replace(run, ["a", "d"], [])
    assert len(run.store.files(NAME, run.versions[NAME])) == 2
