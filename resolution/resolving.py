"""One call from records and links to edges, clusters and identities."""

from __future__ import annotations

import duckdb

from resolution.clustering import connect
from resolution.engines.duckdb import score
from resolution.identity import IDENTITIES
from resolution.model.artefact import Model
from resolution.nodes import build_nodes


def resolve(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Leave `edges`, `clusters` and `identities` on the connection.

    Reads the relations `records` (silver.records) and `links` (silver.links).
    """
    build_nodes(connection)
    score(connection, model)
    connect(connection, model.version)
    connection.execute(IDENTITIES)
