"""Scoring on DuckDB: Splink blocks, integers say the weight."""

from __future__ import annotations

import logging

import duckdb
from splink import DuckDBAPI, Linker

from resolution.model.artefact import Model
from resolution.model.features import NODE
from resolution.model.settings import blocking_settings
from resolution.scoring import compared, scored_pairs, terms_table
from resolution.thresholds import KEEP_EDGE_AT


def score(
    connection: duckdb.DuckDBPyConnection, model: Model, keep_at: int | None = KEEP_EDGE_AT
) -> None:
    """Leave `scored` on the connection: the columns of `scored_pairs` for pairs at or above
    `keep_at` (None = for all).

    Reads `nodes`. Each blocked pair is scored once, left_node < right_node.
    """
    weigh(connection, model, _block(connection, model), keep_at)


def weigh(
    connection: duckdb.DuckDBPyConnection, model: Model, pairs: str, keep_at: int | None
) -> None:
    """Leave `scored` and `terms` on the connection, from pairs as `_block` makes them."""
    connection.register("term_rows", terms_table(model))
    connection.execute("create or replace temp table terms as from term_rows")
    connection.unregister("term_rows")
    connection.execute(scoring_sql(model, pairs, keep_at))


def _block(connection: duckdb.DuckDBPyConnection, model: Model) -> str:
    """The name of the table of blocked pairs: match_key, join_key_l, join_key_r."""
    api = DuckDBAPI(connection=connection)
    nodes = api.register("nodes", dataset_display_name="nodes")
    linker = Linker(nodes, blocking_settings(model), log_level=logging.ERROR)
    return str(linker.inference.compute_blocked_pairs_for_predict().physical_name)


def scoring_sql(model: Model, pairs: str, keep_at: int | None, into: str = "scored") -> str:
    """SQL that leaves the table `into`, from pairs as `_block` makes them, `nodes`, `terms`."""
    sides = ", ".join(
        f'{side}."{feature}" as "{feature}_{side}"' for feature in compared(model) for side in "lr"
    )
    sided = (
        f"(select p.match_key, p.join_key_l as left_node, p.join_key_r as right_node, {sides}"
        f" from {pairs} p"
        f" join nodes l on l.{NODE} = p.join_key_l join nodes r on r.{NODE} = p.join_key_r)"
    )
    return f"create or replace temp table {into} as {scored_pairs(model, sided, keep_at)}"
