"""Who is who, and how much each key gives to find it out."""

from __future__ import annotations

from generator.layout import TRUTH
from generator.spool import FileKey, Spool

STRONG = "strong"
WEAK = "weak"
NONE = "none"
_RANK = {NONE: 0, WEAK: 1, STRONG: 2}


class Truth:
    """Collects the lines of identities.csv and counts them by source."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.keys: dict[str, int] = {}

    def add(self, order: int, line: str) -> None:
        source = line.partition(",")[0]
        self.keys[source] = self.keys.get(source, 0) + 1
        self._spool.add(FileKey(TRUTH, 0), order, line)


def strongest(first: str, second: str) -> str:
    """The stronger of two kinds of evidence."""
    return first if _RANK[first] >= _RANK[second] else second
