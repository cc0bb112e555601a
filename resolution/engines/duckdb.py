"""Scoring on DuckDB: Splink blocks and says the levels, integers say the weight."""

from __future__ import annotations

import logging

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from resolution.model.artefact import Level, Model
from resolution.model.blocking import PREDICTION_RULES
from resolution.model.comparisons import TERM_FREQUENCIES
from resolution.model.features import NODE
from resolution.model.settings import linking_settings
from resolution.thresholds import KEEP_EDGE_AT


def score(
    connection: duckdb.DuckDBPyConnection, model: Model, keep_at: int | None = KEEP_EDGE_AT
) -> None:
    """Leave `scored` on the connection: left_node, right_node, rule, weight, unadjusted_weight,
    levels and adjustments (maps from comparison to integer) of pairs at or above `keep_at`
    (None = of all).

    Reads `nodes`. Each blocked pair is scored once, left_node < right_node.
    """
    pairs = _block(connection)
    _load_terms(connection, model)
    connection.execute(scoring_sql(model, pairs, keep_at))


def _block(connection: duckdb.DuckDBPyConnection) -> str:
    """The name of the table of blocked pairs: match_key, join_key_l, join_key_r."""
    api = DuckDBAPI(connection=connection)
    nodes = api.register("nodes", dataset_display_name="nodes")
    linker = Linker(nodes, linking_settings(), log_level=logging.ERROR)
    return str(linker.inference.compute_blocked_pairs_for_predict().physical_name)


def _load_terms(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    connection.execute("create or replace temp table terms (name text, term text, adjustment int)")
    columns: dict[str, list[object]] = {"name": [], "term": [], "adjustment": []}
    for column, table in model.terms.items():
        columns["name"] += [column] * len(table.adjustments)
        columns["term"] += list(table.adjustments)
        columns["adjustment"] += list(table.adjustments.values())
    connection.register("term_rows", pa.table(columns))
    connection.execute("insert into terms select name, term, adjustment from term_rows")
    connection.unregister("term_rows")


def scoring_sql(model: Model, pairs: str, keep_at: int | None) -> str:
    """SQL from blocked pairs to scored ones; every number in it is an integer."""
    unlisted = " ".join(
        f"when '{column}' then {table.unlisted}" for column, table in model.terms.items()
    )
    rules = " ".join(
        f"when '{place}' then '{rule.name}'" for place, rule in enumerate(PREDICTION_RULES)
    )
    kept_levels = ", ".join(f"'{name}': level_{name}" for name in model.comparisons)
    return f"""
create or replace temp table scored as
with weighed as ({_weighed(model, pairs)}
), adjusted as (
    select
        weighed.*,
        case
            when term_column is null or weighed.term is null then 0
            else coalesce(terms.adjustment, case term_column {unlisted} else 0 end)
        end as adjustment
    from weighed
    left join terms on terms.name = weighed.term_column and terms.term = weighed.term
)
select
    left_node, right_node,
    case match_key {rules} end as rule,
    (unadjusted_weight + adjustment)::int as weight,
    unadjusted_weight::int as unadjusted_weight,
    map {{{kept_levels}}} as levels,
    map {{'name': adjustment}} as adjustments
from adjusted
{f"where unadjusted_weight + adjustment >= {keep_at}" if keep_at is not None else ""}
"""


def _weighed(model: Model, pairs: str) -> str:
    """SELECT of the pairs with their levels, the sum of weights, and the term they share."""
    names = list(model.comparisons)
    sides = ", ".join(
        f'{side}."{feature}" as "{feature}_{side}"' for feature in model.features for side in "lr"
    )
    levels = ", ".join(
        f"{_case(model.comparisons[name], 'number')} as level_{name}" for name in names
    )
    weights = " + ".join(_weight_of(name, model.comparisons[name]) for name in names)
    return f"""
    select
        match_key, left_node, right_node,
        {", ".join(f"level_{name}" for name in names)},
        {model.prior} + {weights} as unadjusted_weight,
        {_term(model, "column")} as term_column,
        {_term(model, "term")} as term
    from (
        select *, {levels}
        from (
            select p.match_key, p.join_key_l as left_node, p.join_key_r as right_node, {sides}
            from {pairs} p
            join nodes l on l.{NODE} = p.join_key_l
            join nodes r on r.{NODE} = p.join_key_r
        )
    )"""


def _case(levels: tuple[Level, ...], value: str) -> str:
    """CASE that walks the levels as Splink does: the first condition that holds wins."""
    parts = [
        f"when {level.condition} then {getattr(level, value)}"
        for level in levels
        if level.condition != "ELSE"
    ]
    otherwise = next(level for level in levels if level.condition == "ELSE")
    return f"case {' '.join(parts)} else {getattr(otherwise, value)} end"


def _weight_of(name: str, levels: tuple[Level, ...]) -> str:
    parts = " ".join(f"when {level.number} then {level.weight}" for level in levels)
    return f"case level_{name} {parts} end"


def _term(model: Model, what: str) -> str:
    """CASE that gives the frequency table (`column`) or the shared value (`term`) of a pair."""
    parts = []
    for adjusted in TERM_FREQUENCIES:
        for level in model.comparisons[adjusted.comparison]:
            if level.label == adjusted.label:
                value = f"'{adjusted.column}'" if what == "column" else adjusted.term
                parts.append(f"when level_{adjusted.comparison} = {level.number} then {value}")
    return f"case {' '.join(parts)} end" if parts else "null"
