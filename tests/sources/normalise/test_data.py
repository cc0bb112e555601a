"""The packaged lists."""

from __future__ import annotations

from importlib import resources

import pytest

from sources.normalise.data import read_rows, read_words
from sources.normalise.nicknames import roots

FILES = sorted(
    entry.name
    for entry in resources.files("sources.normalise.data").iterdir()
    if entry.name.endswith(".csv")
)


@pytest.mark.parametrize("file_name", FILES)
def test_a_list_says_what_it_is_and_has_no_row_twice(file_name: str) -> None:
    text = resources.files("sources.normalise.data").joinpath(file_name).read_text("utf-8")
    assert text.startswith("# ")
    assert "This project's own compilation." in text.splitlines()[0]
    rows = [tuple(row) for row in read_rows(file_name)]
    assert rows
    assert len(set(rows)) == len(rows)
    assert len({len(row) for row in rows}) == 1


def test_words_are_read_by_kind() -> None:
    assert "n/a" in read_words("placeholders.csv", "empty")
    assert "info" not in read_words("placeholders.csv", "empty")


def test_nicknames_are_many_and_lower_case() -> None:
    pairs = {(root, name) for root, names in read_rows("nicknames.csv") for name in names.split()}
    assert len(pairs) >= 250
    assert all(
        word.isascii() and word.isalpha() and word.islower() for pair in pairs for word in pair
    )


def test_roots_hold_the_name_itself() -> None:
    assert roots("bob") == ("bob", "robert", "roberto")
    assert roots("zebedee") == ("zebedee",)
