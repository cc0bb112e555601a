"""Western names, drawn with the frequencies of the United States census of 1990.

The frequencies are read from the data files of the `names` package; British surnames mix in
a list of our own (data/british_surnames.csv).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import names

from generator.tables import rows
from generator.weighted import WeightedTable

_BRITISH_SHARE = 0.7
_LETTERS = "ABCDEFGHJKLMNPRSTW"


def _capitalised(name: str) -> str:
    if name.startswith("MC") and len(name) > 4:
        return "Mc" + name[2:].capitalize()
    return name.capitalize()


def _census(kind: str) -> Iterator[tuple[str, float]]:
    with Path(names.FILES[kind]).open(encoding="ascii") as file:
        for line in file:
            name, share, _, rank = line.split()
            # The rarest names are printed with a share of 0.000: by their rank they still differ.
            yield _capitalised(name), float(share) or min(0.0005, 30.0 / int(rank))


class WesternNames:
    """Draws given names, surnames and nicknames."""

    def __init__(self) -> None:
        self._given = {
            "M": WeightedTable(_census("first:male")),
            "F": WeightedTable(_census("first:female")),
        }
        self._surnames = WeightedTable(_census("last"))
        self._british = WeightedTable(
            (row["name"], float(row["weight"])) for row in rows("british_surnames")
        )

    def given(self, rng: Random, gender: str) -> str:
        return self._given[gender].pick(rng)

    def surname(self, rng: Random, country: str) -> str:
        if country == "GB" and rng.random() < _BRITISH_SHARE:
            return self._british.pick(rng)
        return self._surnames.pick(rng)

    def middle(self, rng: Random) -> str:
        return rng.choice(_LETTERS)


@cache
def nicknames() -> dict[str, tuple[str, ...]]:
    """Given name -> the nicknames it goes by."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows("nicknames"):
        found[row["name"]] = (*found.get(row["name"], ()), row["nickname"])
    return found
