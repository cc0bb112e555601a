"""What can go wrong with a run; caught only at the edge (command line, Dagster)."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of all errors about configuration, tables and publications."""


class ConfigurationError(PipelineError):
    """`scv.yml`, the environment or an option is wrong; the message names the place."""


class LockedError(PipelineError):
    """Another run writes to the warehouse; the message says which."""


class FileDecisionError(PipelineError):
    """A decision about a delivered file can't be taken; the message says why."""


class PublicationError(PipelineError):
    """A publication that is asked for does not exist or cannot be used."""
