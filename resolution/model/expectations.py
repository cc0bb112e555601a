"""What training expects before it has seen a pair: shares of the levels by kind of pair.

Expectation maximisation without labels finds whatever three groups explain the pairs best. These
shares say which group is which: a person agrees with itself, a household agrees on where it lives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from resolution.model.artefact import Level
from resolution.model.mixture import Kind

MATCHES_DISAGREE = 0.35
"""Share of pairs of one person that disagree on what both have, at most."""

HOUSEHOLD: dict[str, dict[str, float]] = {
    "name": {"same family name only": 0.6, "All other comparisons": 0.39},
    "birth": {"same year": 0.03, "All other comparisons": 0.92},
    "email": {"same mailbox": 0.2, "All other comparisons": 0.7},
    "phone": {"same number": 0.5, "All other comparisons": 0.45},
    "address": {"same street and number": 0.7, "same postcode": 0.15},
    "gender": {"same gender": 0.4, "All other comparisons": 0.6},
}
"""Levels that two people of a household mostly have; the others share what is left. An identifier
is like a birth date; anything else is expected to be as between strangers."""

TELL_PEOPLE_APART = ("name", "birth")
"""Comparisons on which two of a household seldom agree as one person does."""


def _of_household(comparison: str) -> dict[str, float] | None:
    if comparison.startswith("identifier_"):
        return {"All other comparisons": 0.95}
    return HOUSEHOLD.get(comparison)


def expected_match(levels: Mapping[str, Sequence[Level]]) -> Kind:
    """Agreement, the fuller the likelier."""
    return Kind(tuple(_of_match(len(_real(these))) for these in levels.values()))


def expected_household(levels: Mapping[str, Sequence[Level]], strangers: Kind) -> Kind:
    """As `HOUSEHOLD` says."""
    found = []
    for place, (name, these) in enumerate(levels.items()):
        shares = _of_household(name)
        if shares is None:
            found.append(strangers.shares[place])
            continue
        left = 1 - sum(shares.values())
        others = sum(1 for level in _real(these) if level.label not in shares)
        found.append(
            np.array([shares.get(level.label, left / max(others, 1)) for level in _real(these)])
        )
    return Kind(tuple(each / each.sum() for each in found))


def matches_rarely(levels: Mapping[str, Sequence[Level]]) -> tuple[np.ndarray, ...]:
    """Of each comparison the lowest level: a person seldom differs from itself."""
    return tuple(np.arange(len(_real(these))) == 0 for these in levels.values())


def households_rarely(levels: Mapping[str, Sequence[Level]]) -> tuple[np.ndarray, ...]:
    """Of what tells people apart the levels that two of a household seldom have."""
    found = []
    for name, these in levels.items():
        shares = _of_household(name) or {}
        tells = name in TELL_PEOPLE_APART or name.startswith("identifier_")
        found.append(np.array([tells and one.label not in shares for one in _real(these)]))
    return tuple(found)


def _real(levels: Sequence[Level]) -> list[Level]:
    """From level 0 up."""
    return sorted((level for level in levels if level.number >= 0), key=lambda one: one.number)


def _of_match(size: int) -> np.ndarray:
    agreeing = 4.0 ** np.linspace(0, 1, size - 1) if size > 1 else np.ones(0)
    shares = np.append(MATCHES_DISAGREE, (1 - MATCHES_DISAGREE) * agreeing / agreeing.sum())
    found: np.ndarray = shares / shares.sum()
    return found
