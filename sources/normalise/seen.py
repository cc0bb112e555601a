"""When a record's values were first and last seen, from all rows that hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

ROWS = "array<struct<at: timestamp, file: string, line: bigint, text: string>>"
"""What rows say of a record: each value as delivered, when and where."""

_INSTANT = pa.timestamp("us", tz="UTC")


class SeenRows:
    """A batch of records' `ROWS`: the values of all records one after another."""

    def __init__(self, rows: pa.ListArray) -> None:
        self._rows = rows.flatten()
        self.counts: list[int] = pc.fill_null(pc.list_value_length(rows), 0).to_pylist()

    @cached_property
    def texts(self) -> list[str | None]:
        return self._rows.field("text").to_pylist()  # type: ignore[no-any-return]

    def first_and_last(
        self, values: Sequence[str | None], key_name: str, key: Callable[[str], str]
    ) -> pa.ListArray:
        """array<struct<value, first_seen, last_seen, file, line, key>>, latest value first.

        `values` are the normalised texts, None where there is nothing; file and line are those of
        the latest row that holds the value, and `key` gives the value under which it meets its
        other spellings.
        """
        at = self._rows.field("at").cast(pa.int64()).to_pylist()
        places = list(
            zip(
                at,
                self._rows.field("file").to_pylist(),
                self._rows.field("line").to_pylist(),
                strict=True,
            )
        )
        found: list[str] = []
        last: list[int] = []
        first: list[int] = []
        offsets = [0]
        start = 0
        for count in self.counts:
            stop = start + count
            for value, newest, earliest in _summed(values, places, start, stop):
                found.append(value)
                last.append(newest)
                first.append(earliest)
            offsets.append(len(found))
            start = stop
        rows = self._rows.take(pa.array(last, pa.int64()))
        columns = {
            "value": pa.array(found, pa.string()),
            "first_seen": pa.array([at[place] for place in first], pa.int64()).cast(_INSTANT),
            "last_seen": rows.field("at"),
            "file": rows.field("file"),
            "line": rows.field("line"),
            key_name: pa.array([key(value) for value in found], pa.string()),
        }
        structs = pa.StructArray.from_arrays(list(columns.values()), list(columns))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)


def seen_type(key_name: str) -> str:
    """Spark's type of `SeenRows.first_and_last`."""
    return (
        "array<struct<value: string, first_seen: timestamp, last_seen: timestamp, "
        f"file: string, line: bigint, {key_name}: string>>"
    )


def _summed(
    values: Sequence[str | None], places: Sequence[tuple[int, str, int]], start: int, stop: int
) -> list[tuple[str, int, int]]:
    """Each value with the places of its latest and its earliest row, latest value first."""
    if stop - start < 2:
        value = values[start] if stop > start else None
        return [] if value is None else [(value, start, start)]
    newest: dict[str, int] = {}
    earliest: dict[str, int] = {}
    for place in sorted(range(start, stop), key=places.__getitem__):
        value = values[place]
        if value is not None:
            newest[value] = place
            earliest.setdefault(value, place)
    latest_first = sorted(newest, key=lambda value: (places[newest[value]][0], value), reverse=True)
    return [(value, newest[value], earliest[value]) for value in latest_first]
