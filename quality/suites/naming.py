"""How an expectation says its name and its reason; both show up in every report."""

from __future__ import annotations


def described(name: str, because: str) -> dict[str, str]:
    """Metadata of an expectation: a stable name, and why anybody asks."""
    return {"name": name, "because": because}
