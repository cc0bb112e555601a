"""The page of large populations: the saved measurements, the reckoning and its limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import rates
from benchmarks.block_sizes import Blocks
from benchmarks.extrapolation import (
    PASSED_ON,
    Population,
    Size,
    breaks_at,
    core_seconds,
    driver_seconds,
    executors,
    hours,
    longest_task,
    shuffle_bytes,
)
from benchmarks.measured_blocks import DIGITS, LETTERS, saved
from benchmarks.scaling import SIZES, limit_table, pair_table, run_table, skew_table, validation
from resolution.model.blocking import PREDICTION_RULES


def size(records: int, pairs: float) -> Size:
    return Size(records, records * 0.9, records * 3.0, {"a kind": Blocks(pairs, 0.0, 2.0, 0.0)})


def test_every_blocking_rule_was_measured() -> None:
    rules = {rule.name for rule in PREDICTION_RULES} - {"same log-in name"}
    for measured in saved():
        assert set(measured.kinds) == rules | {LETTERS, DIGITS}
        for keys in measured.kinds.values():
            carriers = sum(count * number for count, number in keys.households.items())
            assert carriers == sum(keys.nodes.values())


def test_a_fifth_of_the_records_foretells_the_pairs_of_all() -> None:
    small, large = saved()[-2:]
    found = Population(small).at(large.records)
    real = sum(keys.pairs for keys in large.kinds.values())
    assert found.pairs == pytest.approx(real, rel=0.02)
    for kind, blocks in found.kinds.items():
        assert blocks.pairs == pytest.approx(large.kinds[kind].pairs, rel=0.05)
    strangers = sum(keys.strangers for keys in large.kinds.values())
    assert sum(one.strangers for one in found.kinds.values()) == pytest.approx(strangers, rel=0.15)
    assert any("| all |" in line for line in validation(found, large))


def test_the_same_seed_draws_the_same_blocks() -> None:
    population = Population(saved()[0])
    assert population.at(50_000) == population.at(50_000)


def test_numbers_that_are_passed_on_grow_in_proportion() -> None:
    measured = saved()[0]
    found = Population(measured).at(measured.records * 10).kinds[PASSED_ON]
    assert found.pairs == pytest.approx(10 * measured.kinds[PASSED_ON].pairs)


def test_hours_are_those_of_executors_and_of_the_driver() -> None:
    one = size(rates.RUN_RECORDS, pairs=0)
    worked = sum(core_seconds(one).values())
    assert hours(one, 40) == pytest.approx(
        (worked / (40 * rates.USE_OF_CORES) + sum(rates.DRIVER_SECONDS.values())) / 3600
    )
    assert core_seconds(one)["ingest"] == rates.STAGE_SECONDS["ingest"] * rates.RUN_CORES
    assert longest_task(one) < core_seconds(one)["ingest"]
    more = size(rates.RUN_RECORDS, pairs=1e6)
    assert core_seconds(more)["resolve"] > core_seconds(one)["resolve"]
    assert shuffle_bytes(more, saved()[0])["resolve"] > shuffle_bytes(one, saved()[0])["resolve"]


def test_no_executors_help_where_the_driver_takes_longer() -> None:
    large = size(10_000_000_000, pairs=0)
    assert driver_seconds(large) > 4 * 3600
    assert executors(large, 4) == np.inf
    needed = executors(size(1_000_000_000, pairs=0), 4)
    within = hours(size(1_000_000_000, pairs=0), needed * rates.CORES_OF_AN_EXECUTOR)
    assert within <= 4


def test_a_limit_is_found_between_the_rungs() -> None:
    ladder = [size(records, pairs=records**2 / 1e6) for records in (10**5, 10**6, 10**7)]
    assert breaks_at(lambda one: one.pairs, 9e6, ladder) == pytest.approx(3e6)
    assert breaks_at(lambda one: one.pairs, 1e9, ladder) == np.inf


def test_tables_have_a_cell_for_every_size() -> None:
    measured = saved()[-1]
    sizes = [size(records, pairs=records * 1.5) for records in SIZES]
    tables = (
        pair_table(
            sizes, [replace(one, kinds={"a kind": Blocks(9e9, 0, 2, 0.5)}) for one in sizes]
        ),
        run_table(sizes, measured),
        limit_table(sizes, measured),
        skew_table(measured),
    )
    for table in tables:
        assert len({line.count("|") for line in table}) == 1
    assert "1.5 to 9,000" in tables[0][2]
    assert any("over 1,000" in line for line in tables[2])
