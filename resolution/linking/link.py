"""Records of tables of persons, linked by a model that is trained on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from resolution.clustering import connect
from resolution.engines.duckdb import score
from resolution.errors import ResolutionError
from resolution.guard import GuardSettings
from resolution.linking.choosing import Choice, Chosen, choose
from resolution.model.artefact import Model
from resolution.model.training import TrainingSettings, train
from resolution.nodes import build_nodes
from resolution.vetoes import BIRTH_DATES, NAMESAKES

FEWEST_NODES = 2

RANDOM_PAIRS = 500_000
"""Eight times as many took 30 s of a table of 5,000 records."""

KEEP_AT = -5_000
"""Milli-bits; pairs below have a chance of 3 % and count for nothing in the estimates."""

MATCHES_APART = 0.01
"""Share of matching pairs that may disagree on birth where birth dates veto."""


@dataclass(frozen=True)
class LinkSettings:
    """`duplicate_free` are sources with one record per person."""

    guard: GuardSettings
    duplicate_free: tuple[str, ...] = ()
    name: str = "link"
    seed: int = 7


@dataclass(frozen=True)
class Linked:
    """The model and why it is made of what it is."""

    model: Model
    chosen: Chosen


def link(connection: duckdb.DuckDBPyConnection, settings: LinkSettings) -> Linked:
    """Leave `clusters`, `edges` and `scored` on the connection (see `resolution.clustering`).

    Reads `records` (silver.records), `links` (silver.links) and `extras`: record_id and columns
    `identifier_...` and `other_...`.
    """
    prepare(connection, settings.duplicate_free)
    chosen = choose(connection)
    if not chosen.comparisons or not chosen.rules:
        raise ResolutionError(
            "there is nothing to link by: no two records share a value of any column that the"
            " contract names; look at its 'columns'"
        )
    model = train(
        connection,
        TrainingSettings(
            settings.name,
            settings.seed,
            comparisons=chosen.comparisons,
            rules=chosen.rules,
            fewest_nodes=FEWEST_NODES,
            random_pairs=RANDOM_PAIRS,
        ),
    )
    vetoes, reasons = _trusted(model, settings.guard.vetoes)
    apply(connection, model, replace(settings.guard, vetoes=vetoes))
    return Linked(model, replace(chosen, choices=(*chosen.choices, *reasons)))


def _trusted(model: Model, vetoes: tuple[str, ...]) -> tuple[tuple[str, ...], list[Choice]]:
    """Rules by birth dates are for data in which a person has one; where pairs that are one person
    by all else often have two, a date is evidence and no veto.
    """
    apart = model.matches_at("birth", "All other comparisons")
    choices = []
    for veto in vetoes:
        by_birth = veto in (BIRTH_DATES.name, NAMESAKES.name)
        taken = not (by_birth and apart is not None and apart > MATCHES_APART)
        reason = "in force"
        if by_birth and apart is not None:
            reason = f"{apart:.1%} of matching pairs disagree on birth"
        choices.append(Choice("veto", veto, taken, reason))
    return tuple(choice.name for choice in choices if choice.taken), choices


def prepare(connection: duckdb.DuckDBPyConnection, duplicate_free: Iterable[str]) -> None:
    """Leave `nodes` with what the contract names beside the canonical attributes."""
    build_nodes(connection, duplicate_free=duplicate_free)
    own = [row[0] for row in connection.execute("describe extras").fetchall()]
    columns = [f"extras.{name}" for name in own if name != "record_id"]
    if not columns:
        return
    connection.execute(
        f"create or replace temp table nodes as select nodes.*, {', '.join(columns)} from nodes"
        " join members using (node) join extras using (record_id)"
    )


def apply(connection: duckdb.DuckDBPyConnection, model: Model, guard: GuardSettings) -> None:
    """Score and cluster."""
    score(connection, model, KEEP_AT)
    connect(connection, model, guard)
