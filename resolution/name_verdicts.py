"""What the project's own comparison says of two names alone: same, possible or different.

For judging the reading of names by a table of cases; linking itself weighs levels and never asks
for a verdict. DuckDB walks the authored levels of `name()` as scoring walks a model's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import pyarrow as pa

from resolution.model.name_levels import name
from resolution.nodes import INITIAL_LETTERS, NAME_LETTERS
from resolution.vetoes import GENERATION, NAMESAKES
from sources.normalise.names import parsed

SAME, POSSIBLE, DIFFERENT = "same", "possible", "different"
VERDICTS = (SAME, POSSIBLE, DIFFERENT)

NOTHING = "nothing to compare"

BY_LEVEL = {
    NOTHING: DIFFERENT,
    "same characters": SAME,
    # Nothing is known of a log-in where only names are compared.
    "name in a log-in": POSSIBLE,
    "initial and family name in a log-in": POSSIBLE,
    "same reading, other characters": DIFFERENT,
    "another second given name": DIFFERENT,
    "characters and a spelling of them": POSSIBLE,
    "same name": SAME,
    # It weighs as much as the same name, whatever made the keys meet.
    "another spelling": SAME,
    "same letters": SAME,
    "same family name, related given name": POSSIBLE,
    "same family name, matching initial": POSSIBLE,
    "one name given, the same": POSSIBLE,
    "a letter differs": POSSIBLE,
    "a letter or two differ": DIFFERENT,
    "both names alike": DIFFERENT,
    "same given name only": DIFFERENT,
    "same family name only": DIFFERENT,
    "All other comparisons": DIFFERENT,
}
"""What each level of `name()` says of two names when nothing else is known of their bearers."""

NO_LOGINS = "[]::varchar[] as logins, []::varchar[] as login_letters"

NAME = "struct_pack(name_given, name_family, name_keys)"

RawName = tuple[str | None, str | None, str | None]
"""Given-name, family-name and whole-name field as delivered."""


class Said(NamedTuple):
    """The verdict on a pair, and the level or veto that gave it."""

    verdict: str
    because: str


def verdicts(pairs: Sequence[tuple[RawName, RawName]]) -> list[Said]:
    """The verdict on each pair of names, in their order; `KeyError` for a level without one."""
    with duckdb.connect() as connection:
        connection.register("lefts", _features([left for left, _ in pairs]))
        connection.register("rights", _features([right for _, right in pairs]))
        rows = connection.execute(_said()).fetchall()
    return [
        Said(DIFFERENT, NAMESAKES.name) if is_vetoed else Said(BY_LEVEL[label], label)
        for label, is_vetoed in rows
    ]


def _features(names: Sequence[RawName]) -> pa.Table:
    """Names as nodes have them; birth dates, which the veto asks for too, are unknown."""
    columns = [pa.array([each[place] for each in names], pa.string()) for place in range(3)]
    fields = parsed(*columns)
    unknown = {
        "only_birth_date": pa.nulls(len(names), pa.string()),
        "only_birth_year": pa.nulls(len(names), pa.int32()),
    }
    read = {
        f"name_{field.name}": values
        for field, values in zip(fields.type, fields.flatten(), strict=True)
    }
    return pa.table({"place": pa.array(range(len(names)), pa.int32()), **read, **unknown})


def _said() -> str:
    """SELECT of the label of the level and whether the veto on namesakes speaks, pair by pair."""
    sides = ", ".join(
        f"(select place, columns(* exclude place) as '\\0_{side}' from"
        f" (select *, {GENERATION} as only_generation, {NAME_LETTERS} as name_letters,"
        f" {INITIAL_LETTERS} as initial_letters, {NO_LOGINS} from (select *, {NAME} as name"
        f" from {table}))) as {side}"
        for side, table in (("l", "lefts"), ("r", "rights"))
    )
    return f"""
select case {_levels()} end as label, coalesce({NAMESAKES.condition}, false) as vetoed
from {sides} where l.place = r.place order by l.place
"""


def _levels() -> str:
    """The WHENs of a CASE: the first condition that holds wins, as in scoring."""
    described = name().create_comparison_dict("duckdb")["comparison_levels"]
    parts = []
    for level in described:
        condition = level["sql_condition"]
        label = NOTHING if level.get("is_null_level") else level["label_for_charts"]
        parts.append(
            f"else '{label}'" if condition == "ELSE" else f"when {condition} then '{label}'"
        )
    return " ".join(parts)
