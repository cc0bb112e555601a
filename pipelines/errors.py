"""What can go wrong with a run; caught only at the edge (command line, Dagster)."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of all errors about configuration, tables and publications."""


class ConfigurationError(PipelineError):
    """`scv.yml`, the environment or an option is wrong; the message names the place."""


class LockedError(PipelineError):
    """Another run writes to the warehouse; the message says which."""


class TableError(PipelineError):
    """A table can't be read or written; the cause's kind is told, its text may quote values."""

    def __init__(self, table: str, cause: BaseException) -> None:
        super().__init__(
            f"the table {table} can't be used ({type(cause).__name__}): its files or its log are"
            " missing or damaged. Bring an earlier publication back (scv publications restore), or"
            " the warehouse from your backup"
        )


class FileDecisionError(PipelineError):
    """A decision about a delivered file can't be taken; the message says why."""


class PublicationError(PipelineError):
    """A publication that is asked for does not exist or cannot be used."""


class PinnedError(PipelineError):
    """A restored publication is not released yet; the message says what to type."""


class HeldError(PipelineError):
    """A candidate waits for a person's approval; the message says which."""


class BackupError(PipelineError):
    """A backup can't be written or put back; the message says why."""


class SchemaError(PipelineError):
    """The warehouse was written by another release; the message says what to do."""
