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


class JudgementError(ResolutionError):
    """A decision that can't be taken, or a ledger that can't be true; no person's data is in it.

    `said` is the message without the column. `column` and `judgement_id` say what is wrong with
    which decision, as far as known, so that a reader of files can name the place.
    """

    def __init__(
        self, said: str, column: str | None = None, judgement_id: str | None = None
    ) -> None:
        super().__init__(f"{column}: {said}" if column else said)
        self.said = said
        self.column = column
        self.judgement_id = judgement_id
