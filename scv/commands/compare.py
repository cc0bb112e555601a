"""`scv compare`: what another model or other settings would do to the live customers."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scv.console import console, show_json, show_table
from scv.errors import sentences
from scv.options import AsJson, ConfigFile, ModelFile, Warehouse
from scv.outputs import check_differences_file, write_differences

if TYPE_CHECKING:
    from pipelines.comparison import Comparison
    from pipelines.run import Run
    from resolution.model.artefact import Model

SCORES = ("precision", "recall", "f1")


@sentences
def compare(
    model: ModelFile = None,
    config: ConfigFile = None,
    truth: Annotated[
        Path | None, typer.Option("--truth", help="CSV: source,key,person_id,...")
    ] = None,
    examples: Annotated[
        int, typer.Option(min=0, help="How many merged and split customers are shown.")
    ] = 5,
    out: Annotated[
        Path | None, typer.Option("--out", help="A row per changed customer: .csv or .parquet.")
    ] = None,
    warehouse: Warehouse = None,
    json: AsJson = False,
) -> None:
    """What another model or other linking settings would do, before anything is published."""
    from pipelines.comparison import compare_live
    from pipelines.config import load_config
    from pipelines.run import Run
    from pipelines.views import utc_connection
    from resolution.truth import read_truth

    if out is not None:
        check_differences_file(out)
    settings = load_config(config, warehouse=warehouse, model=model)
    expected = None if truth is None else read_truth(truth)
    run = Run(settings)
    with utc_connection() as connection:
        found = compare_live(connection, run, _live_model(run, config), expected, examples)
        if out is not None:
            write_differences(connection, out)
    command = _command(warehouse, config, model)
    if json:
        show_json(found.plain() | {"next": _verdict(found, command)})
        return
    _show(found)
    if out is not None:
        console.print(f"a row per changed customer in {out}")
    if found.rules_differ:
        console.print(
            "Settings, contracts, thresholds or the release differ from those of"
            f" {found.publication}: what contracts and releases do to records shows in a run alone."
        )
    console.print(_verdict(found, command))


def _live_model(run: Run, config: Path | None) -> Model | None:
    """The model of the live publication, where scv.yml names it or it is the shipped one."""
    from pipelines.config import load_config
    from resolution.errors import ModelError
    from resolution.model.artefact import SHIPPED, read_model

    wanted = run.base.model_version if run.base else None
    for path in (run.config.model, load_config(config).model, SHIPPED):
        try:
            found = read_model(path)
        except ModelError:
            continue
        if found.version == wanted:
            return found
    return None


def _command(warehouse: Path | None, config: Path | None, model: Path | None) -> str:
    """The run that adopts what was compared."""
    words = ["scv", "run"]
    named = (("--model", model), ("--config", config), ("--warehouse", warehouse))
    for option, value in named:
        words += [] if value is None else [option, str(value)]
    return shlex.join(words)


def _show(found: Comparison) -> None:
    console.print(f"Live: {found.publication} by {found.live_model}. Would be: {found.new_model}.")
    show_table(
        "Customers",
        ["", "live", "would be"],
        [(name, sides["live"], sides["new"]) for name, sides in found.effect.customers.items()],
    )
    churn = found.effect.churn
    show_table(
        "Would keep their id",
        ["", "of", "keep", "share"],
        [
            (name, before, kept, _share(kept / before if before else 1.0))
            for name, before, kept in (
                (name, churn[f"{name}_before"], churn[f"{name}_kept"])
                for name in ("records", "customers")
            )
        ],
    )
    cost = found.cost
    show_table(
        "Cost",
        ["", "live", "would be"],
        [
            ("records held", *found.effect.held.values()),
            ("pairs to score, by forecast", cost["live"].pairs, cost["new"].pairs),
            ("scored edges kept", *found.effect.edges.values()),
            ("seconds", cost["live"].seconds, cost["new"].seconds),
        ],
    )
    _show_quality(found)
    _show_examples(found)


def _show_quality(found: Comparison) -> None:
    if found.quality is None:
        return
    rows = [
        (f"{name} {score}", *(_value(side[measure], score) for side in found.quality.values()))
        for name, measure in (("pair", "pairs"), ("B-cubed", "b_cubed"))
        for score in SCORES
    ]
    show_table("Agreement with the truth", ["", "live", "would be"], rows)


def _value(scores: object, score: str) -> str:
    value = scores[score]["value"]  # type: ignore[index]
    return "-" if value is None else f"{value:.3f}"


def _show_examples(found: Comparison) -> None:
    if not found.examples:
        return
    show_table(
        "Examples, with the strongest edge between them",
        ["customer", "would be", "into or from", "records", "left", "right", "bits", "would be"],
        [
            (
                one.customer_id,
                one.change,
                " ".join(one.other_ids),
                one.records,
                one.left_id,
                one.right_id,
                _bits(one.live_weight),
                _bits(one.new_weight),
            )
            for one in found.examples
        ],
    )


def _verdict(found: Comparison, command: str) -> str:
    """What the run would end with, and what to type to adopt it or to drop it."""
    share, limit = _share(found.effect.moved_share), _share(found.largest_upgrade_churn)
    ends = "be held" if found.would_be_held else "be published at once"
    then = (
        f", then scv publications approve {found.candidate} --reason WHY"
        if found.would_be_held
        else ""
    )
    return (
        f"It would {ends}: {share} of the records would get another customer, and"
        f" quality.largest_upgrade_churn is {limit}. To adopt it: {command}{then}; to drop it, type"
        " nothing: nothing was written."
    )


def _share(part: float) -> str:
    return f"{part:.2%}"


def _bits(weight: int | None) -> str:
    return "-" if weight is None else f"{weight / 1000:+.1f}"
