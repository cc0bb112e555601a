"""What is compared and which pairs are looked at, chosen by what the columns of a table hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
from splink.internals.comparison_creator import ComparisonCreator

from resolution.model.blocking import BlockingRule, keys
from resolution.model.comparisons import all_comparisons, identifier, other
from resolution.model.counting import pairs_met

PAIRS_A_NODE = 30
"""Pairs that all rules together may make, for each node."""

PAIRS_A_NODE_AND_RULE = 12
"""Pairs that one rule may make, for each node; one that makes more looks at strangers."""

FEWEST_VALUES = 2
"""A column with one value tells nobody apart."""

STRANGERS = 2_000
FEWEST_PAIRS = 20
TOLD_BY = {"birth_date": 0.5, "birth_year": 0.5, "postcode": 0.8, "city": 0.8}
BY_CHANCE = 0.2
"""A column is told by another where at least so many pairs of strangers (of a sample of so many
nodes) share the other and this share of them has this one, too, while random pairs seldom do. Where
a fifth of the cells is wrong an age and a birth date still agree in half of the pairs; that people
of one town were born in one town is no such rule."""

SMALL = 2_000
"""Nodes; of so few all rules are affordable."""


@dataclass(frozen=True)
class Choice:
    """A comparison or blocking rule, whether it is taken, and why."""

    what: str
    name: str
    taken: bool
    reason: str


@dataclass(frozen=True)
class Chosen:
    """What to train with, and the reasons for it."""

    comparisons: tuple[ComparisonCreator, ...]
    rules: tuple[BlockingRule, ...]
    choices: tuple[Choice, ...]


def choose(connection: duckdb.DuckDBPyConnection) -> Chosen:
    """By the relation `nodes`; columns `identifier_` and `other_` are compared as they are."""
    columns = [row[0] for row in connection.execute("describe nodes").fetchall()]
    filled = _filled(connection, columns)
    told = {
        column: by
        for column in columns
        if column.startswith("other_") and filled[column].share
        for by in [_told_by(connection, column, filled)]
        if by
    }
    comparisons, choices = _comparisons(filled, columns, told)
    filled = {name: column for name, column in filled.items() if name not in told}
    rules, of_rules = _rules(connection, filled)
    return Chosen(tuple(comparisons), tuple(rules), (*choices, *of_rules))


@dataclass(frozen=True)
class _Column:
    share: float
    values: int


COMPARED = {
    "name": ("name_key",),
    "birth": ("birth_date", "birth_year"),
    "email": ("emails",),
    "phone": ("phones",),
    "address": ("address_key", "postcode", "city"),
    "gender": ("gender",),
}
"""The columns of nodes by which a comparison says anything."""


def _filled(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> dict[str, _Column]:
    """Per column how many nodes have it, and how many values there are."""
    kinds = dict(
        connection.execute("select column_name, column_type from (describe nodes)").fetchall()
    )
    asked = []
    for column in columns:
        there = f"len({column}) > 0" if kinds[column].endswith("[]") else f"{column} is not null"
        asked.append(f"avg(({there})::int), approx_count_distinct({column})")
    row = connection.execute(f"select {', '.join(asked)} from nodes").fetchall()[0]
    return {
        column: _Column(float(row[2 * place] or 0), int(row[2 * place + 1]))
        for place, column in enumerate(columns)
    }


def _told_by(
    connection: duckdb.DuckDBPyConnection, column: str, filled: dict[str, _Column]
) -> str | None:
    """A column that tells this one, as a birth date tells an age: strangers who share the first
    share the second. Counted as evidence of its own it would count twice: on census records an age
    beside the birth date took pair F1 from 0.91 to 0.66.
    """
    for by, most in TOLD_BY.items():
        if not filled[by].share:
            continue
        agree, pairs = connection.execute(
            f"select avg((l.{column} = r.{column})::int), count(*)"
            f" from (from nodes where {by} is not null and {column} is not null"
            f" order by hash(node) limit {STRANGERS}) l"
            f" join nodes r on l.{by} = r.{by} and l.node < r.node"
            " and l.name_family <> r.name_family and l.name_given <> r.name_given"
            f" where r.{column} is not null"
        ).fetchall()[0]
        chance = connection.execute(
            "select sum((n / total) ** 2)"
            " from (select count(*) as n, sum(count(*)) over () as total"
            f" from nodes where {column} is not null group by {column})"
        ).fetchall()[0][0]
        if pairs >= FEWEST_PAIRS and agree >= most and chance <= BY_CHANCE:
            return by
    return None


def _comparisons(
    filled: dict[str, _Column], columns: Sequence[str], told: dict[str, str]
) -> tuple[list[ComparisonCreator], list[Choice]]:
    found: list[ComparisonCreator] = []
    choices = []
    offered = [
        *((COMPARED[str(one.create_output_column_name())], one) for one in all_comparisons()),
        *(((name,), identifier(name)) for name in columns if name.startswith("identifier_")),
        *(((name,), other(name)) for name in columns if name.startswith("other_")),
    ]
    for needed, comparison in offered:
        name = str(comparison.create_output_column_name())
        best = max((filled[column] for column in needed), key=lambda one: one.share)
        taken = best.share > 0 and best.values >= FEWEST_VALUES and name not in told
        says = f"{best.share:.0%} of records have it, about {best.values:,} values"
        reason = says if taken else "no record has it" if not best.share else "one value for all"
        if name in told:
            reason = f"{_shown(told[name])} tells it already"
        choices.append(Choice("comparison", name, taken, reason))
        if taken:
            found.append(comparison)
    return found, choices


def _candidates(filled: dict[str, _Column]) -> Iterator[BlockingRule]:
    """Every rule that may be worth its pairs, the surest first."""
    for column in filled:
        if column.startswith("identifier_"):
            yield BlockingRule(f"same {_shown(column)}", (column,))
    yield BlockingRule("same mailbox", ("emails",), ("emails",))
    yield BlockingRule("same phone", ("phones",), ("phones",))
    yield BlockingRule("same log-in name", ("logins",), ("logins",))
    yield BlockingRule("same characters", ("name_han",))
    yield BlockingRule("same rare name", ("rare_letters",), ("rare_letters",))
    for names in (("name_keys",), ("name_family",), ("name_given",), ("address_key",)):
        exploded: tuple[str, ...] = names if names == ("name_keys",) else ()
        for other_columns in (
            ("birth_date",), ("postcode",), ("address_key",), ("city", "birth_year"),
            ("birth_year",), ("city",),
        ):  # fmt: skip
            if not set(names) & set(other_columns):
                yield _rule((*names, *other_columns), exploded)
    for both in (("birth_date", "postcode"), ("birth_date", "city"), ("birth_date", "gender")):
        yield _rule(both)
    for column in filled:
        if column.startswith("other_"):
            for name in ("name_family", "name_given"):
                yield _rule((column, name, "birth_year"))
            yield _rule((column, "birth_date"))


def _rule(columns: tuple[str, ...], exploded: tuple[str, ...] = ()) -> BlockingRule:
    return BlockingRule(f"same {' and '.join(map(_shown, columns))}", columns, exploded)


_WORDS = {
    "name_keys": "name",
    "name_family": "family name",
    "name_given": "given name",
    "address_key": "street",
    "birth_date": "birth date",
    "birth_year": "birth year",
}


def _shown(column: str) -> str:
    plain = column.removeprefix("identifier_").removeprefix("other_")
    return _WORDS.get(column, plain.replace("_", " "))


def _rules(
    connection: duckdb.DuckDBPyConnection, filled: dict[str, _Column]
) -> tuple[list[BlockingRule], list[Choice]]:
    """Of the candidates those that make few pairs for each node, the cheapest first."""
    nodes = max(connection.execute("select count(*) from nodes").fetchall()[0][0], SMALL)
    possible = [
        rule for rule in _candidates(filled) if all(filled[name].share for name in rule.columns)
    ]
    pairs = [pairs_met(connection, f"({keys(rule)})") for rule in possible]
    left = PAIRS_A_NODE * nodes
    found, choices = {}, {}
    for place in sorted(range(len(possible)), key=lambda place: pairs[place]):
        rule, made = possible[place], pairs[place]
        taken = 0 < made <= min(left, PAIRS_A_NODE_AND_RULE * nodes)
        if taken:
            left -= made
            found[place] = rule
        reason = f"{made:,} pairs" + ("" if taken or not made else ", too many for what they find")
        choices[place] = Choice("blocking rule", rule.name, taken, reason)
    return [found[place] for place in sorted(found)], [choices[place] for place in sorted(choices)]
