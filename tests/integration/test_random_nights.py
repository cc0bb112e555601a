"""Random nights through the real job: late days, changed files, snapshots, withdrawals, decisions.
What they leave is what everything computed anew gives.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from dagster_project.execution import Outcome, execute_job
from pipelines import scope
from pipelines.config import Config
from pipelines.delta import TableStore
from pipelines.file_decisions import WITHDRAW, decide
from pipelines.judgements import append_judgements
from pipelines.snapshot import Snapshot
from resolution.judgements.judgement import Judgement
from tests.integration.contents import contents
from tests.pipelines.runs import configure
from tests.sources.landing import deliver, varied

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
GIVEN = ["Jane Featherstone", "Rosalind Okonkwo", "Omar Haddadian", "Jean Featherstone", ""]
MAILBOXES = ["jane.f@x.org", "rosa@y.org", "office@z.org", "omar.h@x.org", ""]
MEMBERS = [f"m{number}" for number in range(12)]
NIGHTS = 5


def feed(name: str, delivery: str) -> dict[str, Any]:
    """The club's contract for another feed."""
    file = {"table": f"{name}_members", "location": f"{name}/dt={{day}}/members.csv"}
    document = varied({"source": f"{name}_member"}, delivery=delivery, **file)
    return document | {"feed": name}


@dataclass
class Nights:
    """A warehouse, and the days that are still to come, in the order in which they come."""

    config: Config
    rng: random.Random
    days: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def play(self) -> None:
        self.days = list(range(NIGHTS))
        self.rng.shuffle(self.days)
        for day in self.days:
            self.drop(day)
            self.run()
            chance = self.rng.random()
            if chance < 0.4:
                self.judge()
                self.run()
            elif chance < 0.6:
                self.withdraw()
                self.run()

    def drop(self, day: int) -> None:
        """A file of each feed; now and then one of them does not come."""
        # A snapshot of less than half of the one before is held up.
        for name, fewest in (("club", 1), ("roster", 7)):
            if self.rng.random() < 0.85:
                known = self.rng.sample(MEMBERS, self.rng.randint(fewest, len(MEMBERS)))
                rows = [self.row(member, day) for member in known]
                path = f"{name}/dt={FIRST + timedelta(days=day):%Y-%m-%d}/members.csv"
                text = "\n".join(["member,name,email,changed,Free note", *rows]) + "\n"
                deliver(self.config.landing, path, text)

    def row(self, member: str, day: int) -> str:
        name, email = self.rng.choice(GIVEN), self.rng.choice(MAILBOXES)
        changed = FIRST + timedelta(days=day, minutes=self.rng.randrange(600))
        return f"{member},{name},{email},{changed:%Y-%m-%dT%H:%M:%SZ},"

    def judge(self) -> None:
        with Snapshot(self.config.warehouse).duckdb() as connection:
            rows = connection.execute("select record_id from silver.records order by 1").fetchall()
        left, right = self.rng.sample([record for (record,) in rows], 2)
        same = self.rng.random() < 0.5
        decided = Judgement(
            judgement_id=f"00000000-0000-4000-8000-{self.rng.randrange(10**12):012d}",
            kind="pair",
            verdict="same" if same else "different",
            reason="seen",
            decided_by="steward",
            decided_at=FIRST,
            records=(left, right) if same else (left,),
            others=() if same else (right,),
        )
        append_judgements(TableStore(self.config.warehouse), [decided])

    def withdraw(self) -> None:
        account = Snapshot(self.config.warehouse).arrow("ops.files").to_pylist()
        file = self.rng.choice([row["file"] for row in account if row["problem"] is None])
        decide(TableStore(self.config.warehouse), account, [file], WITHDRAW, "wrong")

    def run(self, *, rebuild: bool = False) -> Outcome:
        everything = (None, None)
        outcome = execute_job(self.config, everything, lambda *_: None, rebuild=rebuild)
        assert outcome.state in ("published", "nothing to do"), [
            check for check in outcome.checks if not check.passed
        ]
        self.notes += [stage.note for stage in outcome.stages if stage.stage == "records"]
        return outcome


def patient(config: Config) -> Config:
    """Of few people a withdrawn file, or a short snapshot, may take most along."""
    limits = {"largest_customer_drop": 1.0, "largest_fill_rate_drop": 1.0}
    return config.model_copy(update={"quality": config.quality.model_copy(update=limits)})


def check(spark: SparkSession, folder: Path, seed: int) -> list[str]:
    """Play a story; the notes of its runs."""
    assert spark is not None
    feeds = feed("club", "delta"), feed("roster", "snapshot")
    nights = Nights(patient(configure(folder, *feeds)), random.Random(seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scope, "LARGEST_CHANGE", 1_000)
        nights.play()
        left = contents(nights.config.warehouse)
        rebuilt = nights.run(rebuild=True)
    assert contents(nights.config.warehouse) == left
    counts = rebuilt.publication.counts if rebuilt.publication else {}
    assert counts["records_kept"] == counts["records_before"]
    return nights.notes


def test_random_nights_leave_what_a_rebuild_gives(spark: SparkSession, tmp_path: Path) -> None:
    notes = check(spark, tmp_path, 3)
    assert sum("what new rows touch" in note for note in notes) >= 2


def test_what_a_snapshot_leaves_out_is_gone_though_a_day_had_none_of_its_kind(
    spark: SparkSession, tmp_path: Path
) -> None:
    assert spark is not None
    roster = feed("roster", "snapshot")
    roster["files"][0]["records"][0]["when"] = "note = 'person'"
    nights = Nights(patient(configure(tmp_path, roster)), random.Random(1))
    days = [("m1,Jane,", "m2,Omar,"), ("m8,Shop,", "m9,Bank,"), ("m1,Jane,", "m7,Cafe,")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scope, "LARGEST_CHANGE", 1_000)
        for day, people in enumerate(days):
            kinds = {"m1": "person", "m2": "person"}
            rows = [f"{who},2026-01-05T08:00:00Z,{kinds.get(who[:2], 'firm')}" for who in people]
            text = "\n".join(["member,name,email,changed,Free note", *rows]) + "\n"
            deliver(nights.config.landing, f"roster/dt=2026-01-{day + 5:02d}/members.csv", text)
            nights.run()
            with Snapshot(nights.config.warehouse).duckdb() as connection:
                query = "select source_key, deleted from silver.records order by 1"
                found = connection.execute(query).fetchall()
            assert found == [("m1", False), ("m2", day == 2)]
    assert [note[:10] for note in nights.notes] == ["everything", "what new r", "what new r"]


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 110))
def test_ten_stories_leave_what_a_rebuild_gives(
    spark: SparkSession, tmp_path: Path, seed: int
) -> None:
    check(spark, tmp_path, seed)
