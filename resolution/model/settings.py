"""The settings that training and scoring share."""

from __future__ import annotations

from splink import SettingsCreator

from resolution.model.blocking import PREDICTION_RULES
from resolution.model.comparisons import all_comparisons
from resolution.model.features import NODE


def linking_settings() -> SettingsCreator:
    """Splink settings for nodes of one pool, where every source may hold a person twice."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=NODE,
        probability_two_random_records_match=1e-5,
        comparisons=[*all_comparisons()],
        blocking_rules_to_generate_predictions=[rule.splink() for rule in PREDICTION_RULES],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
