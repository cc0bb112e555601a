"""Every threshold decides something, and a test says what by its name."""

from __future__ import annotations

import re
from pathlib import Path

from resolution import thresholds
from resolution.guard import DEFAULT_GUARD, GuardSettings

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
        "START_AT": 0,
        "CUT_AT": -2_000,
        "FLOOR_AT": -5_000,
        "KEEP_EDGE_AT": 0,
        "COMPARED_TOGETHER": 100,
        "LARGEST_CLUSTER": 60,
        "BIRTH_YEARS_APART": 2,
        "TYPING_ERRORS": 2,
        "GENERATION_YEARS": 15,
        "HUB_FAMILIES": 6,
        "HUB_NODES": 400,
        "RARE_NAME_NODES": 10,
    }


def test_what_joins_is_kept_for_an_explanation() -> None:
    assert thresholds.KEEP_EDGE_AT <= thresholds.START_AT


def test_a_component_starts_at_even_odds_at_least() -> None:
    assert thresholds.START_AT >= 0


def test_the_guard_takes_them_unless_it_is_told_otherwise() -> None:
    assert (
        GuardSettings(
            start=thresholds.START_AT,
            cut=thresholds.CUT_AT,
            compared_together=thresholds.COMPARED_TOGETHER,
            largest_cluster=thresholds.LARGEST_CLUSTER,
        )
        == DEFAULT_GUARD
    )


def test_what_is_not_compared_is_held() -> None:
    assert thresholds.COMPARED_TOGETHER >= thresholds.LARGEST_CLUSTER
