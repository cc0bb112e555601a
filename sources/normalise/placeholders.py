"""Words that stand for nothing, and how they become null.

A placeholder that counts as a value makes hubs: thousands of strangers who share 'n/a'.
`is_empty` takes one text, `to_null` a column of a batch of records.
"""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa

from sources.normalise.data import read_words
from sources.normalise.text import fold

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


def to_null(values: pa.Array) -> pa.Array:
    """The values as they came, null where they say nothing.

    A value is kept untouched, spaces and all, because folding is the business of the normaliser
    that follows.
    """
    encoded = values.dictionary_encode()
    words = pa.array(
        [None if is_empty(word) else word for word in encoded.dictionary.to_pylist()],
        values.type,
    )
    return words.take(encoded.indices)
