"""Killed at every commit boundary and at random moments: readers see one publication throughout,
and the next run ends in the tables of one that was never disturbed.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from generator.feeds import generate
from generator.settings import GeneratorSettings
from pipelines import delta
from pipelines.config import load_config
from pipelines.errors import PublicationError
from pipelines.run import Run
from pipelines.snapshot import Snapshot
from pipelines.tables import published_tables
from scv.main import app
from tests.integration.contents import contents
from tests.integration.processes import finish, kill_at, kill_tree, start

GOLDEN = ("golden.customers", "golden.attributes", "golden.crosswalk")
PUBLISHES = "after write ops.publications"
REPEATED = 4
"""Of all boundaries, from how many the job is run again."""

MOMENTS = 100

Golden = dict[str, list[str]]


@dataclass(frozen=True)
class Moment:
    """What lies in the warehouse at a commit boundary: what a kill there leaves."""

    boundary: str
    warehouse: Path
    published: bool


@dataclass(frozen=True)
class Story:
    """A warehouse of two days, as it was after the first, on the way, and at the end."""

    landing: Path
    first_day: Path
    end: Path
    moments: list[Moment]


def copy(warehouse: Path, folder: Path) -> Path:
    """The tables and the key, by links: neither data files nor log entries are ever changed."""
    own = folder / "warehouse"
    shutil.copytree(warehouse, own, copy_function=os.link, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(warehouse.with_name("warehouse.key"), folder)
    return own


def run(landing: Path, warehouse: Path) -> None:
    places = ["--landing", str(landing), "--warehouse", str(warehouse)]
    result = CliRunner().invoke(app, ["run", *places])
    assert result.exit_code == 0, result.output


def commits(warehouse: Path) -> int:
    return len(list(warehouse.glob("*/*/_delta_log/*.json")))


def golden(warehouse: Path) -> Golden:
    """What a reader sees of the live publication, without a JVM."""
    snapshot = Snapshot(warehouse)
    return {table: sorted(map(repr, snapshot.arrow(table).to_pylist())) for table in GOLDEN}


@pytest.fixture(scope="module")
def story(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The second day of a small feed, with a copy of the warehouse from every boundary."""
    root = tmp_path_factory.mktemp("kills")
    generate(root / "feeds", GeneratorSettings(persons=40, days=2, seed=5))
    landing, warehouse = root / "feeds" / "landing", root / "warehouse"
    # Not with --to: Dagster plans some thousand days for that, which takes a minute.
    only_first = root / "only-first"
    shutil.copytree(landing, only_first, ignore=shutil.ignore_patterns("dt=2026-01-06"))
    run(only_first, warehouse)
    first_day = copy(warehouse, root / "first")
    moments: list[Moment] = []

    def keep(boundary: str) -> None:
        folder = root / f"at-{len(moments):03d}"
        published = boundary == PUBLISHES or any(moment.published for moment in moments)
        moments.append(Moment(boundary, copy(warehouse, folder), published))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delta, "reach", keep)
        run(landing, warehouse)
    return Story(landing, first_day, copy(warehouse, root / "end"), moments)


def test_every_commit_is_between_two_boundaries(story: Story) -> None:
    made = commits(story.end) - commits(story.first_day)
    steps = [moment.boundary.split(" ", 1) for moment in story.moments]
    assert made > 25
    assert [side for side, _ in steps] == ["before", "after"] * made
    assert [name for _, name in steps[::2]] == [name for _, name in steps[1::2]]
    counts = [commits(moment.warehouse) for moment in story.moments]
    assert counts[1::2] == [count + 1 for count in counts[::2]]


def test_readers_see_one_publication_at_every_boundary(story: Story) -> None:
    before, after = golden(story.first_day), golden(story.end)
    assert before != after
    for moment in story.moments:
        assert golden(moment.warehouse) == (after if moment.published else before), moment
    assert {moment.published for moment in story.moments} == {True, False}


def test_the_next_run_begins_with_the_published_rows_at_every_boundary(story: Story) -> None:
    for moment in story.moments:
        next_run = Run(load_config(landing=story.landing, warehouse=moment.warehouse))
        next_run.begin()
        next_run.close()
        assert next_run.base is not None
        assert next_run.base.publication == ("p000002" if moment.published else "p000001")
        for name in published_tables(next_run.catalog):
            published = next_run.store.files(name, next_run.base.tables[name])
            assert next_run.store.files(name) == published, (moment, name)
            assert next_run.store.files(name, next_run.versions[name]) == published


@pytest.mark.parametrize("part", range(REPEATED))
def test_the_job_run_again_ends_in_the_same_tables(story: Story, part: int, tmp_path: Path) -> None:
    moment = story.moments[(2 * part + 1) * len(story.moments) // (2 * REPEATED)]
    warehouse = copy(moment.warehouse, tmp_path)
    run(story.landing, warehouse)
    assert contents(warehouse) == contents(story.end), moment


def test_killed_in_bronze_after_silver_and_before_the_manifest(
    story: Story, tmp_path: Path
) -> None:
    """Three kills of the whole process tree, one run after the other on the same warehouse."""
    warehouse = copy(story.first_day, tmp_path)
    before = golden(warehouse)
    for boundary in (
        "after add bronze.store_members",
        "after replace silver.links",
        "before write ops.publications",
    ):
        kill_at(boundary, story.landing, warehouse)
        assert golden(warehouse) == before
    finish(story.landing, warehouse)
    assert contents(warehouse) == contents(story.end)


def test_a_disk_that_fills_up_ends_the_run_and_not_the_publication(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = copy(story.first_day, tmp_path)

    def fill(boundary: str) -> None:
        if boundary == "before replace golden.attributes":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    places = ["--landing", str(story.landing), "--warehouse", str(warehouse)]
    with monkeypatch.context() as patch:
        patch.setattr(delta, "reach", fill)
        result = CliRunner().invoke(app, ["run", *places])
    assert result.exit_code == 6, result.output
    assert "scv: stopped by the operating system: No space left on device" in result.stderr
    assert "Traceback" not in result.output
    assert golden(warehouse) == golden(story.first_day)
    run(story.landing, warehouse)
    assert contents(warehouse) == contents(story.end)


# --- the nightly profile


def moments(longest: float) -> Iterator[float]:
    """Seconds after the start, uniform over a run and the same every night."""
    chance = random.Random(20260105)
    for _ in range(MOMENTS):
        yield chance.uniform(0, longest)


@pytest.mark.nightly
def test_killed_at_random_moments(story: Story, tmp_path: Path) -> None:
    """By turns the second day of a warehouse and all of a new one."""
    before, after = golden(story.first_day), golden(story.end)
    longest = finish(story.landing, copy(story.first_day, tmp_path / "undisturbed"))
    for number, seconds in enumerate(moments(longest)):
        folder = tmp_path / str(number)
        if number % 2:
            folder.mkdir()
            shutil.copy(story.first_day.with_name("warehouse.key"), folder)
            warehouse = folder / "warehouse"
        else:
            warehouse = copy(story.first_day, folder)
        process = start(story.landing, warehouse)
        time.sleep(seconds)
        kill_tree(process)
        where = f"moment {number}, after {seconds:.2f} s"
        try:
            assert golden(warehouse) in (before, after), where
        except PublicationError:
            assert number % 2, where
        finish(story.landing, warehouse)
        assert contents(warehouse) == contents(story.end), where
        shutil.rmtree(folder)
