"""Small models made by hand: the authored levels with weights that a reader can add up."""

from __future__ import annotations

from resolution.model.artefact import Level, Model, Terms, model_version
from resolution.model.comparisons import TERM_FREQUENCIES, all_comparisons
from resolution.model.features import FEATURES


def authored_levels() -> dict[str, tuple[Level, ...]]:
    """Every comparison's levels as authored, numbered as Splink does, each worth 1000 x number."""
    found = {}
    for comparison in all_comparisons():
        described = comparison.create_comparison_dict("duckdb")
        levels, number = [], len(described["comparison_levels"]) - 2
        for level in described["comparison_levels"]:
            null = bool(level.get("is_null_level"))
            levels.append(
                Level(
                    number=-1 if null else number,
                    label="nothing to compare" if null else level["label_for_charts"],
                    condition=level["sql_condition"],
                    weight=0 if null else 1000 * number,
                )
            )
            number -= 0 if null else 1
        found[described["output_column_name"]] = tuple(levels)
    return found


def model(
    comparisons: dict[str, tuple[Level, ...]] | None = None,
    prior: int = -10_000,
    terms: dict[str, Terms] | None = None,
) -> Model:
    """A model of these levels; without terms every term counts as average."""
    columns = {term.column for term in TERM_FREQUENCIES}
    average = {column: Terms(unlisted=0, adjustments={}) for column in sorted(columns)}
    levels, adjusted = comparisons or authored_levels(), average | (terms or {})
    return Model(
        version=model_version("test", prior, levels, adjusted),
        name="test",
        features=FEATURES,
        prior=prior,
        comparisons=levels,
        terms=adjusted,
        training={"nodes": 0},
        splink={},
    )
