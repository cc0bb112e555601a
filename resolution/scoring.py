"""From pairs to weights, as SQL for DuckDB; every engine runs it, so all say the same."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from resolution.model.artefact import Level, Model
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

    A pair's weight is the smaller of two: against two strangers, where a rare term counts for more,
    and against two of a household. `sided` has match_key (a rule's place), left_node, right_node
    and the `compared` columns on both sides, `<feature>_l` and `<feature>_r`. Pairs below `keep_at`
    are left out.
    """
    rules = " ".join(
        f"when '{place}' then '{rule.name}'" for place, rule in enumerate(model.blocking)
    )
    kept_levels = ", ".join(f"'{name}': level_{name}" for name in model.comparisons)
    joins = "\n    ".join(
        f"left join terms as of_{column} on of_{column}.name = '{column}'"
        f" and of_{column}.term = {column}_term"
        for column in model.terms
    )
    adjustments = [
        f"case when {column}_term is null then 0"
        f" else coalesce(of_{column}.adjustment, {table.unlisted}) end"
        for column, table in model.terms.items()
    ]
    return f"""
with weighed as ({_weighed(model, sided)}
), adjusted as (
    select weighed.*, {" + ".join(adjustments) or "0"} as adjustment
    from weighed
    {joins}
), summed as (
    select *, {_smaller("of_strangers + adjustment", model)} as weight from adjusted
)
select
    left_node, right_node,
    case match_key {rules} end as rule,
    weight::int as weight,
    ({_smaller("of_strangers", model)})::int as unadjusted_weight,
    map {{{kept_levels}}} as levels,
    map {{'name': adjustment::int}} as adjustments,
    vetoes
from summed
{f"where weight >= {keep_at}" if keep_at is not None else ""}
"""


def _smaller(of_strangers: str, model: Model) -> str:
    """SQL for a pair's weight."""
    if model.household_prior is None:
        return of_strangers
    return f"least({of_strangers}, of_household)"


def _weighed(model: Model, sided: str) -> str:
    """SELECT of the pairs with their levels, both sums of weights, and the terms they share."""
    names = list(model.comparisons)
    levels = ", ".join(f"{level_of(model.comparisons[name])} as level_{name}" for name in names)
    strangers = {n: {o.number: o.weight for o in model.comparisons[n]} for n in names}
    sums = [f"{model.prior} + {_sum(strangers)} as of_strangers"]
    if model.household_prior is not None:
        household = {n: {o.number: o.household or 0 for o in model.comparisons[n]} for n in names}
        sums.append(f"{model.household_prior} + {_sum(household)} as of_household")
    terms = [f"{_term(model, column)} as {column}_term" for column in model.terms]
    return f"""
    select
        match_key, left_node, right_node,
        {", ".join([*(f"level_{name}" for name in names), *sums, *terms])},
        {speaking()} as vetoes
    from (select *, {levels} from {sided})"""


def level_of(levels: Sequence[Level]) -> str:
    """CASE that walks the levels as Splink does: the number of the first whose condition holds."""
    parts = [
        f"when {level.condition} then {level.number}"
        for level in levels
        if level.condition != "ELSE"
    ]
    otherwise = next(level for level in levels if level.condition == "ELSE")
    return f"case {' '.join(parts)} else {otherwise.number} end"


def _sum(weights: dict[str, dict[int, int]]) -> str:
    """SQL that adds up the weight of each comparison's level."""
    cases = (
        " ".join(f"when {number} then {weight}" for number, weight in levels.items())
        for levels in weights.values()
    )
    return " + ".join(
        f"case level_{name} {case} end" for name, case in zip(weights, cases, strict=True)
    )


def _term(model: Model, column: str) -> str:
    """CASE that gives the value of a frequency table's column that a pair shares, if any."""
    parts = [
        f"when level_{shared.comparison} = {level.number} then {shared.term}"
        for shared in TERM_FREQUENCIES
        for level in model.comparisons.get(shared.comparison, ())
        if shared.column == column and level.label == shared.label
    ]
    return f"case {' '.join(parts)} end" if parts else "cast(null as varchar)"
