"""What is tried again by itself, and what is not."""

# Dagster reads annotations at run time, so they are not postponed here.

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from dagster_project.resources import OBSERVER
from pipelines.errors import LockedError

MOST_RETRIES = 3
FIRST_WAIT = 30
"""Seconds; doubled with every retry."""

_PASSING = {
    errno.EAGAIN, errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ECONNRESET, errno.ECONNREFUSED,
    errno.EHOSTUNREACH, errno.ENETUNREACH,
}  # fmt: skip
"""Faults of a network or a mount that may be over in a minute; a full disk is none of them."""


def is_transient(error: BaseException) -> bool:
    """Whether the same step may succeed a little later."""
    if isinstance(error, LockedError | ConnectionError | TimeoutError):
        return True
    return isinstance(error, OSError) and error.errno in _PASSING


@contextmanager
def retries(context: dg.AssetExecutionContext) -> Iterator[None]:
    """Ask Dagster for another try, with backoff, where the fault can pass.

    Not for a run from the command line: whoever typed it, or cron, decides (`--wait`, exit code 5).
    """
    try:
        yield
    except Exception as error:
        if OBSERVER.get() is None and is_transient(error):
            raise dg.RetryRequested(
                max_retries=MOST_RETRIES, seconds_to_wait=FIRST_WAIT * 2**context.retry_number
            ) from error
        raise
