"""Reading the tables of cases, and records that say one thing each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from sources.normalise.seen import SeenRows

_FOLDER = Path(__file__).parents[2] / "cases"


def read_cases(name: str) -> Any:
    """The content of tests/cases/<name>.yml."""
    return yaml.safe_load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def seen_rows(texts: Sequence[str | None]) -> SeenRows:
    """One row a record, each with one of the texts, all at one moment."""
    return SeenRows(
        counts=[1] * len(texts),
        texts=list(texts),
        at=pa.repeat(
            pa.scalar(datetime(2026, 1, 5, tzinfo=UTC), pa.timestamp("us", "UTC")), len(texts)
        ),
        file=pa.repeat("f", len(texts)),
        line=pa.array(range(len(texts)), pa.int64()),
    )
