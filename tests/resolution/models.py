"""Small models made by hand: the authored levels with weights that a reader can add up."""

from __future__ import annotations

from resolution.model.artefact import Level, Model, Terms, versioned
from resolution.model.comparisons import TERM_FREQUENCIES, all_comparisons
from resolution.model.features import FEATURES
from resolution.model.training import authored


def authored_levels() -> dict[str, tuple[Level, ...]]:
    """Every comparison's levels as authored, numbered as Splink does, each worth 1000 x number."""
    return {
        name: tuple(
            level if level.number < 0 else level.model_copy(update={"weight": 1000 * level.number})
            for level in levels
        )
        for name, levels in authored(all_comparisons()).items()
    }


def model(
    comparisons: dict[str, tuple[Level, ...]] | None = None,
    prior: int = -10_000,
    terms: dict[str, Terms] | None = None,
) -> Model:
    """A model of these levels; without terms every term counts as average."""
    columns = {term.column for term in TERM_FREQUENCIES}
    average = {column: Terms(unlisted=0, adjustments={}) for column in sorted(columns)}
    levels, adjusted = comparisons or authored_levels(), average | (terms or {})
    made = Model(
        version="",
        name="test",
        features=FEATURES,
        prior=prior,
        comparisons=levels,
        terms=adjusted,
        training={"nodes": 0},
        splink={"comparisons": []},
    )
    return versioned(made)
