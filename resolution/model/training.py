"""Training without labels: what pairs of one person, of one household and of strangers agree on,
then everything into integers. A rare act of its own; the nightly run only applies.
"""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from splink.internals.comparison_creator import ComparisonCreator

from resolution.errors import ModelError
from resolution.model.artefact import Level, Model, Rule, versioned
from resolution.model.blocking import NEIGHBOURS, PREDICTION_RULES, BlockingRule
from resolution.model.charts import save_charts, splink_document
from resolution.model.comparisons import TERM_FREQUENCIES, all_comparisons
from resolution.model.counting import Levels, pairs_of_any_rule, pairs_of_rules, random_pairs
from resolution.model.expectations import (
    expected_household,
    expected_match,
    households_rarely,
    matches_rarely,
)
from resolution.model.features import FEATURES, NODE
from resolution.model.mixture import (
    HOUSEHOLD,
    MATCH,
    Expected,
    Mixture,
    learn,
    observed,
    shares_of_all,
)
from resolution.model.terms import term_adjustments
from resolution.nodes import build_nodes

HIGHEST = 22_000
"""Milli-bits; no level may claim odds over 4 million to 1, whatever a small sample says."""

FEWEST_NODES = 500

RANDOM_PAIRS = 4_000_000
"""A level met once in 100,000 pairs is then seen 40 times."""

LIBRARIES = ("splink", "duckdb")


@dataclass(frozen=True)
class TrainingSettings:
    """`charts` is a folder for Splink's charts as HTML files without outside parts, or None.
    `comparisons` are those to choose from, `rules` those by which pairs will be found; None stands
    for those of the pipeline.
    """

    name: str = "default"
    seed: int = 7
    charts: Path | None = None
    comparisons: Sequence[ComparisonCreator] | None = None
    rules: tuple[BlockingRule, ...] | None = None
    fewest_nodes: int = FEWEST_NODES
    random_pairs: int = RANDOM_PAIRS


def train_on_records(connection: duckdb.DuckDBPyConnection, settings: TrainingSettings) -> Model:
    """A model from the relations `records` and `links` (silver tables) on the connection."""
    build_nodes(connection)
    return train(connection, settings)


def train(connection: duckdb.DuckDBPyConnection, settings: TrainingSettings) -> Model:
    """A model from the relation `nodes` on the connection (see `resolution.nodes`).

    Comparisons for which no two nodes of the pairs seen have a value are left out. Raises
    `ModelError` where there is too little to train on.
    """
    nodes = connection.execute(f"select max({NODE}) from nodes").fetchall()[0][0] or 0
    if nodes < settings.fewest_nodes:
        raise ModelError(
            f"{nodes} nodes are too few to train on; at least {settings.fewest_nodes} are needed"
        )
    offered = authored(settings.comparisons or all_comparisons())
    rules = settings.rules or PREDICTION_RULES
    learned = _learned(connection, offered, rules, settings)
    model = Model(
        version="",
        name=settings.name,
        features=_features(connection),
        prior=_bits(learned.shares[MATCH] / (1 - learned.shares[MATCH])),
        household_prior=_bits(learned.shares[MATCH] / learned.shares[HOUSEHOLD]),
        comparisons=_weighed(learned),
        terms=_terms(connection, learned.levels),
        rules=None if settings.rules is None else tuple(_rule(rule) for rule in settings.rules),
        training={
            "seed": settings.seed,
            "nodes": nodes,
            "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        },
        splink=splink_document(learned.levels, learned.mixture, learned.shares[MATCH]),
    )
    if settings.charts is not None:
        save_charts(model, settings.charts)
    return versioned(model)


@dataclass(frozen=True)
class _Learned:
    levels: Levels
    mixture: Mixture
    shares: np.ndarray


def _learned(
    connection: duckdb.DuckDBPyConnection,
    offered: Levels,
    rules: Sequence[BlockingRule],
    settings: TrainingSettings,
) -> _Learned:
    """The comparisons that have something to compare, and what was learned of their levels."""
    drawn = random_pairs(connection, offered, settings.random_pairs, settings.seed)
    filled = [place for place in range(len(offered)) if (drawn.levels[:, place] >= 0).any()]
    levels = {name: these for place, (name, these) in enumerate(offered.items()) if place in filled}
    if not levels:
        raise ModelError("no two records have anything to compare")
    drawn = drawn.only(filled)
    match = expected_match(levels)
    sizes = [len(shares) for shares in match.shares]
    strangers = observed(drawn, np.ones(len(drawn.pairs)), sizes)
    expected = Expected(
        match,
        expected_household(levels, strangers),
        strangers,
        matches_rarely(levels),
        households_rarely(levels),
    )
    looked_at = list(dict.fromkeys((*rules, *NEIGHBOURS)))
    mixture = learn(pairs_of_rules(connection, looked_at, levels), drawn, expected)
    met = pairs_of_any_rule(connection, looked_at, levels)
    nodes = connection.execute("select count(*) from nodes").fetchall()[0][0]
    return _Learned(levels, mixture, shares_of_all(met, mixture, nodes * (nodes - 1) / 2))


def authored(comparisons: Sequence[ComparisonCreator]) -> dict[str, tuple[Level, ...]]:
    """Levels without weights, numbered as Splink does: null -1, the others count down to 0."""
    found = {}
    for comparison in comparisons:
        described = comparison.create_comparison_dict("duckdb")
        number = len(described["comparison_levels"]) - 2
        levels = []
        for level in described["comparison_levels"]:
            null = bool(level.get("is_null_level"))
            levels.append(
                Level(
                    number=-1 if null else number,
                    label="nothing to compare" if null else level["label_for_charts"],
                    condition=level["sql_condition"],
                    weight=0,
                )
            )
            number -= 0 if null else 1
        found[described["output_column_name"]] = tuple(levels)
    return found


def _weighed(learned: _Learned) -> dict[str, tuple[Level, ...]]:
    found = {}
    for place, (name, levels) in enumerate(learned.levels.items()):
        match, household, strangers = (kind.shares[place] for kind in learned.mixture.kinds)
        found[name] = tuple(
            level
            if level.number < 0
            else level.model_copy(
                update={
                    "weight": _bits(match[level.number] / strangers[level.number]),
                    "household": _bits(match[level.number] / household[level.number]),
                }
            )
            for level in levels
        )
    return found


def _bits(odds: float) -> int:
    """Milli-bits."""
    return max(-HIGHEST, min(HIGHEST, round(1000 * math.log2(odds))))


def _terms(connection: duckdb.DuckDBPyConnection, levels: Levels) -> dict[str, Any]:
    columns = {shared.column for shared in TERM_FREQUENCIES if shared.comparison in levels}
    return {column: term_adjustments(connection, column) for column in sorted(columns)}


def _features(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """What the pipeline's nodes have, and columns that a table of persons brought."""
    columns = [row[0] for row in connection.execute("describe nodes").fetchall()]
    return (*FEATURES, *(name for name in columns if name.startswith(("identifier_", "other_"))))


def _rule(rule: BlockingRule) -> Rule:
    return Rule(name=rule.name, columns=rule.columns, exploded=rule.exploded)
