"""What scoring will cost, before it starts: pairs per blocking rule, the largest block of each."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from resolution.errors import BudgetError
from resolution.model.blocking import PREDICTION_RULES, keys

PAIRS_A_SECOND = 100_000
BYTES_OF_A_PAIR = 1_000
BYTES_OF_A_NODE = 1_000
"""Of DuckDB, by `python -m benchmarks.resolving --threads 1`, without and with `--crowd 60`, on
212 thousand and 1 million records. A core scores, connects and sorts 90 to 120 thousand pairs a
second. A pair takes 880 bytes; building the nodes takes 900 a node, most of it free again when the
pairs come. The 0.3 GB of the process itself come on top.
"""

SUMMED = """
select
    rule,
    sum(nodes * (nodes - 1) // 2 - others * (others - 1) // 2)::bigint as pairs,
    max(nodes)::bigint as largest,
    arg_max(substr(sha256(key), 1, 12), struct_pack(nodes, key)) as largest_hash
from (
    select rule, key, count(*)::bigint as nodes,
        count(*) filter ({unchanged})::bigint as others
    from blocking_keys group by all
)
where nodes > 1 and nodes > others
group by rule
order by rule
"""


@dataclass(frozen=True)
class RuleForecast:
    """Pairs that a rule makes, the nodes of its largest block, and the hash of that block's key."""

    rule: str
    pairs: int
    largest_block: int
    key_hash: str


@dataclass(frozen=True)
class Forecast:
    """An upper bound: a pair that two rules make counts twice here and is scored once."""

    nodes: int
    rules: tuple[RuleForecast, ...]

    @property
    def pairs(self) -> int:
        return sum(rule.pairs for rule in self.rules)

    @property
    def seconds(self) -> float:
        """Of scoring in one process."""
        return self.pairs / PAIRS_A_SECOND

    @property
    def memory(self) -> int:
        """Bytes that resolving in one process takes."""
        return self.pairs * BYTES_OF_A_PAIR + self.nodes * BYTES_OF_A_NODE

    def check(self, most_pairs: int) -> None:
        """Raise `BudgetError` that names the rule and the kind of value that explode."""
        if self.pairs <= most_pairs:
            return
        worst = max(self.rules, key=lambda rule: rule.pairs)
        columns = next(rule.columns for rule in PREDICTION_RULES if rule.name == worst.rule)
        raise BudgetError(
            f"scoring would compare {self.pairs:,} pairs, and linking.most_pairs is {most_pairs:,}."
            f" The rule '{worst.rule}' alone makes {worst.pairs:,}: {worst.largest_block:,} nodes"
            f" share one {' and '.join(columns)} (hash {worst.key_hash})."
            " Look the value up with 'scv sql' and list it as a placeholder if it is nobody's,"
            " or raise linking.most_pairs in scv.yml if these are real people"
        )


def forecast(connection: duckdb.DuckDBPyConnection, changed: str | None = None) -> Forecast:
    """By `nodes` of the connection, without making a pair: of all pairs, or of those with a node in
    the relation `changed`. Leaves the view `blocking_keys`: rule, key, node.
    """
    unchanged = f"node not in (select node from {changed})" if changed else "false"
    of_rules = " union all ".join(
        f"select {place} as rule, key, node from ({keys(rule)})"
        for place, rule in enumerate(PREDICTION_RULES)
    )
    connection.execute(f"create or replace temp view blocking_keys as {of_rules}")
    nodes = connection.execute("select count(*) from nodes").fetchall()[0][0]
    return summed(nodes, connection.execute(SUMMED.format(unchanged=unchanged)).fetchall())


def summed(nodes: int, rows: list[tuple[int, int, int, str]]) -> Forecast:
    """From rows of rule (its place), pairs, nodes of the largest block, hash of its key."""
    rules = (
        RuleForecast(PREDICTION_RULES[place].name, pairs, largest, key_hash)
        for place, pairs, largest, key_hash in rows
    )
    return Forecast(nodes, tuple(rules))
