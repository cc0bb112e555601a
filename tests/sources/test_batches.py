"""Groups of rows stay whole, whatever the batches."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from sources.batches import offsets, parents, take, whole_groups

KEYS = st.lists(st.tuples(st.none() | st.sampled_from("ab"), st.sampled_from("xy")), max_size=30)


@given(KEYS, st.integers(1, 8))
def test_every_group_lies_in_one_batch(keys: list[tuple[str | None, str]], size: int) -> None:
    ordered = sorted(keys, key=str)
    table = pa.table(
        {
            "first": pa.array([first for first, _ in ordered], pa.string()),
            "second": pa.array([second for _, second in ordered], pa.string()),
            "number": pa.array(range(len(ordered)), pa.int64()),
        }
    )
    found = [
        [tuple(row.values()) for row in batch.to_pylist()]
        for batch in whole_groups(table.to_batches(max_chunksize=size), ("first", "second"))
    ]
    assert [number for batch in found for _, _, number in batch] == list(range(len(ordered)))
    groups = [{(first, second) for first, second, _ in batch} for batch in found]
    distinct = [key for key, _ in groupby(ordered)]
    assert sum(map(len, groups)) == len(distinct)


def test_lists_and_their_entries() -> None:
    lists = pa.array([["a"], [], None, ["b", "c"]])
    assert parents(lists).tolist() == [0, 3, 3]
    counts = np.array([1, 0, 0, 2])
    made = pa.ListArray.from_arrays(offsets(counts), lists.flatten())
    assert made.to_pylist() == [["a"], [], [], ["b", "c"]]
    assert take(lists.flatten(), np.array([2, -1, 0])).to_pylist() == ["c", None, "a"]
