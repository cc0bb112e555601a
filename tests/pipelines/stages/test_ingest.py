"""The account of every line: delivered = accepted + quarantined + redelivered, file by file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipelines.publication import publish
from pipelines.run import Run
from pipelines.stages.ingest import ingest
from pipelines.tables import FILES
from sources.problems import REMEDIES
from tests.pipelines.runs import begin, configure
from tests.sources.landing import CLUB, deliver

HEADER = "member,name,email,changed,Free note\n"
AT = "2026-01-05T10:00:00Z"
ANN, BOB, CY = (f"{n},{name},,{AT},x\n" for n, name in enumerate(("Ann", "Bob", "Cy")))
NOTE = f'9,Gus,,{AT},"two\nlines"\n'
VISITS: dict[str, Any] = {
    "feed": "door",
    "about": "Who came in.",
    "owner": "door-team",
    "phone_regions": ["GB"],
    "files": [
        {
            "table": "door_visits",
            "location": "door/dt={day}/*.jsonl.gz",
            "format": "jsonl",
            "key": "visit",
            "columns": {"visit": {"required": True}, "member": {"path": "who.member"}},
        }
    ],
}

Account = dict[str, tuple[int, int, int, int, str | None]]


def account(run: Run) -> Account:
    """File -> delivered, accepted, quarantined, redelivered, problem: those of this run."""
    rows = run.store.read_arrow(FILES.name, run.versions[FILES.name]).to_pylist()
    return {
        row["file"]: tuple(
            row[name] for name in ("delivered", "accepted", "quarantined", "redelivered", "problem")
        )
        for row in rows
        if row["ingested_at"] == run.started_at
    }


@pytest.fixture(scope="module")
def runs(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Three runs of one warehouse: two days at once, a third day, and nothing new."""
    folder = tmp_path_factory.mktemp("ingest")
    config = configure(folder, CLUB, VISITS)
    landing = config.landing
    deliver(
        landing,
        "club/dt=2026-01-05/members.csv",
        "\ufeff" + HEADER + ANN + BOB + "\n" + ANN + '7,"Eve\n8,Fay\n' + NOTE + NOTE + "  \n",
    )
    deliver(landing, "club/dt=2026-01-06/members.csv", HEADER.strip() + ",shoe\n" + ANN + BOB)
    deliver(landing, "club/dt=2026-01-07/members.csv", HEADER + CY + BOB + NOTE)
    deliver(landing, "door/dt=2026-01-05/a.jsonl.gz", '{"visit":1}\n{"visit":2}\n{"visit"\n')
    deliver(landing, "door/dt=2026-01-05/b.jsonl.gz", '{"visit":2}\n{"visit":3}\n{"visit":3}')
    cut = deliver(landing, "door/dt=2026-01-06/c.jsonl.gz", '{"visit":4}\n' * 999)
    cut.write_bytes(cut.read_bytes()[:-4])
    done = []
    for number in range(4):
        if number == 1:
            deliver(landing, "club/dt=2026-01-08/members.csv", HEADER + CY + ANN + f"5,Di,,{AT},\n")
            deliver(landing, "door/dt=2026-01-08/d.jsonl.gz", '{"visit":1}\n{"visit":9}')
        if number == 2:
            deliver(landing, "club/dt=2026-01-08/members.csv", HEADER + CY + f"6,Ed,,{AT},\n")
        run = begin(spark, config)
        ingest(run)
        publish(run)
        done.append(run)
    return done


def test_redeliveries_in_a_file_and_between_the_files_of_a_run(runs: list[Run]) -> None:
    found = account(runs[0])
    assert found == {
        # ANN again, and NOTE of two lines again; the runaway mark and the short row behind it
        "club/dt=2026-01-05/members.csv": (9, 4, 2, 3, None),
        "club/dt=2026-01-06/members.csv": (2, 0, 2, 0, None),
        "club/dt=2026-01-07/members.csv": (4, 1, 0, 3, None),
        "door/dt=2026-01-05/a.jsonl.gz": (3, 2, 1, 0, None),
        "door/dt=2026-01-05/b.jsonl.gz": (3, 1, 0, 2, None),
        "door/dt=2026-01-06/c.jsonl.gz": (999, 0, 999, 0, "truncated_gzip"),
    }


def test_redeliveries_across_runs_and_a_file_that_changed_under_its_name(runs: list[Run]) -> None:
    assert account(runs[1]) == {
        "club/dt=2026-01-08/members.csv": (3, 1, 0, 2, None),
        "door/dt=2026-01-08/d.jsonl.gz": (2, 1, 0, 1, None),
    }
    assert account(runs[2]) == {"club/dt=2026-01-08/members.csv": (2, 1, 0, 1, None)}


def test_nothing_new_changes_no_table(runs: list[Run]) -> None:
    assert not runs[3].waiting
    assert not runs[3].has_work
    assert account(runs[3]) == {}
    assert {name: runs[3].rows(name) for name in runs[3].versions} == {
        name: runs[2].rows(name) for name in runs[2].versions
    }


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_line_has_one_fate(runs: list[Run], number: int) -> None:
    for delivered, accepted, quarantined, redelivered, _ in account(runs[number]).values():
        assert delivered == accepted + quarantined + redelivered
    totals = runs[number].results[0].rows
    assert totals["delivered"] == sum(
        totals[name] for name in ("accepted", "quarantined", "redelivered")
    )


def test_bronze_keeps_every_good_row_as_it_came_with_its_place(runs: list[Run]) -> None:
    rows = runs[0].read("bronze.club_members").collect()
    first = sorted((r for r in rows if r["_batch_day"].day == 5), key=lambda r: r["_line"])
    assert [(r["_line"], r["_lines"], r["member"], r["note"]) for r in first] == [
        (2, 1, "0", "x"), (3, 1, "1", "x"), (5, 1, "0", "x"),
        (8, 2, "9", "two\nlines"), (10, 2, "9", "two\nlines"),
    ]  # fmt: skip
    assert {r["_ingested_at"].replace(microsecond=0) for r in rows} == {
        runs[0].started_at.replace(tzinfo=None, microsecond=0)
    }


def test_quarantine_says_where_why_and_what_to_do(runs: list[Run]) -> None:
    rows = (
        runs[2].read("quarantine.club_members").unionByName(runs[2].read("quarantine.door_visits"))
    )
    found = sorted(
        (r["file"], r["line"] or 0, r["lines"], r["reason"], r["raw"]) for r in rows.collect()
    )
    assert [row[1:] for row in found] == [
        (6, 1, "unclosed_quote", '7,"Eve'),
        (7, 1, "wrong_field_count", "8,Fay"),
        (2, 1, "wrong_field_count", ANN.strip()),
        (3, 1, "wrong_field_count", BOB.strip()),
        (3, 1, "broken_json", '{"visit"'),
        (0, 999, "truncated_gzip", None),
    ]
    assert {(r["reason"], r["remedy"]) for r in rows.collect()} <= set(REMEDIES.items())


def test_the_account_names_new_columns_and_what_readers_see_is_the_same(
    runs: list[Run], tmp_path: Path
) -> None:
    rows = runs[0].store.read_arrow(FILES.name, runs[0].versions[FILES.name]).to_pylist()
    assert {row["file"]: row["new_columns"] for row in rows if row["new_columns"]} == {
        "club/dt=2026-01-06/members.csv": ["shoe"]
    }


def test_days_limit_what_is_read(runs: list[Run]) -> None:
    config = runs[0].config.model_copy(update={"warehouse": runs[0].config.warehouse / "other"})
    day = runs[0].deliveries[0].day
    run = Run(config, first_day=day, last_day=day)
    assert {path.parent.name for _, path, _ in run.waiting} == {"dt=2026-01-05"}
    assert run.has_work
