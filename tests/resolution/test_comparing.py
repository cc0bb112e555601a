"""What becomes of customers when the same records are clustered otherwise."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from resolution.comparing import CLASSES, Effect, Example, effect, examples, hand_out
from resolution.history import Cause, Occasion
from tests.resolution.customers import World

AT = datetime(2026, 2, 1, tzinfo=UTC)
MODEL = Occasion("p000002", AT, Cause("model", "one -> other"))

EDGES = "(left_id text, right_id text, kind text, weight int)"

LIVE = {"A": "r1 r2 r3", "B": "r4 r5", "C": "r6", "D": "r7 r8", "E": "r9", "F": "r10 r11"}
OTHERWISE = {"1": "r1 r2", "2": "r3 r4 r5", "3": "r6 r9", "4": "r7", "5": "r8", "6": "r10 r11"}


def clusters(groups: dict[str, str]) -> dict[str, str]:
    return {record: name for name, records in groups.items() for record in records.split()}


def tried(
    live: dict[str, str],
    other: dict[str, str],
    held: frozenset[str] = frozenset(),
    last_edges: list[tuple[str, str, str, int]] | None = None,
    edges: list[tuple[str, str, str, int]] | None = None,
) -> World:
    """Records by cluster, as they are live and as another model has them."""
    world = World()
    world.publish(live)
    run = world.connection.execute
    run("delete from clusters")
    for name, cluster in other.items():
        state = "held" if name in held else "published"
        run("insert into clusters values (?, ?, ?)", [name, cluster, state])
    for relation, rows in (("last_edges", last_edges), ("edges", edges)):
        run(f"create table {relation} {EDGES}")
        for row in rows or []:
            run(f"insert into {relation} values (?, ?, ?, ?)", list(row))
    run("alter table last_identities add column state text default 'published'")
    hand_out(world.connection, MODEL)
    return world


def sides(found: Effect) -> dict[str, tuple[int, int]]:
    return {name: (two["live"], two["new"]) for name, two in found.customers.items()}


def test_every_customer_is_of_one_class() -> None:
    found = effect(tried(clusters(LIVE), clusters(OTHERWISE)).connection)
    assert sides(found) == {
        "unchanged": (1, 1), "merged": (2, 1), "split": (1, 2), "reshuffled": (2, 2),
    }  # fmt: skip
    # r3 goes to B, r6 or r9 into the other, r7 or r8 out of D.
    assert (found.churn["records_before"], found.churn["records_kept"]) == (11, 8)
    assert (found.churn["customers_before"], found.churn["customers_kept"]) == (6, 5)
    assert found.moved_share == pytest.approx(3 / 11)


def test_nobody_changes_where_the_clusters_are_the_same() -> None:
    found = effect(tried(clusters(LIVE), clusters(LIVE)).connection)
    assert sides(found) == {"unchanged": (6, 6), "merged": (0, 0), "split": (0, 0),
                            "reshuffled": (0, 0)}  # fmt: skip
    assert found.moved_share == 0


def overlapping(live: dict[str, str], new: dict[str, str]) -> dict[str, tuple[int, int]]:
    """By definition: customers that share records, over any number of steps, belong together."""
    groups: list[tuple[set[str], set[str]]] = []
    for record, left in live.items():
        touched = [one for one in groups if left in one[0] or new[record] in one[1]]
        lefts = {left}.union(*(one[0] for one in touched))
        rights = {new[record]}.union(*(one[1] for one in touched))
        groups = [one for one in groups if one not in touched] + [(lefts, rights)]
    counted = dict.fromkeys(CLASSES, (0, 0))
    for lefts, rights in groups:
        name = {(False, False): "unchanged", (True, False): "merged", (False, True): "split",
                (True, True): "reshuffled"}[len(lefts) > 1, len(rights) > 1]  # fmt: skip
        counted[name] = (counted[name][0] + len(lefts), counted[name][1] + len(rights))
    return counted


@pytest.mark.parametrize("seed", range(12))
def test_classes_are_those_of_the_definition(seed: int) -> None:
    chance = random.Random(seed)
    records = [f"r{number}" for number in range(30)]
    live = {record: f"a{chance.randrange(12)}" for record in records}
    new = {
        record: live[record] if chance.random() < 0.7 else f"a{chance.randrange(14)}"
        for record in records
    }
    assert sides(effect(tried(live, new).connection)) == overlapping(live, new)


def test_examples_name_the_strongest_edge_between_them() -> None:
    live, other = (
        clusters({"A": "r1 r2", "B": "r3 r4", "C": "r5 r6"}),
        clusters({"A": "r1 r2 r3 r4", "C": "r5", "D": "r6"}),
    )
    last_edges = [
        ("r1", "r2", "probabilistic", 9_000), ("r3", "r4", "probabilistic", 9_000),
        ("r5", "r6", "probabilistic", 4_000), ("r2", "r3", "probabilistic", 100),
    ]  # fmt: skip
    edges = [
        ("r1", "r2", "probabilistic", 9_000), ("r1", "r3", "probabilistic", 2_000),
        ("r2", "r3", "probabilistic", 3_000), ("r2", "r4", "probabilistic", 3_000),
        ("r5", "r6", "probabilistic", 50),
    ]  # fmt: skip
    world = tried(live, other, last_edges=last_edges, edges=edges)
    customers = dict(world.query("select record_id, customer_id from last_identities"))
    now = world.customers()
    a, b, c = customers["r1"], customers["r3"], customers["r5"]
    kept = now["r1"]
    (ended,) = {a, b} - {kept}
    (new,) = {now["r5"], now["r6"]} - {c}
    assert examples(world.connection, 5) == [
        Example(ended, "merged", (kept,), 2, "r2", "r3", 100, 3_000),
        Example(new, "split", (c,), 1, "r5", "r6", 4_000, 50),
    ]
    assert examples(world.connection, 0) == []


def test_a_customer_without_an_edge_is_an_example_all_the_same() -> None:
    found = examples(tried({"r1": "A", "r2": "B"}, {"r1": "A", "r2": "A"}).connection, 5)
    assert [(one.change, one.left_id, one.new_weight) for one in found] == [("merged", None, None)]


def test_held_records_keep_their_customer_and_are_counted() -> None:
    other = clusters({"1": "r1 r2 r3 r4 r5", "3": "r6", "4": "r7 r8", "5": "r9", "6": "r10 r11"})
    found = effect(
        tried(clusters(LIVE), other, held=frozenset(["r1", "r2", "r3", "r4", "r5"])).connection
    )
    assert found.held == {"live": 0, "new": 5}
    assert found.moved_share == 0
