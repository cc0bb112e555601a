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

STOPPED_SENTENCE = "stopped, nothing was published"


class Exit(IntEnum):
    """What the shell sees. 1 is a fault of ours and comes with a stack trace, 2 a wrong option."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    REJECTED = 3
    """A critical check failed; the last publication is still live."""
    INPUT = 4
    """Configuration, contract, model, key, input files or the machine can't be used."""
    BUSY = 5
    """Another run writes to the warehouse."""
    STORAGE = 6
    """The operating system refuses to write: a full disk, a quota, a permission, a lost mount."""
    HELD = 7
    """The candidate waits for a person's approval; the last publication is still live."""
    PINNED = 8
    """A restored publication holds runs back until it is released."""
    STOPPED = 130
    """Ctrl-C, by the shells' own custom."""


def sentences(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Turn what can go wrong outside of the code into one sentence on stderr and an exit code."""

    @functools.wraps(command)
    def wrapped(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        try:
            return command(*arguments, **options)
        except KeyboardInterrupt as error:
            _say(STOPPED_SENTENCE)
            raise typer.Exit(Exit.STOPPED) from error
        except (typer.Exit, typer.BadParameter):
            raise
        except Exception as error:
            told = sentence(error)
            if told is None:
                raise
            _say(told)
            raise typer.Exit(_code(error)) from error

    return wrapped


def sentence(error: Exception) -> str | None:
    """What is wrong and what to do, in one sentence; None for a fault of ours."""
    import duckdb
    from pyspark.errors import PySparkException

    from generator.settings import GeneratorError
    from pipelines.errors import PipelineError
    from pipelines.session import SessionError
    from resolution.errors import ResolutionError
    from sources.errors import SourceError

    own = (GeneratorError, PipelineError, SessionError, ResolutionError, SourceError)
    fault = _refused(error)
    if fault is not None:
        return (
            f"stopped by the operating system: {fault}. The last publication is as it was; mend"
            " that and type the command again ('scv doctor' shows disk and folders)"
        )
    if isinstance(error, own):
        return str(error)
    if isinstance(error, OSError):
        told = error.strerror or str(error).partition("\n")[0]
        return f"{error.filename}: {told}" if error.filename else told
    # Their texts may quote a person's value.
    if isinstance(error, duckdb.Error | PySparkException):
        library = "DuckDB" if isinstance(error, duckdb.Error) else "Spark"
        return (
            f"{library} could not go on ({type(error).__name__}); nothing was published."
            " Is the machine ready: scv doctor"
        )
    return None


def _code(error: Exception) -> Exit:
    from pipelines.errors import LockedError, PinnedError

    if isinstance(error, LockedError):
        return Exit.BUSY
    if isinstance(error, PinnedError):
        return Exit.PINNED
    return Exit.INPUT if _refused(error) is None else Exit.STORAGE


def _refused(error: Exception) -> str | None:
    """What the operating system refused; our own errors say better what they are about."""
    from pipelines.errors import PipelineError, TableError
    from pipelines.storage import storage_fault
    from sources.errors import SourceError

    if isinstance(error, PipelineError | SourceError) and not isinstance(error, TableError):
        return None
    return storage_fault(error)


def _say(text: str) -> None:
    sys.stdout.flush()
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"scv: {text}", markup=False)
