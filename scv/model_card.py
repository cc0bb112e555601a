"""The tables of docs/model-card.md, from the shipped model; the prose around them is written."""

from __future__ import annotations

from resolution.model.artefact import Model
from resolution.thresholds import START_AT
from scv.marked_page import with_made_part


def with_model_tables(page: str, model: Model) -> str:
    """The page with the part between its two marks made anew; `ValueError` without the marks."""
    return with_made_part(page, model_tables(model), "model-card.md")


def model_tables(model: Model) -> str:
    """Making and weights of a model as Markdown; weights in bits."""
    lines = ["| | |", "| --- | --- |", f"| version | `{model.version}` |"]
    lines += [f"| {name} | {_shown(value)} |" for name, value in sorted(model.training.items())]
    lines += [
        f"| starts a component at | {_bits(START_AT)} bits |",
        f"| prior | {_bits(model.prior)} bits: what a pair starts with against two strangers |",
        f"| prior of a household | {_bits(model.household_prior)} bits |",
        *[
            f"| terms of `{column}` | {len(table.adjustments):,} listed;"
            f" any other {_bits(table.unlisted)} |"
            for column, table in sorted(model.terms.items())
        ],
        "",
        "| comparison | level | bits, against strangers | against a household |",
        "| --- | --- | ---: | ---: |",
    ]
    lines += [
        f"| {comparison} | {level.label} | {_bits(level.weight)} | {_bits(level.household)} |"
        for comparison, levels in model.comparisons.items()
        for level in levels
        if level.number >= 0
    ]
    return "\n".join(lines)


def _bits(weight: int | None) -> str:
    return "-" if weight is None else f"{weight / 1000:+.1f}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in sorted(value.items()))
    return f"{value:,}" if isinstance(value, int) else str(value)
