"""Words that stand for nothing, and how they become null.

A placeholder that counts as a value makes hubs: thousands of strangers who share 'n/a'.
`is_empty` is pure Python; `to_null` is its Column twin, native, because every attribute of every
record passes here before it goes to Python.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from pyspark.sql import Column
from pyspark.sql import functions as F

from sources.normalise.data import read_words
from sources.normalise.text import FOLDING, fold

EMPTY_WORDS = read_words("placeholders.csv", "empty")
# A name made of nothing but these words is nobody's. One of them alone is not enough: Johnny
# Cash and Nan Guest are people.
NAME_WORDS = read_words("placeholders.csv", "name")
EMAIL_LOCAL_PARTS = read_words("placeholders.csv", "email_any_domain")
EMAIL_LOCAL_PARTS_AT_PROVIDERS = read_words("placeholders.csv", "email_at_provider")
EMAIL_DOMAINS = read_words("placeholders.csv", "email_domain")
EMAIL_ROLES = read_words("placeholders.csv", "email_role")


@lru_cache(maxsize=65536)
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
    return F.when(~_folded(value).rlike(_says_nothing()), value)


def _folded(value: Column) -> Column:
    """As `fold` makes it, but for spaces."""
    kept = {before: after for before, after in FOLDING.items() if after}
    dropped = "".join(before for before, after in FOLDING.items() if not after)
    # Spark's translate drops the characters that have no counterpart, so they come last.
    plain = F.translate(value, "".join(kept) + dropped, "".join(kept.values()))
    return F.when(value.rlike(r"[^\x20-\x7e]"), plain).otherwise(value)


@lru_cache(maxsize=1)
def _says_nothing() -> str:
    """No letter or digit, or an empty word; words by their first character, so that a value is
    compared with few of them.
    """
    by_first: dict[str, list[str]] = defaultdict(list)
    for word in sorted(EMPTY_WORDS):
        by_first[word[0]].append(word)
    words = "|".join(
        re.escape(first) + "(?:" + "|".join(_spelled(word[1:]) for word in found) + ")"
        for first, found in by_first.items()
    )
    return rf"(?i)\A(?:[^\p{{L}}\p{{N}}]*| *(?:{words}) *)\z"


def _spelled(word: str) -> str:
    return re.escape(word).replace(r"\ ", " +")
