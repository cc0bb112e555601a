"""What one person can't have: named rules over pairs of nodes, as SQL that both engines run.

Policy after the score. A rule takes nothing from a weight; it says that two nodes are two persons,
whatever else speaks for one. Only decisions and links of a source stand above it: they make the
nodes. A rule speaks where both nodes have one value each and stays silent where anything is
missing, because no later evidence outweighs a wrong veto.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from resolution.thresholds import BIRTH_YEARS_APART, GENERATION_YEARS, TYPING_ERRORS


@dataclass(frozen=True)
class Veto:
    """A rule: its name, what it says of two records, and SQL over both sides' `FEATURES`."""

    name: str
    says: str
    condition: str


FEATURES = (
    "name_family", "name_given", "name_roots",
    "only_birth_date", "only_birth_year", "only_generation", "sole_sources",
)  # fmt: skip
"""What a node must have for the rules; `resolution.nodes` makes these columns."""

GENERATION = (
    "case name_suffix when 'sr' then 1 when 'jr' then 2 when 'ii' then 2"
    " when 'iii' then 3 when 'iv' then 4 end"
)
"""SQL: the generation that a name says. A second of his name is often called Jr, so both are 2."""

_FAR_DATES = (
    f'damerau_levenshtein("only_birth_date_l", "only_birth_date_r") > {TYPING_ERRORS}'
    # A year that a form filled in, such as the current one.
    ' and substr("only_birth_date_l", 6) <> substr("only_birth_date_r", 6)'
    # What systems write where only the year is known, or nothing.
    " and substr(\"only_birth_date_l\", 6) <> '01-01'"
    " and substr(\"only_birth_date_r\", 6) <> '01-01'"
)
"""Two full birth dates that no slip of the hand and no default explains; null where one is missing.
"""

_YEARS = 'abs("only_birth_year_l" - "only_birth_year_r")'

BIRTH_DATES = Veto(
    "birth_dates_apart",
    "their birth dates are years apart, and no typing error explains it",
    f'abs(substr("only_birth_date_l", 1, 4)::int - substr("only_birth_date_r", 1, 4)::int)'
    f" > {BIRTH_YEARS_APART} and {_FAR_DATES}",
)

NAMESAKES = Veto(
    "father_and_son",
    "they have one name and are of two generations",
    '"name_family_l" = "name_family_r"'
    ' and ("name_given_l" = "name_given_r" or list_has_any("name_roots_l", "name_roots_r"))'
    f' and length("name_given_l") > 1 and ("only_generation_l" <> "only_generation_r"'
    f" or {_YEARS} >= {GENERATION_YEARS} and coalesce({_FAR_DATES},"
    # Of a year alone a wrong digit can't be told from a generation.
    ' damerau_levenshtein("only_birth_year_l"::varchar, "only_birth_year_r"::varchar) > 1))',
)

ONE_PER_SOURCE = Veto(
    "one_record_per_source",
    "they are two records of a source that has no duplicates",
    'list_has_any("sole_sources_l", "sole_sources_r")',
)

VETOES = (BIRTH_DATES, NAMESAKES, ONE_PER_SOURCE)
"""Every rule; where several speak, the first names the veto."""

NAMES = tuple(veto.name for veto in VETOES)

SAYS = {veto.name: veto.says for veto in VETOES}


def speaking() -> str:
    """SQL for the names of all rules that speak of a pair, null where none does."""
    said = ", ".join(f"case when {veto.condition} then '{veto.name}' end" for veto in VETOES)
    # Few pairs have a name to list: a list for each of them took a quarter of scoring.
    spoken = " or ".join(f"({veto.condition})" for veto in VETOES)
    return f"case when {spoken} then list_filter([{said}], lambda veto: veto is not null) end"


def first_of(names: Iterable[str]) -> str:
    """SQL, for DuckDB and Spark alike: the first of these rules among `vetoes`, null if none."""
    wanted = set(names)
    said = " ".join(
        f"when array_contains(vetoes, '{name}') then '{name}'" for name in NAMES if name in wanted
    )
    return f"case {said} end" if said else "cast(null as string)"
