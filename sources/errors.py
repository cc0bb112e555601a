"""What can go wrong with a source; caught only at the edge (command line, Dagster)."""

from __future__ import annotations


class SourceError(Exception):
    """Base of all errors about feeds, contracts and delivered files."""


class ContractError(SourceError):
    """A contract that cannot be used; the message names file, place and remedy."""


class ReadError(SourceError):
    """A file that can't be read as it is; the message names file, row and remedy."""


class FileChangedError(SourceError):
    """A delivered file holds other bytes than when it was inspected."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} changed while it was read; run again, and have files delivered under another"
            " name and renamed when they are complete"
        )
