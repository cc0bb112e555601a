"""Which pairs are looked at. Hub values are out of the arrays before blocking starts."""

from __future__ import annotations

from dataclasses import dataclass

from splink import block_on
from splink.internals.blocking_rule_creator import BlockingRuleCreator


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


PREDICTION_RULES = (
    BlockingRule("same mailbox", ("emails",), ("emails",)),
    BlockingRule("same phone", ("phones",), ("phones",)),
    BlockingRule("same log-in name", ("logins",), ("logins",)),
    BlockingRule("same name and birth date", ("name_keys", "birth_date"), ("name_keys",)),
    BlockingRule("same name and postcode", ("name_key", "postcode")),
    BlockingRule("same family name and birth date", ("name_family", "birth_date")),
    BlockingRule("same characters and birth date", ("name_han", "birth_date")),
    BlockingRule("same birth date and postcode", ("birth_date", "postcode")),
    BlockingRule("same rare name", ("rare_name",)),
)
"""Fewer than ten: Splink's match_key is the smallest text, where '10' comes before '2'."""

TRAINING_RULES = ("first_email", "first_phone", "name_key")
"""Scalar columns for expectation maximisation; an exploding rule there damages the linker."""

RANDOM_MATCH_RULES = (
    BlockingRule("same mailbox", ("emails",), ("emails",)),
    BlockingRule("same name and birth date", ("name_key", "birth_date")),
)
"""Rules that nearly only true pairs meet, for the chance that two random nodes match."""
