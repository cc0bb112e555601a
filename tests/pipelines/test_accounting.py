"""First come, first counted: against plain Python."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.accounting import accepted_lines
from sources.reading import BATCH_DAY, FILE, INGESTED_AT, LINE, LINES, ROW_HASH

ROWS = st.lists(
    st.tuples(
        st.integers(1, 3),  # run
        st.integers(5, 7),  # day
        st.sampled_from("ab"),  # file
        st.integers(1, 3),  # lines
        st.sampled_from("uvwxyz"),  # content
    ),
    min_size=1,
    max_size=25,
)


def write(folder: Path, rows: list[tuple[int, int, str, int, str]]) -> dict[int, str]:
    """One Parquet file per run; its path."""
    paths = {}
    for run in sorted({row[0] for row in rows}):
        named = [
            {
                INGESTED_AT: datetime(2026, 2, run, tzinfo=UTC),
                BATCH_DAY: date(2026, 1, day),
                FILE: file,
                LINE: number,
                LINES: lines,
                ROW_HASH: content,
            }
            for number, (of, day, file, lines, content) in enumerate(rows)
            if of == run
        ]
        paths[run] = str(folder / f"{run}.parquet")
        pq.write_table(pa.Table.from_pylist(named), paths[run])
    return paths


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_the_first_row_with_a_content_counts(
    tmp_path: Path, rows: list[tuple[int, int, str, int, str]]
) -> None:
    paths = write(tmp_path, rows)
    expected: dict[tuple[str, datetime], int] = {}
    seen: set[str] = set()
    in_order = sorted(
        (run, day, file, number, lines, content)
        for number, (run, day, file, lines, content) in enumerate(rows)
    )
    for run, _, file, _, lines, content in in_order:
        if content not in seen:
            key = (file, datetime(2026, 2, run, tzinfo=UTC))
            expected[key] = expected.get(key, 0) + lines
        seen.add(content)
    assert accepted_lines(list(paths.values())) == expected
    last = max(paths)
    of_last = {key: n for key, n in expected.items() if key[1].day == last}
    found = accepted_lines(list(paths.values()), among=[paths[last]])
    assert {key: n for key, n in found.items() if key[1].day == last} == of_last


def test_without_files_nothing_is_counted() -> None:
    assert accepted_lines([]) == {}
