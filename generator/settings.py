"""What the caller chooses about the generated feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# Receipts and events carry eight-digit numbers as the format asks for; beyond this
# many persons those numbers would run out.
LARGEST_POPULATION = 5_000_000
USUAL_LATER_SHARE = 0.065
"""Of a later drop beside the first one, in a lively shop."""


class GeneratorError(Exception):
    """The feeds cannot be generated; the message names the setting or folder and the remedy."""


@dataclass(frozen=True, slots=True)
class GeneratorSettings:
    """Size, seed and character of the generated feeds.

    persons: how many persons exist. days: daily drops, the first being the full extract.
    noise: scale of all disturbances, 0 for clean feeds, 1 for those of the format page.
    chinese: share of persons (0 to 1) with a Chinese name. first_day: day of the first drop.
    later_share: about how large a later drop is beside the first one (0 to 1).
    Raises GeneratorError when a value is out of range.
    """

    persons: int
    days: int
    seed: int
    noise: float = 1.0
    chinese: float = 0.3
    first_day: date = date(2026, 1, 5)
    later_share: float = USUAL_LATER_SHARE

    def __post_init__(self) -> None:
        if not 1 <= self.persons <= LARGEST_POPULATION:
            raise GeneratorError(
                f"persons is {self.persons}: choose from 1 to {LARGEST_POPULATION}."
            )
        if not 1 <= self.days <= 60:
            raise GeneratorError(f"days is {self.days}: choose from 1 to 60.")
        if not 0.0 <= self.noise <= 5.0:
            raise GeneratorError(f"noise is {self.noise}: choose from 0 (clean) to 5.")
        if not 0.0 <= self.chinese <= 1.0:
            raise GeneratorError(f"chinese is {self.chinese}: choose a share from 0 to 1.")
        if not 0.0 <= self.later_share <= 1.0:
            raise GeneratorError(f"later_share is {self.later_share}: choose from 0 to 1.")
