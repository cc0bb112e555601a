"""Exit codes, and the edge where errors become sentences."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Exit(IntEnum):
    """What the shell sees. 1 is a fault of ours and comes with a stack trace, 2 a wrong option."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    REJECTED = 3
    """A critical check failed; the last publication is still live."""
    INPUT = 4
    """Configuration, contract, model, key or input files can't be used."""
    BUSY = 5
    """Another run writes to the warehouse."""


def sentences(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Turn the packages' own errors into one sentence on stderr and exit code 4 or 5."""

    @functools.wraps(command)
    def wrapped(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        from generator.settings import GeneratorError
        from pipelines.errors import LockedError, PipelineError
        from pipelines.session import SessionError
        from resolution.errors import ResolutionError
        from sources.errors import SourceError

        known = (GeneratorError, PipelineError, SessionError, ResolutionError, SourceError)
        try:
            return command(*arguments, **options)
        except known as error:
            sys.stdout.flush()
            Console(stderr=True, highlight=False, soft_wrap=True).print(
                f"scv: {error}", markup=False
            )
            code = Exit.BUSY if isinstance(error, LockedError) else Exit.INPUT
            raise typer.Exit(code) from error

    return wrapped
