"""From pairs to weights, as SQL for DuckDB; every engine runs it, so all say the same."""

from __future__ import annotations

import pyarrow as pa

from resolution.model.artefact import Level, Model
from resolution.model.blocking import PREDICTION_RULES
from resolution.model.comparisons import TERM_FREQUENCIES
from resolution.vetoes import FEATURES, speaking

KNOWN = "len(list_filter(map_values(levels), lambda level: level <> -1)) > 0"
"""SQL: whether a scored pair has anything to compare; -1 is the level of a missing value."""


def compared(model: Model) -> tuple[str, ...]:
    """The columns of nodes that scoring reads: what the model compares, and what vetoes ask for."""
    return tuple(dict.fromkeys((*model.features, *FEATURES)))


def terms_table(model: Model) -> pa.Table:
    """The relation `terms` that `scored_pairs` reads: name, term, adjustment."""
    columns: dict[str, list[object]] = {"name": [], "term": [], "adjustment": []}
    for column, table in model.terms.items():
        columns["name"] += [column] * len(table.adjustments)
        columns["term"] += list(table.adjustments)
        columns["adjustment"] += list(table.adjustments.values())
    types = {"name": pa.string(), "term": pa.string(), "adjustment": pa.int32()}
    return pa.table({name: pa.array(columns[name], kind) for name, kind in types.items()})


def scored_pairs(model: Model, sided: str, keep_at: int | None) -> str:
    """SELECT of left_node, right_node, rule, weight, unadjusted_weight, levels and adjustments
    (maps from comparison to integer), and `vetoes` (`resolution.vetoes.speaking`); every number in
    it is an integer.

    `sided` has match_key (a rule's place), left_node, right_node and the `compared` columns on both
    sides, `<feature>_l` and `<feature>_r`. Pairs below `keep_at` are left out.
    """
    unlisted = " ".join(
        f"when '{column}' then {table.unlisted}" for column, table in model.terms.items()
    )
    rules = " ".join(
        f"when '{place}' then '{rule.name}'" for place, rule in enumerate(PREDICTION_RULES)
    )
    kept_levels = ", ".join(f"'{name}': level_{name}" for name in model.comparisons)
    return f"""
with weighed as ({_weighed(model, sided)}
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
    map {{'name': adjustment}} as adjustments,
    vetoes
from adjusted
{f"where unadjusted_weight + adjustment >= {keep_at}" if keep_at is not None else ""}
"""


def _weighed(model: Model, sided: str) -> str:
    """SELECT of the pairs with their levels, the sum of weights, and the term they share."""
    names = list(model.comparisons)
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
        {_term(model, "term")} as term,
        {speaking()} as vetoes
    from (select *, {levels} from {sided})"""


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
