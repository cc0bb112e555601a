"""The settings by which Splink finds pairs."""

from __future__ import annotations

from splink import SettingsCreator

from resolution.model.artefact import Model
from resolution.model.features import NODE


def blocking_settings(model: Model) -> SettingsCreator:
    """Splink settings for nodes of one pool, where every source may hold a person twice.

    Levels and weights are ours (`resolution.scoring`), so it compares nothing.
    """
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=NODE,
        comparisons=[],
        blocking_rules_to_generate_predictions=[rule.splink() for rule in model.blocking],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
