"""Reads a contract of columns for the peers that look at persons and not at one set's columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EVERY_OTHER = "*"
NESTED = ("identifiers", "others")


@dataclass(frozen=True)
class Source:
    """One file's key column and, per canonical attribute, the columns that make it up.

    Identifiers and other attributes carry their group: `identifiers.ssn`, `others.age`.
    """

    key: str
    columns: dict[str, list[str]]


def read_contract(path: Path, stem: str) -> Source:
    """What the contract says of the file with this stem. Raises KeyError where it says nothing."""
    sources = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    said = sources[stem if stem in sources else EVERY_OTHER]
    columns: dict[str, list[str]] = {}
    for attribute, value in said["columns"].items():
        if attribute in NESTED:
            columns |= {f"{attribute}.{kind}": _listed(name) for kind, name in value.items()}
        else:
            columns[attribute] = _listed(value)
    return Source(said["key"], columns)


def _listed(value: Any) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else [str(value)]
