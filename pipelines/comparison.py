"""Another model or other `linking` settings tried out on the live publication: in DuckDB, on its
silver records as they are, and without a commit.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from functools import partial

import duckdb
import pandas as pd

from pipelines.config import LinkingSection
from pipelines.errors import ConfigurationError, PublicationError
from pipelines.identity_tables import open_last
from pipelines.manifest import MIGRATED, Publication, live, require_manifest
from pipelines.run import Run
from pipelines.tables import RUNS
from pipelines.views import open_views, utc_connection
from resolution.comparing import (
    LIVE,
    NEW,
    Effect,
    Example,
    effect,
    examples,
    hand_out,
    quality,
    weighed,
)
from resolution.errors import ResolutionError
from resolution.forecast import Forecast
from resolution.history import Occasion
from resolution.judgements.relations import as_table
from resolution.model.artefact import Model
from resolution.resolving import resolve
from resolution.schema import CLUSTERS, EDGES, IDENTITIES
from sources.record import LINKS, RECORDS
from sources.schema import TableSchema

UPGRADES = ("model", "rule")
"""Causes that a run publishes on unchanged input."""

FORECAST_PAIRS = "forecast pairs"
"""What the stage `resolve` calls them in `ops.runs`."""


@dataclass(frozen=True)
class Cost:
    """Pairs by forecast, and seconds of scoring and connecting; null where no run has put it on
    record.
    """

    pairs: int | None
    seconds: float | None


@dataclass(frozen=True)
class Comparison:
    """What a run with this model and these settings would do to the customers that are live.

    `candidate` is the id of the publication that it would make. `rules_differ` says that settings,
    contracts, thresholds or the release are not those of the live publication either: what
    contracts and releases do to records is not seen here.
    """

    publication: str
    candidate: str
    live_model: str
    new_model: str
    rules_differ: bool
    effect: Effect
    cost: dict[str, Cost]
    quality: dict[str, dict[str, object]] | None
    examples: tuple[Example, ...]
    largest_upgrade_churn: float

    @property
    def would_be_held(self) -> bool:
        """As the check `upgrade_churn` decides."""
        return self.effect.moved_share > self.largest_upgrade_churn

    def plain(self) -> dict[str, object]:
        """As plain values."""
        shares = {"moved_share": self.effect.moved_share, "would_be_held": self.would_be_held}
        return asdict(self) | shares


def compare_live(
    connection: duckdb.DuckDBPyConnection,
    run: Run,
    live_model: Model | None,
    truth: pd.DataFrame | None = None,
    most_examples: int = 5,
) -> Comparison:
    """Resolve the live records with the run's model and settings; `differences` stays on the
    connection, one in UTC. `live_model` weighs pairs that the live publication kept no edge of.

    `PublicationError` without a publication of this release; `ConfigurationError` where model and
    settings are the live ones; `ResolutionError` where one process can't hold it.
    """
    require_manifest(run.store)
    shown = _upgraded(run)
    _open_live(connection, run, {"records": RECORDS, "links": LINKS, "last_edges": EDGES})
    open_last(connection, run.store, run.last_tables)
    cost = {LIVE: _cost(run, shown)}
    forecasts: list[Forecast] = []
    linking = run.config.linking
    began = time.monotonic()
    resolve(
        connection,
        run.model,
        run.guard,
        run.decided_before.constraints,
        partial(_weigh_up, linking, forecasts),
    )
    cost[NEW] = Cost(forecasts[0].pairs, round(time.monotonic() - began, 1))
    hand_out(connection, Occasion(run.publication, run.started_at, run.cause))
    rules = (run.rules_version, run.code_version)
    return Comparison(
        publication=shown.publication,
        candidate=run.publication,
        live_model=shown.model_version,
        new_model=run.model.version,
        rules_differ=rules != (shown.rules_version, shown.code_version),
        effect=effect(connection),
        cost=cost,
        quality=None if truth is None else quality(connection, truth),
        examples=_weighed(run, examples(connection, most_examples), live_model),
        largest_upgrade_churn=run.config.quality.largest_upgrade_churn,
    )


def _upgraded(run: Run) -> Publication:
    """The live publication, where the run would be an upgrade of it."""
    shown = live(run.manifest)
    if shown is None:
        raise PublicationError("nothing is live; type 'scv run' first")
    if shown.state == MIGRATED:
        raise PublicationError(
            f"{shown.publication} is of an earlier release, migrated, and the next run computes it"
            " anew; type 'scv run' first"
        )
    if run.cause.kind not in UPGRADES:
        raise ConfigurationError(
            f"{run.model.version} and these settings are those of {shown.publication}: there is"
            " nothing to compare. Name another model with --model, or a file with other settings"
            " with --config"
        )
    return shown


def _open_live(
    connection: duckdb.DuckDBPyConnection, run: Run, tables: dict[str, TableSchema]
) -> None:
    """Views of the live publication's tables, and `constraints`: publications from before there
    were decisions have no such table.
    """
    open_views(connection, run.store, tables, run.last_tables)
    connection.register("constraints", as_table(run.decided_before.constraints))


def _weigh_up(linking: LinkingSection, forecasts: list[Forecast], forecast: Forecast) -> None:
    """Keep the forecast; refuse what a run would refuse, or give to Spark."""
    forecasts.append(forecast)
    forecast.check(linking.most_pairs)
    if forecast.memory > linking.memory_bytes:
        raise ResolutionError(
            f"{forecast.pairs:,} pairs would take {forecast.memory / 1e9:.1f} GB, and"
            f" linking.memory is {linking.memory}: 'scv compare' works in one process. Raise"
            " linking.memory in scv.yml where the machine has more, or type 'scv run' with this"
            " model: it takes Spark, and a candidate that changes too many ids is held"
        )


def _cost(run: Run, shown: Publication) -> Cost:
    """Of the run that made the live edges; it may be an earlier one than the live row's."""
    version = shown.tables[EDGES.name]
    runs = {row.run_id for row in run.manifest if row.tables.get(EDGES.name) == version}
    if run.store.exists(RUNS.name):
        for row in run.store.read_arrow(RUNS.name).to_pylist():
            if row["run_id"] in runs and row["stage"] == "resolve":
                pairs = dict(row["rows"] or ()).get(FORECAST_PAIRS)
                return Cost(pairs, round(row["seconds"], 1))
    return Cost(None, None)


def _weighed(run: Run, found: list[Example], live_model: Model | None) -> tuple[Example, ...]:
    """On a connection of its own: an explanation works on a part of the records."""
    tables = {
        "records": RECORDS, "links": LINKS, "edges": EDGES, "clusters": CLUSTERS,
        "identities": IDENTITIES,
    }  # fmt: skip
    with utc_connection() as connection:
        _open_live(connection, run, tables)
        return tuple(weighed(connection, one, live_model, run.model) for one in found)
