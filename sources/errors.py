"""What can go wrong with a source; caught only at the edge (command line, Dagster)."""

from __future__ import annotations


class SourceError(Exception):
    """Base of all errors about feeds, contracts and delivered files."""


class ContractError(SourceError):
    """A contract that cannot be used; the message names file, place and remedy."""
