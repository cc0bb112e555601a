"""A file that is withdrawn leaves no row behind; a replay brings the same rows back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipelines.file_decisions import decide
from pipelines.publication import publish
from pipelines.run import Run
from pipelines.stages.ingest import ingest
from pipelines.tables import FILES
from tests.pipelines.runs import begin, configure
from tests.sources.landing import deliver, varied

AT = "2026-01-05T10:00:00Z"
HEADER = "member,name,email,changed,Free note\n"
ANN, BOB, CY = (f"{number},{name},,{AT},\n" for number, name in enumerate(("Ann", "Bob", "Cy")))
FIRST, SECOND = (f"club/dt=2026-01-0{day}/member's.csv" for day in (5, 6))


def step(spark: SparkSession, folder: Path) -> Run:
    document = varied(location="club/dt={day}/*.csv")
    run = begin(spark, configure(folder, document))
    ingest(run)
    publish(run)
    return run


def account(run: Run) -> dict[str, tuple[Any, ...]]:
    rows = run.store.read_arrow(FILES.name, run.versions[FILES.name]).to_pylist()
    names = ("delivered", "accepted", "quarantined", "redelivered", "problem")
    return {row["file"]: tuple(row[name] for name in names) for row in rows}


def rows(run: Run, table: str, *names: str) -> list[tuple[Any, ...]]:
    name = f"{table}.club_members"
    found = run.store.read_arrow(name, run.versions[name]).to_pylist()
    return sorted(tuple(row[name] for name in names) for row in found)


@pytest.fixture(scope="module")
def runs(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Two files, the first withdrawn, nothing, then the first replayed."""
    folder = tmp_path_factory.mktemp("take-out")
    deliver(folder / "landing", FIRST, HEADER + ANN + BOB + "short\n")
    deliver(folder / "landing", SECOND, HEADER + BOB + CY)
    done = [step(spark, folder)]
    for action in ("withdraw", None, "replay"):
        if action:
            known = done[-1].store.read_arrow(FILES.name, done[-1].versions[FILES.name])
            decide(done[-1].store, known.to_pylist(), [FIRST], action, "test")
        done.append(step(spark, folder))
    return done


def test_without_the_file_its_rows_are_gone_and_repeated_ones_count(runs: list[Run]) -> None:
    assert account(runs[0]) == {FIRST: (3, 2, 1, 0, None), SECOND: (2, 1, 0, 1, None)}
    assert account(runs[1]) == {FIRST: (3, 0, 3, 0, "withdrawn"), SECOND: (2, 2, 0, 0, None)}
    assert rows(runs[1], "bronze", "_file", "member") == [(SECOND, "1"), (SECOND, "2")]
    assert rows(runs[1], "quarantine", "file", "reason") == [(FIRST, "withdrawn")]


def test_a_withdrawn_file_is_not_taken_again_by_the_next_run(runs: list[Run]) -> None:
    assert account(runs[2]) == account(runs[1])
    assert not runs[2].has_work


def test_the_publication_before_still_has_it(runs: list[Run]) -> None:
    assert len(rows(runs[0], "bronze", "_file", "member")) == 4


def test_a_replay_brings_the_same_rows_back(runs: list[Run]) -> None:
    assert rows(runs[3], "bronze", "_file", "_line", "member") == rows(
        runs[0], "bronze", "_file", "_line", "member"
    )
    assert rows(runs[3], "quarantine", "file", "line", "reason") == [
        (FIRST, 4, "wrong_field_count")
    ]
    # It came later this time, so the row that both hold counts where it has been all along.
    assert account(runs[3]) == {FIRST: (3, 1, 1, 1, None), SECOND: (2, 2, 0, 0, None)}
