"""Causes of changes, the customer of a record through time, and old ids after many changes."""

from __future__ import annotations

from typing import Any

import pytest

from resolution.errors import ResolutionError
from resolution.history import Cause
from resolution.lookup import look_up
from tests.resolution.customers import World


def causes(world: World) -> list[tuple[Any, ...]]:
    """kind, cause and cause_records of the last publication's changes."""
    rows = world.query("select kind, cause, cause_records from changes order by kind, records")
    return [(kind, cause, None if by is None else list(by)) for kind, cause, by in rows]


def test_a_change_names_the_changed_records_of_the_customers_that_it_touches() -> None:
    world = World()
    world.publish({"r1": "r1", "r2": "r2", "r3": "r3"})
    world.publish(
        {"r1": "r1", "r2": "r1", "r3": "r3"},
        records={"r2": {"version": "2"}, "r3": {"version": "2"}},
    )
    assert causes(world) == [("merge", "data", ["r2"])]


def test_a_deleted_record_is_the_cause_of_the_split_behind_it() -> None:
    world = World()
    world.publish(dict.fromkeys(("r1", "r2", "r3"), "r1"))
    world.publish({"r1": "r1", "r3": "r3"})
    assert causes(world) == [("removal", "data", ["r2"]), ("split", "data", ["r2"])]


def test_a_value_that_became_a_hub_elsewhere_is_a_cause_from_afar() -> None:
    world = World()
    phone = {"phones": ["5551234"]}
    own = {"r1": phone, "r2": phone}
    world.publish({"r1": "r1", "r2": "r1"}, records=own)
    world.publish({"r1": "r1", "r2": "r2", "r9": "r9"}, records={**own, "r9": phone})
    assert causes(world) == [("birth", "data", ["r9"]), ("split", "data", ["r9"])]


def test_a_name_that_became_common_by_a_log_in_name_is_a_cause_from_afar() -> None:
    world = World()
    jane = {"name": ("jane", "stone")}
    own = {"r1": jane, "r2": jane}
    world.publish({"r1": "r1", "r2": "r1"}, records=own)
    handle = {"handle": "stone_jane84"}
    world.publish({"r1": "r1", "r2": "r2", "r9": "r9"}, records={**own, "r9": handle})
    assert causes(world) == [("birth", "data", ["r9"]), ("split", "data", ["r9"])]


def test_a_change_that_nothing_explains_has_no_cause() -> None:
    world = World()
    world.publish({"r1": "r1", "r2": "r1"})
    world.publish({"r1": "r1", "r2": "r2"})
    assert causes(world) == [("split", None, None)]


def test_another_model_is_a_cause_of_its_own() -> None:
    world = World()
    world.publish({"r1": "r1", "r2": "r1"})
    world.publish({"r1": "r1", "r2": "r2"}, cause=Cause("model", "m1 -> m2"))
    assert causes(world) == [("split", "model", None)]
    assert world.query("select detail, step from changes") == [("m1 -> m2", 0)]


def test_the_customer_of_a_record_on_any_day() -> None:
    world = World()
    first = world.publish({"r0": "r0", "r1": "r0", "r2": "r2"})
    merged = world.publish(dict.fromkeys(("r0", "r1", "r2"), "r0"))
    world.publish({"r0": "r0", "r1": "r0"})
    world.publish(dict.fromkeys(("r0", "r1", "r2"), "r0"))
    rows = world.query(
        "select customer_id, since, until, day(valid_from), day(valid_to) from crosswalk_history"
        " where record_id = 'r2' order by valid_from"
    )
    assert rows == [
        (first["r2"], "p000001", "p000002", 2, 3),
        (merged["r2"], "p000002", "p000003", 3, 4),
        (merged["r2"], "p000004", None, 5, None),
    ]


def test_an_id_resolves_after_ten_merges_and_splits() -> None:
    world = World()
    records = [f"r{number:02d}" for number in range(12)]
    first = world.publish({name: name for name in records})
    for size in range(2, 12):
        world.publish({name: records[0] if name in records[:size] else name for name in records})
    last = world.publish({name: name for name in records})
    for name in records:
        status, current = world.resolved(first[name])
        assert current == [last[name]], name
        assert (status == "current") == (first[name] == last[name])


def test_an_id_whose_records_left_its_successor_leads_to_that_successor() -> None:
    world = World()
    before = world.publish({"r1": "r1", "r2": "r2", "r3": "r2"})
    world.publish(dict.fromkeys(("r1", "r2", "r3"), "r1"))
    world.publish({"r2": "r2", "r3": "r2"})
    assert world.resolved(before["r1"]) == ("merged", [before["r2"]])


@pytest.fixture
def told() -> World:
    """A customer that was merged, by tables named as a publication's."""
    world = World()
    world.publish({"r1": "r1", "r2": "r2", "r3": "r2"})
    world.publish(dict.fromkeys(("r1", "r2", "r3"), "r1"), records={"r1": {"version": "2"}})
    run = world.connection.execute
    run("create schema golden")
    run("create view golden.identity_history as from history")
    run("create table golden.identifier_resolution as from identifier_resolution")
    return world


def test_a_look_up_tells_the_way_of_an_id_and_of_a_record(told: World) -> None:
    (merged,) = told.query("select to_id from history where founder = 'r1'")[0]
    current = told.customers()["r1"]
    found = look_up(told.connection, merged)
    assert (found.status, found.current_ids) == ("merged", (current,))
    assert [(one.kind, one.from_id, one.to_id, one.because) for one in found.changes] == [
        ("birth", None, merged, "r1"),
        ("merge", merged, current, "r1"),
    ]
    of_record = look_up(told.connection, "r1")
    assert (of_record.status, of_record.current_ids) == ("record", (current,))
    assert [one.kind for one in of_record.changes] == ["birth", "merge"]


def test_an_id_that_nobody_published_is_refused(told: World) -> None:
    with pytest.raises(ResolutionError, match="no publication ever had"):
        look_up(told.connection, "c" + "0" * 24)
