"""Populations that nobody here can measure: their blocks, drawn, and what a run on them takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks import rates
from benchmarks.block_sizes import MANY_SHARED, Blocks, Limits, Spectrum, draw, spectrum
from benchmarks.measured_blocks import DIGITS, LETTERS, Measured
from resolution.forecast import BYTES_OF_A_NODE, BYTES_OF_A_PAIR
from resolution.thresholds import HUB_FAMILIES, HUB_NODES

SEED = 5
PASSED_ON = "same phone"
"""A number belongs to one household at a time, so strangers share it because it was passed on: as
often for each number in a large population as in a small one.
"""
HUB = Limits(hub_nodes=HUB_NODES, hub_families=HUB_FAMILIES)
LIMITS = {"same mailbox": HUB, LETTERS: HUB, DIGITS: HUB}
RARE = "same rare name"


@dataclass(frozen=True)
class Size:
    """A population of so many records: its nodes, its blocking keys, and blocks by kind of key."""

    records: int
    nodes: float
    keys: float
    kinds: dict[str, Blocks]

    @property
    def pairs(self) -> float:
        return sum(blocks.pairs for blocks in self.kinds.values())


class Population:
    """A measured population that can be grown or shrunk; `shared` as of `spectrum`."""

    def __init__(self, measured: Measured, shared: float = MANY_SHARED) -> None:
        self.measured = measured
        self._fitted: dict[str, Spectrum] = {
            kind: spectrum(keys, shared)
            for kind, keys in measured.kinds.items()
            if kind != PASSED_ON
        }
        self._keys = sum(
            size * carriers
            for keys in measured.kinds.values()
            for size, carriers in keys.nodes.items()
        )

    def at(self, records: float) -> Size:
        """Grown to so many records."""
        scale = records / self.measured.records
        kinds = {
            kind: self._blocks(kind, scale, place) for place, kind in enumerate(self.measured.kinds)
        }
        return Size(round(records), self.measured.nodes * scale, self._keys * scale, kinds)

    def _blocks(self, kind: str, scale: float, place: int) -> Blocks:
        keys = self.measured.kinds[kind]
        if kind == PASSED_ON:
            return Blocks(keys.pairs * scale, keys.strangers * scale, keys.largest, 0.0)
        generator = np.random.default_rng([SEED, place])
        limits = LIMITS.get(kind, Limits())
        if kind == RARE:
            limits = Limits(most_nodes=self.measured.rare_nodes)
        return draw(self._fitted[kind], scale, limits, generator)


def core_seconds(size: Size) -> dict[str, float]:
    """Of each stage that runs on executors."""
    scale = size.records / rates.RUN_RECORDS
    found = {
        stage: seconds * rates.RUN_CORES * scale for stage, seconds in rates.STAGE_SECONDS.items()
    }
    found["resolve"] = rates.SPARK_FACTOR * (
        size.records * rates.SECONDS_OF_A_RECORD + size.pairs * rates.SECONDS_OF_A_PAIR
    )
    return found


def shuffle_bytes(size: Size, measured: Measured) -> dict[str, float]:
    """Of each stage, before compression, by what its code sends between tasks."""
    delivered = size.records * rates.RUN_DELIVERED / rates.RUN_RECORDS
    record, node = measured.bytes_of_a_record, measured.bytes_of_a_node + rates.BYTES_OF_AN_ID
    pair = 2 * rates.BYTES_OF_AN_ID
    return {
        # The rows by their key, once each.
        "events": delivered * rates.BYTES_OF_A_DELIVERED_ROW,
        "records": delivered * rates.BYTES_OF_A_DELIVERED_ROW,
        # Records to their node and to the node's task; blocking keys; nodes to both ends of pairs;
        # pairs to be made distinct, to either end, and spread evenly with the features of both.
        "resolve": size.records * record * 2
        + size.keys * pair
        + size.nodes * node * 2
        + size.pairs * (pair + pair + (pair + node) + (pair + 2 * node)),
        # Records to identities, to clusters, and to their customer's task.
        "consolidate": size.records * record * 3,
    }


def memory(size: Size) -> float:
    """Bytes that `resolution.forecast` says for one process."""
    return size.nodes * BYTES_OF_A_NODE + size.pairs * BYTES_OF_A_PAIR


def driver_seconds(size: Size) -> float:
    """Of the steps that no executor helps with."""
    return sum(rates.DRIVER_SECONDS.values()) * size.records / rates.RUN_RECORDS


def longest_task(size: Size) -> float:
    """Seconds of the task that reads the largest file of a first load."""
    return rates.LARGEST_FILE * core_seconds(size)["ingest"]


def hours(size: Size, cores: float) -> float:
    """Of a night, with what runs in the driver alone. All of silver and golden is made anew each
    night; ingest is counted as for a first load, but as if its files were cut evenly.
    """
    shared = sum(core_seconds(size).values()) / (cores * rates.USE_OF_CORES)
    return (shared + driver_seconds(size)) / 3600


def executors(size: Size, window: float) -> float:
    """That end a run within so many hours; infinite where the driver alone takes longer."""
    left = window * 3600 - driver_seconds(size)
    cores = sum(core_seconds(size).values()) / (left * rates.USE_OF_CORES) if left > 0 else np.inf
    return float(np.ceil(cores / rates.CORES_OF_AN_EXECUTOR))


def breaks_at(use: Callable[[Size], float], limit: float, ladder: list[Size]) -> float:
    """Records at which `use` reaches the limit, between the rungs by logarithms; infinite above
    the last one. `use` grows from rung to rung.
    """
    uses = np.log([use(size) for size in ladder])
    if np.log(limit) > uses[-1]:
        return float(np.inf)
    records = np.log([size.records for size in ladder])
    return float(np.exp(np.interp(np.log(limit), uses, records)))
