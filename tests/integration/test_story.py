"""The story of docs/identity.md, through the real job: ids, causes and decisions at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from dagster_project.execution import execute_job
from pipelines.config import Config
from pipelines.delta import TableStore
from pipelines.file_decisions import WITHDRAW, decide
from pipelines.judgements import append_judgements
from pipelines.publication_decisions import approve, restore
from pipelines.snapshot import Snapshot
from resolution.judgements.judgement import Judgement
from resolution.model.artefact import SHIPPED, read_model, versioned, write_model
from tests.pipelines.runs import configure
from tests.sources.landing import deliver, varied

CLUB = varied(
    record={"state": "replace", "deleted": "coalesce(gone, false)", "phones": ["phone"]},
    columns={
        "member": {"required": True},
        "name": {},
        "email": {},
        "phone": {},
        "gone": {"type": "boolean"},
        "changed": {"type": "timestamp", "required": True},
    },
)
JANE, ROSA, OMAR = "Jane Featherstone", "Rosalind Okonkwo", "Omar Haddadian"


def members(*rows: tuple[str, str, str, str, str], day: int) -> str:
    lines = ["member,name,email,phone,gone,changed"]
    lines += [f"{','.join(row)},2026-01-{day:02d}T08:00:00Z" for row in rows]
    return "\n".join(lines) + "\n"


@dataclass
class Story:
    """A warehouse, and what its customers were after every step."""

    config: Config
    customers: list[dict[str, str]] = field(default_factory=list)
    causes: list[list[tuple[str, str, tuple[str, ...]]]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    held: str = ""

    @property
    def store(self) -> TableStore:
        return TableStore(self.config.warehouse)

    def run(self) -> None:
        outcome = execute_job(self.config, (None, None), lambda *_: None)
        assert outcome.state == "published", [one for one in outcome.checks if not one.passed]
        self.look()

    def look(self) -> None:
        """Note the customer of each member, and what changed and why, in the members' names."""
        with Snapshot(self.config.warehouse).duckdb() as connection:
            rows = connection.execute(
                "select source_key, record_id, customer_id from golden.crosswalk"
            ).fetchall()
            self.ids |= {key: record for key, record, _ in rows}
            self.customers.append({key: customer for key, _, customer in rows})
            key_of = {record: key for key, record in self.ids.items()}
            changes = connection.execute(
                "select kind, cause, cause_records from golden.identity_history where publication ="
                " (select max(publication) from golden.identity_history) order by kind, cause"
            ).fetchall()
            self.causes.append(
                [
                    (kind, cause, tuple(sorted(key_of[r] for r in by or [])))
                    for kind, cause, by in changes
                ]
            )
            self.check(connection)

    def check(self, connection: Any) -> None:
        """Every id that was ever published resolves to customers of today."""
        resolved = dict(
            connection.execute(
                "select customer_id, current_ids from golden.identifier_resolution"
            ).fetchall()
        )
        today = set(self.customers[-1].values())
        for known in self.customers:
            for customer in known.values():
                assert set(resolved[customer]) <= today, customer
        unexplained = connection.execute(
            "select count(*) from golden.identity_history where cause is null"
        ).fetchall()
        assert unexplained == [(0,)]

    def together(self, *names: str) -> bool:
        return len({self.customers[-1][name] for name in names}) == 1


@pytest.fixture(scope="module")
def story(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """All steps, one publication each; `customers[n]` and `causes[n]` are after step n."""
    folder = tmp_path_factory.mktemp("story")
    told = Story(configure(folder, CLUB))
    landing = told.config.landing
    first = members(
        ("A1", JANE, "jane.f@x.org", "", ""),
        ("A2", "", "", "+442071838750", ""),
        ("B1", ROSA, "rosa.o@x.org", "", ""),
        ("B2", "", "", "+442071838751", ""),
        ("B3", ROSA, "rosa.o@x.org", "+442071838751", ""),
        ("C1", OMAR, "", "", ""),
        ("C2", "", "omar.h@x.org", "", ""),
        ("C3", OMAR, "omar.h@x.org", "", ""),
        *((f"Z{n}", "", f"somebody.{n}@y.org", "", "") for n in range(6)),
        day=5,
    )
    deliver(landing, "club/dt=2026-01-05/members.csv", first)
    told.run()
    bridge = members(("A3", JANE, "jane.f@x.org", "+442071838750", ""), day=6)
    deliver(landing, "club/dt=2026-01-06/members.csv", bridge)
    told.run()
    append_judgements(told.store, [decision(told.ids["A1"], told.ids["A2"])])
    told.run()
    told.config = told.config.model_copy(update={"model": another_model(folder / "model.json")})
    # One record in fifteen would change its customer: more than a model may, unless somebody says.
    told.held = execute_job(told.config, (None, None), lambda *_: None).state
    approve(told.store, "p000004", "by-hand", ("steward", "seen and right"))
    told.look()
    gone = members(("C3", OMAR, "omar.h@x.org", "", "true"), day=7)
    deliver(landing, "club/dt=2026-01-07/members.csv", gone)
    told.run()
    deliver(
        landing, "club/dt=2026-01-08/members.csv", members(("E1", "", "e.one@x.org", "", ""), day=8)
    )
    told.run()
    account = Snapshot(told.config.warehouse).arrow("ops.files").to_pylist()
    decide(told.store, account, ["club/dt=2026-01-08/members.csv"], WITHDRAW, "wrong club")
    told.run()
    restore(told.store, "p000007", "by-hand")
    told.look()
    return told


def decision(left: str, right: str) -> Judgement:
    return Judgement(
        judgement_id="00000000-0000-4000-8000-000000000001",
        kind="pair",
        verdict="different",
        reason="two people, one phone",
        decided_by="steward",
        decided_at=datetime(2026, 1, 6, 12, tzinfo=UTC),
        records=(left,),
        others=(right,),
    )


LESS = 6_000
"""Milli-bits."""


def another_model(path: Path) -> Path:
    """The shipped one, to which the same number says less."""
    model = read_model(SHIPPED)
    levels = tuple(
        level.model_copy(
            update={"weight": level.weight - LESS, "household": (level.household or 0) - LESS}
        )
        if level.label == "same number"
        else level
        for level in model.comparisons["phone"]
    )
    comparisons = {**model.comparisons, "phone": levels}
    write_model(versioned(model.model_copy(update={"comparisons": comparisons})), path)
    return path


def test_a_bridge_merges_two_customers_and_is_the_cause(story: Story) -> None:
    before, after = story.customers[0], story.customers[1]
    assert before["A1"] != before["A2"]
    assert after["A1"] == after["A2"] == after["A3"]
    assert after["A1"] in (before["A1"], before["A2"])
    assert ("merge", "data", ("A3",)) in story.causes[1]
    assert {name: after[name] for name in before if name[0] != "A"} == {
        name: before[name] for name in before if name[0] != "A"
    }


def test_a_steward_splits_them_and_the_decision_stands_to_the_end(story: Story) -> None:
    assert [(kind, cause) for kind, cause, _ in story.causes[2]] == [("split", "steward")]
    for known in story.customers[2:]:
        assert known["A1"] != known["A2"]
    with Snapshot(story.config.warehouse).duckdb() as connection:
        behind = connection.execute(
            "select cause_decisions from golden.identity_history where cause = 'steward'"
        ).fetchall()
    assert behind == [(["00000000-0000-4000-8000-000000000001"],)]


def test_another_model_splits_what_hung_on_a_number(story: Story) -> None:
    before, after = story.customers[2], story.customers[3]
    assert before["B1"] == before["B2"] == before["B3"]
    assert after["B1"] == after["B3"] == before["B1"] != after["B2"]
    assert story.causes[3] == [("split", "model", ())]
    assert story.held == "held"


def test_a_deleted_bridge_parts_what_it_held_together(story: Story) -> None:
    before, after = story.customers[3], story.customers[4]
    assert before["C1"] == before["C2"] == before["C3"]
    assert "C3" not in after
    assert after["C1"] != after["C2"]
    assert before["C1"] in (after["C1"], after["C2"])
    assert story.causes[4] == [("removal", "data", ("C3",)), ("split", "data", ("C3",))]


def test_a_withdrawn_file_retires_whom_it_brought(story: Story) -> None:
    assert story.causes[5] == [("birth", "data", ("E1",))]
    assert "E1" not in story.customers[6]
    assert story.causes[6] == [("retirement", "data", ("E1",))]
    others = {name: id_ for name, id_ in story.customers[5].items() if name != "E1"}
    assert story.customers[6] == others


def test_a_restore_brings_the_customers_back_and_is_a_cause(story: Story) -> None:
    assert story.customers[7] == story.customers[5]
    assert story.causes[7] == [("revival", "restore", ())]


def test_each_step_was_one_publication(story: Story) -> None:
    with Snapshot(story.config.warehouse).duckdb() as connection:
        rows = connection.execute(
            "select publication, state from ops.publications order by publication"
        ).fetchall()
    states = [state for _, state in rows]
    assert states[3] == "held"
    assert states[:3] + states[5:-1] == ["published"] * 6
    assert states[-1] == "restored"
