"""Training without labels: chance agreement by sampling, true agreement by expectation
maximisation, then everything into integers. A rare act of its own; the nightly run only applies.
"""

from __future__ import annotations

import importlib.metadata
import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, block_on
from splink.internals.exceptions import EMTrainingException

from resolution.errors import ModelError
from resolution.model.anchors import anchored_weight
from resolution.model.artefact import Level, Model, model_version
from resolution.model.blocking import RANDOM_MATCH_RULES, TRAINING_RULES
from resolution.model.comparisons import TERM_FREQUENCIES
from resolution.model.features import FEATURES
from resolution.model.settings import linking_settings
from resolution.model.terms import WHOLE_NAMES, term_adjustments
from resolution.nodes import build_nodes

MOST_PAIRS = 4e6
"""Random pairs for chance agreement: a level met once in 100,000 pairs is then seen 40 times."""

RECALL_OF_SURE_RULES = 0.4
"""Share of true pairs that the rules of RANDOM_MATCH_RULES meet; measured 0.3 to 0.5 on generated
feeds. Twice as much shifts every weight by one bit."""

HIGHEST = 22_000
"""Milli-bits; no level may claim odds over 4 million to 1, whatever a small sample says."""

LIBRARIES = ("splink", "duckdb")


@dataclass(frozen=True)
class TrainingSettings:
    """`charts` is a folder for Splink's charts as HTML files without outside parts, or None."""

    name: str = "default"
    seed: int = 7
    charts: Path | None = None


def train_on_records(connection: duckdb.DuckDBPyConnection, settings: TrainingSettings) -> Model:
    """A model from the relations `records` and `links` (silver tables) on the connection."""
    build_nodes(connection)
    return train(connection, settings)


def train(connection: duckdb.DuckDBPyConnection, settings: TrainingSettings) -> Model:
    """A model from the relation `nodes` on the connection (see `resolution.nodes`).

    Raises `ModelError` where a level could not be trained from so few or such records.
    """
    count = connection.execute("select count(*) from nodes").fetchall()[0][0]
    if count < 500:
        raise ModelError(f"{count} nodes are too few to train on; at least 500 are needed")
    linker = _trained_linker(connection, settings)
    document = linker.misc.save_model_to_json()
    document.pop("linker_uid", None)
    if settings.charts is not None:
        _save_charts(linker, settings.charts)
    probability = document["probability_two_random_records_match"]
    prior = round(1000 * math.log2(probability / (1 - probability)))
    comparisons = {
        comparison["output_column_name"]: _levels(comparison, prior)
        for comparison in document["comparisons"]
    }
    rare = {
        column: next(level for level in comparisons["name"] if level.label == label)
        for column, label in WHOLE_NAMES.items()
    }
    nodes_per_person = 1 + probability * (count - 1)
    terms = {
        column: term_adjustments(connection, column, nodes_per_person, rare.get(column))
        for column in sorted({term.column for term in TERM_FREQUENCIES})
    }
    return Model(
        version=model_version(settings.name, prior, comparisons, terms),
        name=settings.name,
        features=FEATURES,
        prior=prior,
        comparisons=comparisons,
        terms=terms,
        training={
            "seed": settings.seed,
            "nodes": count,
            "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        },
        splink=_rounded(document),
    )


def _trained_linker(connection: duckdb.DuckDBPyConnection, settings: TrainingSettings) -> Linker:
    api = DuckDBAPI(connection=connection)
    nodes = api.register("nodes", dataset_display_name="nodes")
    linker = Linker(nodes, linking_settings(), log_level=logging.ERROR)
    expected = [c.output_column_name for c in linker._settings_obj.comparisons]
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [rule.splink() for rule in RANDOM_MATCH_RULES], recall=RECALL_OF_SURE_RULES
    )
    training.estimate_u_using_random_sampling(max_pairs=MOST_PAIRS, seed=settings.seed)
    for column in TRAINING_RULES:
        try:
            training.estimate_parameters_using_expectation_maximisation(block_on(column))
        except EMTrainingException as error:
            raise ModelError(
                f"no pairs of records agree on {column}, and training needs such pairs;"
                " train on more records, or on feeds that deliver it"
            ) from error
    # A session that fails takes its comparison away from the linker without a word.
    left = [c.output_column_name for c in linker._settings_obj.comparisons]
    if left != expected:
        raise ModelError(f"training lost comparisons: {sorted(set(expected) - set(left))}")
    return linker


def _levels(comparison: dict[str, Any], prior: int) -> tuple[Level, ...]:
    """Levels with their weights, numbered as Splink does: null -1, the others count down to 0."""
    described = comparison["comparison_levels"]
    number = sum(1 for level in described if not level.get("is_null_level")) - 1
    found = []
    for level in described:
        label = level.get("label_for_charts", "")
        condition = level["sql_condition"]
        if level.get("is_null_level"):
            found.append(
                Level(number=-1, label="nothing to compare", condition=condition, weight=0)
            )
            continue
        anchored = anchored_weight(comparison["output_column_name"], label, prior)
        weight = _weight(level) if anchored is None else anchored
        found.append(Level(number=number, label=label, condition=condition, weight=weight))
        number -= 1
    return tuple(found)


def _weight(level: dict[str, Any]) -> int:
    """log2(m / u) in milli-bits; a level that was never seen among matches or among random pairs
    gets the share of half a pair, and one seen in neither says nothing.
    """
    m, u = level.get("m_probability"), level.get("u_probability")
    if not isinstance(m, float) and not isinstance(u, float):
        return 0
    m = m if isinstance(m, float) and m > 0 else 1e-4
    u = u if isinstance(u, float) and u > 0 else 0.5 / MOST_PAIRS
    bits = round(1000 * math.log2(m / u))
    return max(-HIGHEST, min(HIGHEST, bits))


def _rounded(value: Any) -> Any:
    """Floats at ten digits: sums in two threads differ in the thirteenth."""
    if isinstance(value, float):
        return float(f"{value:.10g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def _save_charts(linker: Linker, folder: Path) -> None:
    """Splink's charts with their scripts inlined: no page that we leave asks the network."""
    folder.mkdir(parents=True, exist_ok=True)
    visual = linker.visualisations
    for name, chart in (
        ("match-weights", visual.match_weights_chart()),
        ("m-and-u", visual.m_u_parameters_chart()),
    ):
        chart.save(str(folder / f"{name}.html"), inline=True)  # type: ignore[no-untyped-call]
