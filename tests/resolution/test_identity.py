from __future__ import annotations

import random
import re
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.identity import Registry
from tests.resolution.customers import World

Night = tuple[dict[str, str], set[str], list[tuple[str, str]]]
NAMES = [f"r{number:02d}" for number in range(8)]


@st.composite
def nights(draw: st.DrawFn) -> list[Night]:
    """Publications: the cluster of each record that is there, which of them are held, and pairs of
    held ones that decisions hold apart.
    """
    found = []
    for _ in range(draw(st.integers(1, 6))):
        present = draw(st.sets(st.sampled_from(NAMES)))
        drawn = {name: draw(st.integers(0, 3)) for name in sorted(present)}
        first: dict[int, str] = {}
        for name, number in drawn.items():
            first.setdefault(number, name)
        doubtful = draw(st.sets(st.integers(0, 3), max_size=1))
        clusters = {name: first[number] for name, number in drawn.items()}
        held = {name for name in drawn if drawn[name] in doubtful}
        pairs = list(combinations(sorted(held), 2))
        apart = draw(st.lists(st.sampled_from(pairs), max_size=1)) if pairs else []
        found.append((clusters, held, apart))
    return found


@settings(max_examples=60, deadline=None)
@given(nights(), st.randoms(use_true_random=False))
def test_ids_and_flows_are_those_of_the_rules(drawn: list[Night], shuffler: random.Random) -> None:
    """By an oracle that goes customer by customer; the order of records does not matter to us."""
    world, oracle = World(), Registry()
    first_seen = {name: int(name[1:]) for name in NAMES}
    for clusters, held, apart in drawn:
        mixed = list(clusters.items())
        shuffler.shuffle(mixed)
        expected, flows = oracle.step(clusters, held, first_seen, apart)
        assert world.publish(dict(mixed), held, apart=apart) == expected
        assert sorted(world.flows(), key=str) == sorted(flows, key=str)


@settings(max_examples=40, deadline=None)
@given(nights())
def test_the_history_adds_up_and_every_id_resolves(
    drawn: list[Night],
) -> None:
    world = World()
    ever: set[str] = set()
    for clusters, held, apart in drawn:
        before = set(ever)
        now = world.publish(clusters, held, apart=apart)
        ever |= set(now.values())
        births = {to for kind, _, to, _ in world.flows() if kind == "birth"}
        assert not births & before, "an id was used twice"
        summed = world.query(
            "select record_id, arg_max(to_id, struct_pack(publication, step)) as id from"
            " (select unnest(records) as record_id, coalesce(to_id, '') as to_id, publication,"
            " step from history) group by record_id having id <> ''"
        )
        assert dict(summed) == now
        current = world.query(
            "select record_id, customer_id from crosswalk_history where valid_to is null"
        )
        assert dict(current) == now
        assert len(current) == len(now)
        resolved = world.query("select customer_id, status, current_ids from identifier_resolution")
        assert {row[0] for row in resolved} == ever
        for customer, status, ids in resolved:
            assert set(ids) <= set(now.values())
            assert (status == "current") == (customer in now.values())
            assert (status == "retired") == (not ids)


def test_ids_are_opaque_and_need_no_key_of_ours() -> None:
    (customer,) = set(World().publish({"r1": "r1", "r2": "r1"}).values())
    assert re.fullmatch(r"c[0-9a-f]{24}", customer)
    assert "r1" not in customer


def test_a_record_that_joins_later_leaves_the_id_alone() -> None:
    world = World()
    before = world.publish({"r5": "r5"})
    after = world.publish({"r5": "r1", "r1": "r1"})
    assert before["r5"] == after["r5"] == after["r1"]
    assert world.flows() == [("addition", None, after["r5"], ("r1",))]


def test_on_a_merge_the_id_that_brings_more_records_stays() -> None:
    world = World()
    before = world.publish({"r1": "r1", "r2": "r2", "r3": "r2"})
    after = world.publish(dict.fromkeys(("r1", "r2", "r3"), "r1"))
    assert set(after.values()) == {before["r2"]}
    assert world.resolved(before["r1"]) == ("merged", [before["r2"]])


def test_of_two_as_large_the_older_customer_stays() -> None:
    world = World()
    world.publish({"r9": "r9"})
    before = world.publish({"r9": "r9", "r1": "r1"})
    after = world.publish({"r9": "r1", "r1": "r1"})
    assert set(after.values()) == {before["r9"]}


def test_on_a_split_the_larger_part_keeps_the_id() -> None:
    world = World()
    before = world.publish(dict.fromkeys(("r1", "r2", "r3"), "r1"))
    after = world.publish({"r1": "r1", "r2": "r2", "r3": "r2"})
    assert after["r2"] == after["r3"] == before["r1"] != after["r1"]
    assert world.flows() == [("split", before["r1"], after["r1"], ("r1",))]
    assert world.resolved(before["r1"]) == ("current", [before["r1"]])


def test_of_two_parts_as_large_the_one_with_the_smallest_record_keeps_it() -> None:
    world = World()
    before = world.publish({"r1": "r1", "r2": "r1"})
    after = world.publish({"r1": "r1", "r2": "r2"})
    assert after["r1"] == before["r1"] != after["r2"]


def test_a_record_that_comes_back_brings_its_customer_back() -> None:
    world = World()
    before = world.publish({"r1": "r1", "r2": "r2"})
    world.publish({"r2": "r2"})
    assert world.resolved(before["r1"]) == ("retired", [])
    assert world.flows() == [("retirement", before["r1"], None, ("r1",))]
    assert world.publish({"r1": "r1", "r2": "r2"}) == before
    assert world.flows() == [("revival", None, before["r1"], ("r1",))]


def test_a_record_that_founds_twice_makes_two_ids() -> None:
    """Split from its first customer, r1 can't take that id again."""
    world = World()
    before = world.publish(dict.fromkeys(("r1", "r2", "r3"), "r1"))
    after = world.publish({"r1": "r1", "r2": "r2", "r3": "r2"})
    together = world.publish(dict.fromkeys(("r1", "r2", "r3"), "r1"))
    assert set(together.values()) == {before["r1"]}
    again = world.publish({"r1": "r1", "r2": "r2", "r3": "r2"})
    assert again["r1"] not in (before["r1"], after["r1"])
    assert world.resolved(after["r1"]) == ("merged", [again["r1"]])


def test_held_records_keep_their_last_customer_and_new_ones_stand_alone() -> None:
    world = World()
    before = world.publish({"r1": "r1", "r2": "r2", "r3": "r2"})
    together = dict.fromkeys(("r1", "r2", "r3", "r4"), "r1")
    held = world.publish(together, held=set(together))
    assert {name: held[name] for name in before} == before
    assert held["r4"] not in before.values()
    assert world.publish(together, held=set(together)) == held
