"""The spool sorts lines and forgets nothing, in memory as on disk."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from generator.spool import FileKey, Spool

LIMIT = 1000
ENTRIES = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, LIMIT - 1),
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12),
    ),
    max_size=60,
)


@given(entries=ENTRIES, memory_limit=st.integers(0, 200))
def test_lines_come_back_in_order_whatever_the_memory(
    entries: list[tuple[int, int, str]], memory_limit: int
) -> None:
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder), {"rows": LIMIT}, memory_limit)
        for drop, order, line in entries:
            spool.add(FileKey("rows", drop), order, line)
        for drop in (0, 1):
            expected = [line for _, line in sorted((o, t) for d, o, t in entries if d == drop)]
            assert list(spool.lines(FileKey("rows", drop))) == expected
        assert list(Path(folder).iterdir()) == []
