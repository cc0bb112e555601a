"""Small tables for the asset pages: where one looks rather than reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.run import StageResult

MOST_ROWS = 40
WIDEST_BAR = 24
FILE_COLUMNS = (
    "file", "delivered", "accepted", "quarantined", "redelivered", "problem", "new_columns",
)  # fmt: skip


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; numbers with separators, nothing where there is nothing."""
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(_cell(value) for value in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def stage_table(results: Sequence[StageResult]) -> str:
    """Where a run's time and rows went, stage by stage."""
    longest = max((result.seconds for result in results), default=0) or 1
    return table(
        ("stage", "seconds", "", "rows", "note"),
        [
            (
                result.stage,
                round(result.seconds, 1),
                "█" * round(WIDEST_BAR * result.seconds / longest),
                ", ".join(f"{name} {count:,}" for name, count in result.rows.items() if count),
                result.note,
            )
            for result in results
        ],
    )


def file_table(account: Sequence[dict[str, Any]]) -> str:
    """What became of each file; those with something to look at first."""
    notable = sorted(
        account,
        key=lambda row: not (row["problem"] or row["quarantined"] or row["new_columns"]),
    )
    text = table(
        FILE_COLUMNS, [[row[name] for name in FILE_COLUMNS] for row in notable[:MOST_ROWS]]
    )
    rest = len(notable) - MOST_ROWS
    return f"{text}\n\n… and {rest} more in ops.files" if rest > 0 else text


def _cell(value: object) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    # A name of a delivered file may hold the sign that parts the cells.
    return f"{value:,}" if isinstance(value, int | float) else str(value).replace("|", "\\|")
