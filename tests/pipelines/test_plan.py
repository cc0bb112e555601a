"""Why a run runs, and on what."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from pipelines.plan import Plan
from pipelines.publication import publish
from pipelines.tables import FILES
from tests.pipelines.runs import configure
from tests.pipelines.test_run import begun
from tests.sources.landing import CLUB, deliver, varied


def test_work_waits_in_the_order_of_days_and_within_the_days_of_the_run(tmp_path: Path) -> None:
    plan = Plan(configure(tmp_path, CLUB))
    for day in (7, 5, 6):
        name = f"club/dt=2026-01-0{day}/members.csv"
        deliver(plan.config.landing, name, "member,changed\n")
    assert [day.day for _, _, day in plan.waiting] == [5, 6, 7]
    sixth = plan.waiting[1][2]
    assert [day.day for _, _, day in Plan(plan.config, first_day=sixth).waiting] == [6, 7]
    assert [day.day for _, _, day in Plan(plan.config, last_day=sixth).waiting] == [5, 6]
    assert plan.deliveries[0].header == ("member", "changed")


def test_files_of_the_last_publication_do_not_wait_and_changed_ones_do(tmp_path: Path) -> None:
    first = begun(tmp_path)
    assert first.has_work
    names = [f"club/dt=2026-01-0{day}/members.csv" for day in (5, 6)]
    for name in names:
        deliver(first.config.landing, name, "member,changed\n")
    known = [{"file": one.name, "sha256": one.sha256} for one in first.deliveries]
    first.write_arrow(pa.Table.from_pylist(known), FILES.name, "append")
    publish(first)
    second = begun(tmp_path)
    assert (second.waiting, second.has_work) == ([], False)
    deliver(first.config.landing, names[1], "member,changed\n1,2\n")
    third = begun(tmp_path)
    assert [path.parent.name for _, path, _ in third.waiting] == ["dt=2026-01-06"]
    assert third.has_work


def test_another_rule_is_work_even_without_files(tmp_path: Path) -> None:
    publish(begun(tmp_path))
    assert not begun(tmp_path).has_work
    stricter = varied(minimum_share_of_last=0.9)
    assert Plan(configure(tmp_path, stricter)).has_work
