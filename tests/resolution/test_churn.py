"""How many ids stayed put, and what moved the others."""

from __future__ import annotations

from resolution.churn import churn
from resolution.history import Cause
from tests.resolution.customers import World


def counted(world: World, before: dict[str, str], after: dict[str, str], cause: str) -> object:
    """Churn of the second of two publications; `publish` overwrites `last_identities`."""
    world.publish(before)
    world.connection.execute("create temp table before as from last_identities")
    world.publish(after, cause=Cause(cause))
    world.connection.execute("create or replace temp table last_identities as from before")
    return churn(world.connection)


def test_a_merge_by_another_model_moves_the_records_of_the_customer_that_ended() -> None:
    before = {"r1": "r1", "r2": "r1", "r3": "r3", "r4": "r4"}
    after = {"r1": "r1", "r2": "r1", "r3": "r1", "r4": "r4"}
    assert counted(World(), before, after, "model") == {
        "records_before": 4, "records_kept": 3, "customers_before": 3, "customers_kept": 2,
        "records_moved_by_model": 1, "customers_ended_by_model": 1,
    }  # fmt: skip


def test_a_split_moves_records_and_ends_nobody() -> None:
    found = counted(World(), {"r1": "r1", "r2": "r1"}, {"r1": "r1", "r2": "r2"}, "rule")
    assert found == {
        "records_before": 2, "records_kept": 1, "customers_before": 1, "customers_kept": 1,
        "records_moved_by_rule": 1, "customers_ended_by_rule": 0,
    }  # fmt: skip


def test_what_is_deleted_or_new_has_no_id_to_keep() -> None:
    before = {"r1": "r1", "r2": "r1", "r3": "r3"}
    assert counted(World(), before, {"r1": "r1", "r9": "r9"}, "data") == {
        "records_before": 1, "records_kept": 1, "customers_before": 1, "customers_kept": 1,
    }  # fmt: skip
