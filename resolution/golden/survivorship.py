"""Which value survives, per attribute, as `survivorship.yml` says. Ties are broken totally."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pydantic import BaseModel, ConfigDict

from sources.batches import Numbers, Truths

RULES_FILE = Path(__file__).with_name("survivorship.yml")
Criterion = Literal["trust", "recency", "frequency", "completeness", "strictness"]

GRANTED, REFUSED = "true", "false"
"""Answers to a question of consent, as values."""


class Rule(BaseModel):
    """How one attribute, or one unit of attributes, is decided."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parts: tuple[str, ...] = ()
    prefer: tuple[Criterion, ...]

    @property
    def name(self) -> str:
        """The rule as `golden.attributes` shows it."""
        return " > ".join(self.prefer)


@lru_cache
def read_rules(path: Path = RULES_FILE) -> dict[str, Rule]:
    """Rules by attribute, in the file's order."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: Rule.model_validate(rule) for name, rule in document.items()}


STRICTEST = Rule(prefer=("strictness", "recency"))
"""Of consents: one no is enough, whoever else said yes. No file can change it."""


@dataclass(frozen=True)
class Candidates:
    """What the records of some customers say of one attribute: one entry per record that says
    anything, in the order of customers and, within a customer, of record_ids.

    `values` has an array of strings for each part of a unit, one array otherwise; `observed_at`
    is in microseconds, 0 where unknown.
    """

    customer: Numbers
    values: tuple[pa.Array, ...]
    trust: Numbers
    observed_at: Numbers


def survivors(candidates: Candidates, rule: Rule) -> tuple[Numbers, Numbers]:
    """The place of the winner among the candidates, for each customer that has any, in their
    order; and how many other values of that customer it won against.

    All customers at once, as sorts of numbers: an aggregate per attribute over structs in Spark
    took ten times the processor time.
    """
    customer = candidates.customer
    distinct = len(customer) + 1
    said, saying, records = np.unique(
        customer * distinct + value_numbers(candidates.values),
        return_inverse=True,
        return_counts=True,
    )
    keys = [
        key
        for criterion in rule.prefer
        for key in _keys(criterion, candidates, frequency=records[saying])
    ]
    # The sort is stable, so the smallest record_id breaks the last tie.
    order = np.lexsort([*reversed(keys), customer])
    losers = np.unique(said // distinct, return_counts=True)[1] - 1
    return order[starts(customer)], losers


def starts(ascending: Numbers) -> Truths:
    """Whether a new number begins at a place."""
    new: Truths = np.diff(ascending, prepend=-1) != 0
    return new


def value_numbers(values: tuple[pa.Array, ...]) -> Numbers:
    """A number per entry, below the count of entries + 1; the same where all parts are the same."""
    numbers = np.zeros(len(values[0]), np.int64)
    for part in values:
        encoded = part.dictionary_encode()
        place = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        # Numbered anew after each part, lest the product of five grow past 64 bits.
        pairs = numbers * (len(encoded.dictionary) + 1) + place + 1
        numbers = np.unique(pairs, return_inverse=True)[1].astype(np.int64)
    return numbers


def _keys(criterion: Criterion, candidates: Candidates, frequency: Numbers) -> list[Numbers]:
    """Numbers that are smaller for the better candidate."""
    if criterion == "trust":
        return [-candidates.trust]
    if criterion == "recency":
        return [-candidates.observed_at]
    if criterion == "frequency":
        return [-frequency]
    if criterion == "strictness":
        # A no beats a yes.
        yes = pc.fill_null(pc.equal(candidates.values[0], GRANTED), False)
        return [yes.to_numpy(zero_copy_only=False).astype(np.int64)]
    return _completeness(candidates.values)


def _completeness(values: tuple[pa.Array, ...]) -> list[Numbers]:
    """More parts filled first, then the longer text ('Jonathan' over 'J')."""
    filled = np.zeros(len(values[0]), np.int64)
    length = np.zeros(len(values[0]), np.int64)
    for part in values:
        filled += part.is_valid().to_numpy(zero_copy_only=False)
        length += pc.fill_null(pc.utf8_length(part), 0).to_numpy(zero_copy_only=False)
    return [-filled, -length]
