"""Nicknames and the names they stand for. Pure Python."""

from __future__ import annotations

from functools import lru_cache

from sources.normalise.census import shares
from sources.normalise.data import read_rows

# A nickname means one name where that is so many times as usual as any other for which it may
# stand: Nick is Nicholas (9 times Dominic), Ted may be Theodore (a sixth of Edward).
_SURE = 8


@lru_cache(maxsize=65536)
def roots(given: str) -> tuple[str, ...]:
    """The names that a lower-case given name may stand for, and the name itself; sorted.

    Alex is Alexander or Alexandra: two people's names agree where their roots meet.
    """
    return tuple(sorted({given, *_roots().get(given, ())}))


@lru_cache(maxsize=65536)
def meant(given: str) -> tuple[str, ...]:
    """The name itself, and what it surely stands for: Bob is Robert; Alex stays Alex.

    Spellings of one name (Stephen, Steven) stand for each other.
    """
    candidates = _roots().get(given, frozenset())
    if given in candidates:
        # Joan may be short for Joanna, and is mostly a name of its own.
        candidates = frozenset({given})
    if not candidates:
        return (given,)
    groups = sorted({_spellings(root) for root in candidates}, key=_share, reverse=True)
    own = 0.0 if given in candidates else _share((given,))
    others = _share(groups[1]) * _SURE if len(groups) > 1 else 0.0
    if _share(groups[0]) < max(own, others):
        return (given,)
    return tuple(dict.fromkeys((given, *groups[0])))


def is_listed(given: str) -> bool:
    """Whether the list knows this as an English given name or nickname."""
    return given in _roots()


def _share(names: tuple[str, ...]) -> float:
    """How usual the most usual of these names is."""
    return max(shares("first").get(name, 0.0) for name in names)


def _spellings(root: str) -> tuple[str, ...]:
    """A root and the roots that list each other with it, sorted."""
    named = _roots()[root]
    return tuple(sorted({root, *(each for each in named if root in _roots()[each])}))


@lru_cache(maxsize=1)
def _roots() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for root, nicknames in read_rows("nicknames.csv"):
        for name in (root, *nicknames.split()):
            found.setdefault(name, set()).add(root)
    return {name: frozenset(each) for name, each in found.items()}
