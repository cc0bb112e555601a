"""What may pass is tried again with backoff; what will not is not."""

# Dagster reads annotations at run time, so they are not postponed here.

import errno

import dagster as dg
import pytest

from dagster_project.resources import OBSERVER, Observer
from dagster_project.retries import is_transient, retries
from pipelines.config import Config
from pipelines.errors import ConfigurationError, LockedError


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (LockedError("busy"), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (OSError(errno.EIO, "mount"), True),
        (OSError(errno.ENOSPC, "disk full"), False),
        (PermissionError(errno.EACCES, "no"), False),
        (ConfigurationError("wrong"), False),
        (ValueError("bug"), False),
    ],
)
def test_what_is_transient(error: Exception, expected: bool) -> None:
    assert is_transient(error) is expected


def attempts(error: Exception, failures: int) -> tuple[bool, int]:
    """Whether an asset that fails so often at first succeeds in the end, and how often it ran."""
    tries = []

    @dg.asset
    def table(context: dg.AssetExecutionContext) -> None:
        with retries(context):
            tries.append(context.retry_number)
            if len(tries) <= failures:
                raise error

    result = dg.materialize([table], raise_on_error=False)
    assert tries == list(range(len(tries)))
    return result.success, len(tries)


@pytest.mark.parametrize(
    ("error", "failures", "expected"),
    [
        (LockedError("busy"), 2, (True, 3)),
        (LockedError("busy"), 9, (False, 4)),
        (ConfigurationError("wrong"), 1, (False, 1)),
    ],
)
def test_a_passing_fault_is_tried_again_and_not_for_ever(
    error: Exception, failures: int, expected: tuple[bool, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dagster_project.retries.FIRST_WAIT", 0.01)
    assert attempts(error, failures) == expected


def test_a_run_from_the_command_line_is_not_kept_waiting() -> None:
    token = OBSERVER.set(Observer(lambda *_: None, Config()))
    try:
        with pytest.raises(LockedError), retries(dg.build_asset_context()):
            raise LockedError("busy")
    finally:
        OBSERVER.reset(token)
