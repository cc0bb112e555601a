"""The errors of resolution: every one is caught at the edge (command line, Dagster asset)."""

from __future__ import annotations


class ResolutionError(Exception):
    """Identity resolution cannot go on; the message says what is wrong and what to do."""


class TruthError(ResolutionError):
    """A truth file cannot be read; the message names file, row, column and remedy."""


class BudgetError(ResolutionError):
    """Scoring would compare more pairs than allowed; the message names the rule and the value."""


class ModelError(ResolutionError):
    """No model, or one that does not fit; the message says what to type."""
