"""How usual names are in America: the census of 1990 (public domain, packaged by `names`)."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

# The census prints 0.000 per cent for its rarest surnames.
_RAREST = 5e-6


@lru_cache(maxsize=2)
def shares(kind: str) -> dict[str, float]:
    """Lower-case name to its share of bearers; `kind` is 'first' or 'last'.

    A given name's share is the larger of men's and women's.
    """
    files = ["dist.all.last"] if kind == "last" else ["dist.male.first", "dist.female.first"]
    found: dict[str, float] = {}
    for file_name in files:
        text = resources.files("names").joinpath(file_name).read_text(encoding="ascii")
        for line in text.splitlines():
            fields = line.split()
            word, percent = fields[0].lower(), float(fields[1])
            found[word] = max(found.get(word, 0.0), percent / 100, _RAREST)
    return found
