"""Nicknames and the names they stand for. Pure Python."""

from __future__ import annotations

from functools import lru_cache

from sources.normalise.data import read_rows


@lru_cache(maxsize=65536)
def roots(given: str) -> tuple[str, ...]:
    """The names that a lower-case given name may stand for, and the name itself; sorted.

    Alex is Alexander or Alexandra: two people's names agree where their roots meet.
    """
    return tuple(sorted({given, *_roots().get(given, ())}))


def is_listed(given: str) -> bool:
    """Whether the list knows this as an English given name or nickname."""
    return given in _roots()


@lru_cache(maxsize=1)
def _roots() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for root, nicknames in read_rows("nicknames.csv"):
        for name in (root, *nicknames.split()):
            found.setdefault(name, set()).add(root)
    return {name: frozenset(each) for name, each in found.items()}
