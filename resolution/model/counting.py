"""Level vectors of many pairs, counted: all that training needs to see of them.

Reads the relation `nodes` of a DuckDB connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from resolution.model.artefact import Level
from resolution.model.blocking import BlockingRule, keys
from resolution.model.features import NODE
from resolution.model.mixture import Block
from resolution.scoring import level_of

Levels = Mapping[str, Sequence[Level]]

PAIRS_OF_A_RULE = 100_000
"""Pairs that one rule shows to training; of a rule that meets more, some keys are taken."""

PAIRS_OF_ALL_RULES = 400_000
"""Pairs from which the prior is counted; of more, those of some nodes are taken."""


def random_pairs(
    connection: duckdb.DuckDBPyConnection, levels: Levels, pairs: int, seed: int
) -> Block:
    """So many pairs of nodes, drawn with a seed; all pairs, each once, where there are no more."""
    size = connection.execute(f"select max({NODE}) from nodes").fetchall()[0][0]
    if size * (size - 1) // 2 <= pairs:
        left, right = (side.astype(np.int32) + 1 for side in np.triu_indices(size, 1))
    else:
        drawn = np.random.default_rng(seed).integers(1, size + 1, (2, pairs), dtype=np.int32)
        drawn = drawn[:, drawn[0] != drawn[1]]
        left, right = drawn.min(axis=0), drawn.max(axis=0)
    connection.register("drawn_pairs", pa.table({"l": left, "r": right}))
    counted = _counted(connection, "drawn_pairs", levels)
    connection.unregister("drawn_pairs")
    return counted


def pairs_of_rules(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[BlockingRule], levels: Levels
) -> list[Block]:
    """A block per rule; what a rule agrees on is hidden in its block."""
    blocks = []
    for rule in rules:
        connection.execute(f"create or replace temp table keys_of_rule as {keys(rule)}")
        pairs = pairs_met(connection, "keys_of_rule")
        shown = PAIRS_OF_A_RULE / max(pairs, PAIRS_OF_A_RULE)
        connection.execute(
            "create or replace temp table pairs_of_rule as"
            " select distinct l.node as l, r.node as r"
            f" from (from keys_of_rule where hash(key) % 10000 < {round(10_000 * shown)}) l"
            " join keys_of_rule r on l.key = r.key and l.node < r.node"
        )
        hidden = frozenset(place for place, name in enumerate(levels) if name in rule.decided)
        counted = _counted(connection, "pairs_of_rule", levels)
        blocks.append(Block(counted.levels, counted.pairs, hidden))
    return blocks


def pairs_of_any_rule(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[BlockingRule], levels: Levels
) -> Block:
    """All pairs that at least one of the rules meets, each once; nothing is hidden. Where they are
    many, those of some nodes stand for them.
    """
    connection.execute(
        "create or replace temp table keys_of_rules as "
        + " union all ".join(
            f"select {n} as rule, * from ({keys(rule)})" for n, rule in enumerate(rules)
        )
    )
    pairs = pairs_met(connection, "keys_of_rules", "rule, key")
    shown = round(10_000 * PAIRS_OF_ALL_RULES / max(pairs, PAIRS_OF_ALL_RULES))
    connection.execute(
        "create or replace temp table pairs_of_rules as"
        " select distinct l.node as l, r.node as r"
        f" from (from keys_of_rules where hash(node) % 10000 < {shown}) l"
        " join keys_of_rules r using (rule, key) where l.node < r.node"
    )
    counted = _counted(connection, "pairs_of_rules", levels)
    return Block(counted.levels, counted.pairs * (10_000 / shown))


def pairs_met(connection: duckdb.DuckDBPyConnection, relation: str, by: str = "key") -> int:
    """How many pairs of rows share a key, without making one."""
    rows = connection.execute(
        "select coalesce(sum(n * (n - 1) // 2), 0)::bigint"
        f" from (select count(*) as n from {relation} group by {by})"
    ).fetchall()
    return int(rows[0][0])


def _counted(connection: duckdb.DuckDBPyConnection, pairs: str, levels: Levels) -> Block:
    """The level vectors of `pairs` (l, r: nodes)."""
    found = ", ".join(
        f"({level_of(these)})::tinyint as level_{name}" for name, these in levels.items()
    )
    features = connection.execute("describe nodes").fetchall()
    sides = ", ".join(
        f'{side}."{row[0]}" as "{row[0]}_{side}"' for row in features for side in "lr"
    )
    rows = connection.execute(
        f"select level_{', level_'.join(levels)}, count(*) as pairs from ("
        f"  select {found} from (select {sides} from {pairs} p"
        f"  join nodes l on l.{NODE} = p.l join nodes r on r.{NODE} = p.r))"
        # In order, because sums of floating-point numbers depend on it.
        " group by all order by all"
    ).fetchnumpy()
    vectors = np.stack([np.asarray(rows[f"level_{name}"]) for name in levels], axis=1)
    return Block(vectors.astype(np.int8), np.asarray(rows["pairs"], np.float64))
