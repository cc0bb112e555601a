"""Where in the landing folder contracts expect files, and of which day."""

from __future__ import annotations

import calendar
import errno
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

from sources.contract import FileContract
from sources.errors import SourceError

_ALMOST_A_DAY = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{1,2})[-_.]?(\d{1,2})(?!\d)", re.ASCII)


def walk(landing: Path) -> tuple[list[str], list[str]]:
    """All names below the folder, and those of folders that we don't or can't enter.

    Links are not followed. Raises `SourceError` where the landing folder itself can't be read.
    """
    everything: list[str] = []
    closed: list[str] = []

    def refused(error: OSError) -> None:
        path = Path(str(error.filename))
        if path != landing:
            closed.append(path.relative_to(landing).as_posix())
        elif not isinstance(error, FileNotFoundError):
            raise SourceError(f"the landing folder {landing} can't be read: {error.strerror}")

    for folder, folders, files in os.walk(landing, onerror=refused):
        here = Path(folder)
        if not os.access(here, os.X_OK):
            refused(PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder))
            folders.clear()
            continue
        everything += [(here / name).relative_to(landing).as_posix() for name in folders + files]
        links = [here / name for name in folders if (here / name).is_symlink()]
        closed += [link.relative_to(landing).as_posix() for link in links]
    return sorted(everything), sorted(closed)


def is_storable(name: str) -> bool:
    """Whether a table can hold the name: names of files are bytes, and may be no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def expected_day(contract: FileContract, name: str) -> date | None:
    """The batch day of a file of this contract; None where the name is another's. A day that is
    written in another form or that does not exist gives one near it, for the account.
    """
    pattern = contract.day_pattern()
    match = pattern.match(name) or pattern.match(_ALMOST_A_DAY.sub(_with_dashes, name))
    return None if match is None else _nearest_day(match["day"])


def names_its_day(contract: FileContract, name: str, day: date) -> bool:
    """Whether the day stands in the name as the contract says."""
    match = contract.day_pattern().match(name)
    return match is not None and match["day"] == day.isoformat()


def expected_day_below(contract: FileContract, landing: Path, name: str) -> date | None:
    """The batch day of a folder below which the contract's files should lie; without one in its
    name, the day that it was put there.
    """
    parts = contract.location.split("/")
    depth = name.count("/") + 1
    if depth >= len(parts):
        return None
    above = contract.model_copy(update={"location": "/".join(parts[:depth])})
    match = above.day_pattern().match(name)
    if match is None:
        return None
    if "day" in match.groupdict():
        return _nearest_day(match["day"])
    return datetime.fromtimestamp((landing / name).lstat().st_mtime, UTC).date()


def _with_dashes(match: re.Match[str]) -> str:
    return "-".join((match[1], match[2].zfill(2), match[3].zfill(2)))


def _nearest_day(text: str) -> date:
    year, month, day = (max(1, int(part)) for part in text.split("-"))
    month = min(month, 12)
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
