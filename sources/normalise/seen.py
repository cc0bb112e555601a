"""When a record's values were first and last seen, from all rows that hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sources.batches import offsets

_INSTANT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class SeenRows:
    """What rows say of records: the values of all records one after another, as delivered, with
    when and where each was seen. `counts` says how many are each record's.
    """

    counts: list[int]
    texts: list[str | None]
    at: pa.Array
    file: pa.Array
    line: pa.Array

    def first_and_last(
        self, values: Sequence[str | None], key_name: str, key: Callable[[str], str]
    ) -> pa.ListArray:
        """array<struct<value, first_seen, last_seen, file, line, key>>, latest value first.

        `values` are the normalised texts, None where there is nothing; file and line are those of
        the latest row that holds the value, and `key` gives the value under which it meets its
        other spellings.
        """
        instants = self.at.cast(pa.int64()).to_pylist()
        places = list(zip(instants, self.file.to_pylist(), self.line.to_pylist(), strict=True))
        found: list[str] = []
        last: list[int] = []
        first: list[int] = []
        sizes: list[int] = []
        start = 0
        for count in self.counts:
            summed = _summed(values, places, start, start + count)
            for value, newest, earliest in summed:
                found.append(value)
                last.append(newest)
                first.append(earliest)
            sizes.append(len(summed))
            start += count
        newest_rows = pa.array(last, pa.int64())
        columns = {
            "value": pa.array(found, pa.string()),
            "first_seen": pa.array([instants[place] for place in first], pa.int64()).cast(_INSTANT),
            "last_seen": self.at.take(newest_rows),
            "file": self.file.take(newest_rows),
            "line": self.line.take(newest_rows),
            key_name: pa.array([key(value) for value in found], pa.string()),
        }
        structs = pa.StructArray.from_arrays(list(columns.values()), list(columns))
        return pa.ListArray.from_arrays(offsets(np.array(sizes, np.int64)), structs)


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
