"""Which pairs are looked at. Hub values are out of the arrays before blocking starts."""

from __future__ import annotations

from dataclasses import dataclass

from splink import block_on
from splink.internals.blocking_rule_creator import BlockingRuleCreator

DECIDES = {
    "emails": "email",
    "logins": "email",
    "phones": "phone",
    "birth_date": "birth",
    "birth_year": "birth",
    "postcode": "address",
    "address_key": "address",
    "city": "address",
}
"""The comparison that a column's agreement decides, but for names in all their forms and columns
that are compared under their own name."""


@dataclass(frozen=True)
class BlockingRule:
    """A named rule: pairs that agree on `columns`; a column in `exploded` is an array."""

    name: str
    columns: tuple[str, ...]
    exploded: tuple[str, ...] = ()

    def splink(self) -> BlockingRuleCreator:
        if self.exploded:
            return block_on(*self.columns, arrays_to_explode=list(self.exploded))
        return block_on(*self.columns)

    @property
    def decided(self) -> frozenset[str]:
        """Comparisons of which its pairs tell nothing, because they agree by the rule."""
        return frozenset(
            "name" if column.startswith(("name_", "rare_letters")) else DECIDES.get(column, column)
            for column in self.columns
        )


def keys(rule: BlockingRule) -> str:
    """SELECT of key and node, each once, since nodes hold a value once; nodes with a null in a
    column meet nobody.
    """
    named = [f"unnest({column}) as {column}" for column in rule.exploded]
    plain = [column for column in rule.columns if column not in rule.exploded]
    columns = [*rule.exploded, *plain]
    filled = " and ".join(f"{column} is not null" for column in columns)
    key = " || chr(31) || ".join(columns)
    return (
        f"select {key} as key, node from (select node, {', '.join([*named, *plain])} from nodes)"
        f" where {filled}"
    )


PREDICTION_RULES = (
    BlockingRule("same mailbox", ("emails",), ("emails",)),
    BlockingRule("same phone", ("phones",), ("phones",)),
    BlockingRule("same log-in name", ("logins",), ("logins",)),
    BlockingRule("same name and birth date", ("name_keys", "birth_date"), ("name_keys",)),
    BlockingRule("same name and postcode", ("name_key", "postcode")),
    BlockingRule("same family name and birth date", ("name_family", "birth_date")),
    BlockingRule("same characters and birth date", ("name_han", "birth_date")),
    BlockingRule("same birth date and postcode", ("birth_date", "postcode")),
    BlockingRule("same rare name", ("rare_letters",), ("rare_letters",)),
)
"""Fewer than ten: Splink's match_key is the smallest text, where '10' comes before '2'."""

NEIGHBOURS = (
    BlockingRule("same street", ("address_key",)),
    BlockingRule("same street and postcode", ("address_key", "postcode")),
    BlockingRule("same family name and postcode", ("name_family", "postcode")),
)
"""Rules that training alone looks at: they meet the people who share a roof."""
