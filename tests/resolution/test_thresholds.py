"""Every threshold decides something, and a test says what by its name."""

from __future__ import annotations

import re
from pathlib import Path

from resolution import thresholds
from resolution.guard import HELD_CLUSTERS

NAMES = [name for name in vars(thresholds) if name.isupper()]
FOLDER = Path(__file__).parent


def test_every_threshold_is_named_by_a_test_of_its_effect() -> None:
    others = "\n".join(
        path.read_text("utf-8") for path in FOLDER.glob("test_*.py") if path != Path(__file__)
    )
    tested = {name for name in NAMES if re.search(rf"\b{name}\b(?!,|\n)", others)}
    assert tested == set(NAMES)


def test_weights_are_whole_numbers() -> None:
    assert {type(getattr(thresholds, name)) for name in NAMES} == {int}


def test_the_documented_values() -> None:
    """A change is deliberate: it changes who is joined, and pages that name these numbers."""
    assert {name: getattr(thresholds, name) for name in NAMES} == {
        "JOIN_AT": 3_500,
        "KEEP_EDGE_AT": 0,
        "LARGEST_CLUSTER": 60,
        "HUB_FAMILIES": 6,
        "HUB_NODES": 400,
        "RARE_NAME_NODES": 5,
    }


def test_what_joins_is_kept_for_an_explanation() -> None:
    assert thresholds.KEEP_EDGE_AT < thresholds.JOIN_AT


def test_joining_asks_for_more_than_even_odds() -> None:
    assert thresholds.JOIN_AT > 0


def test_the_guard_uses_the_largest_cluster() -> None:
    assert f"> {thresholds.LARGEST_CLUSTER} " in HELD_CLUSTERS
