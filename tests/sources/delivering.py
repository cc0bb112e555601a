"""Hostile deliveries as the door sees them: inspected, read, and accounted for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sources.catalog import Catalog
from sources.delivery import Delivery, find_files, inspect_files
from sources.problems import REMEDIES
from sources.reading import LINES, Batch, quarantined_file, read_batches
from tests.sources.hostile import CSV, DOCUMENTS
from tests.sources.landing import contract, only_file

NOW = datetime(2026, 2, 1, tzinfo=UTC)
FOLDER = "till/dt=2026-01-05"


def put(landing: Path, name: str, content: str | bytes) -> Path:
    """A delivered file of exactly these bytes."""
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def inspect(landing: Path, document: dict[str, Any]) -> list[Delivery]:
    catalog = Catalog((contract(document),))
    return inspect_files(landing, find_files(landing, catalog), NOW.date())


def only(landing: Path, file: str = CSV) -> Delivery:
    (delivery,) = inspect(landing, DOCUMENTS[file])
    return delivery


def batches(delivery: Delivery, file: str = CSV) -> list[Batch]:
    return list(read_batches(delivery, only_file(DOCUMENTS[file]), NOW))


def rows_of(
    delivery: Delivery, file: str = CSV
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Good rows and bad ones; the one row in quarantine of a file that is set aside whole."""
    if delivery.problem is not None:
        return [], quarantined_file(delivery, NOW).to_pylist()
    read = batches(delivery, file)
    good = [found for batch in read for found in batch.good.to_pylist()]
    return good, [found for batch in read for found in batch.bad.to_pylist()]


def check_account(
    delivery: Delivery, good: list[dict[str, Any]], bad: list[dict[str, Any]]
) -> None:
    """Every delivered line is in one row, and every row that is not taken says what to do."""
    assert delivery.lines == sum(one[LINES] for one in good) + sum(one["lines"] for one in bad)
    assert [one["remedy"] for one in bad] == [REMEDIES[one["reason"]] for one in bad]


def problem_of(landing: Path, file: str = CSV) -> str | None:
    """The reason code of the only file, which is accounted for."""
    delivery = only(landing, file)
    check_account(delivery, *rows_of(delivery, file))
    return None if delivery.problem is None else delivery.problem.code
