"""Files that a command writes: refused before the work begins, and never left half written."""

from __future__ import annotations

from pathlib import Path


def check_output(out: Path) -> None:
    """Make the file's folder; `ConfigurationError` where the file can't be written."""
    from pipelines.errors import ConfigurationError

    if out.is_dir():
        raise ConfigurationError(f"{out} is a folder; name a file in it")
    probe = out.with_name(out.name + ".partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(f"{out} can't be written: {error.strerror}") from error
