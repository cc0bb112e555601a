"""Words that stand for nothing, and how they become null.

A placeholder that counts as a value makes hubs: thousands of strangers who share 'n/a'.
`is_empty` is pure Python; `to_null` is its Column twin.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from sources.normalise.data import read_words
from sources.normalise.text import bound, fold, folded

EMPTY_WORDS = read_words("placeholders.csv", "empty")
# A name made of nothing but these words is nobody's. One of them alone is not enough: Johnny
# Cash and Nan Guest are people.
NAME_WORDS = read_words("placeholders.csv", "name")
EMAIL_LOCAL_PARTS = read_words("placeholders.csv", "email_any_domain")
EMAIL_LOCAL_PARTS_AT_PROVIDERS = read_words("placeholders.csv", "email_at_provider")
EMAIL_DOMAINS = read_words("placeholders.csv", "email_domain")
EMAIL_ROLES = read_words("placeholders.csv", "email_role")


def is_empty(text: str | None) -> bool:
    """Whether a value says nothing: absent, no letter or digit in it, or a word for 'none'."""
    if text is None:
        return True
    plain = fold(text).lower()
    return plain in EMPTY_WORDS or not any(character.isalnum() for character in plain)


def to_null(value: Column) -> Column:
    """The value as it came, or null where it says nothing.

    Twin of `is_empty`; a value is kept untouched, spaces and all, because folding is the
    business of the normaliser that follows.
    """
    informative = bound(
        F.lower(folded(value)),
        lambda plain: plain.rlike(r"[\p{L}\p{N}]") & ~plain.isin(*sorted(EMPTY_WORDS)),
    )
    return F.when(informative, value)
