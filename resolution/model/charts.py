"""Splink's own document of a trained model, and its charts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker

from resolution.model.artefact import Level, Model
from resolution.model.features import NODE
from resolution.model.mixture import Mixture


def splink_document(
    levels: Mapping[str, Sequence[Level]], mixture: Mixture, share_of_matches: float
) -> dict[str, Any]:
    """Settings that Splink reads: m and u of every level, the chance that two records match."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": NODE,
        "probability_two_random_records_match": _rounded(share_of_matches),
        "comparisons": [
            {
                "output_column_name": name,
                "comparison_levels": [_level(level, mixture, place) for level in these],
            }
            for place, (name, these) in enumerate(levels.items())
        ],
        "blocking_rules_to_generate_predictions": [],
    }


def _level(level: Level, mixture: Mixture, place: int) -> dict[str, Any]:
    if level.number < 0:
        return {"sql_condition": level.condition, "is_null_level": True}
    return {
        "sql_condition": level.condition,
        "label_for_charts": level.label,
        "m_probability": _rounded(mixture.match.shares[place][level.number]),
        "u_probability": _rounded(mixture.strangers.shares[place][level.number]),
    }


def _rounded(value: float) -> float:
    """At ten digits: sums in two threads differ in the thirteenth."""
    return float(f"{value:.10g}")


def save_charts(model: Model, folder: Path) -> None:
    """Splink's charts with their scripts inlined: no page that we leave asks the network."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        columns = ", ".join(f'null as "{feature}"' for feature in (NODE, *model.features))
        connection.execute(f"create table nodes as select {columns}")
        api = DuckDBAPI(connection=connection)
        nodes = api.register("nodes", dataset_display_name="nodes")
        linker = Linker(nodes, dict(model.splink), log_level=logging.ERROR)
        visual = linker.visualisations
        for name, chart in (
            ("match-weights", visual.match_weights_chart()),
            ("m-and-u", visual.m_u_parameters_chart()),
        ):
            chart.save(str(folder / f"{name}.html"), inline=True)  # type: ignore[no-untyped-call]
