"""One call from records and links to edges and clusters, in one process."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from resolution.clustering import connect
from resolution.engines.duckdb import score
from resolution.forecast import Forecast, forecast
from resolution.guard import DEFAULT_GUARD, GuardSettings
from resolution.judgements.constraints import Constraints
from resolution.judgements.relations import UNDECIDED
from resolution.model.artefact import Model
from resolution.nodes import build_nodes


def resolve(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    settings: GuardSettings = DEFAULT_GUARD,
    decided: Constraints = UNDECIDED,
    before_scoring: Callable[[Forecast], None] = lambda _: None,
) -> None:
    """Leave `edges` and `clusters` on the connection.

    Reads the relations `records` (silver.records) and `links` (silver.links). What
    `before_scoring` raises ends it before a pair is made. What is `decided` holds, whatever the
    weights say.
    """
    build_nodes(connection, decided, settings.duplicate_free)
    before_scoring(forecast(connection))
    score(connection, model)
    connect(connection, model, settings)
