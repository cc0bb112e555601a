"""What the exporters write tells nobody who is who."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.quality.exporters.writing import write_set

PERSONS = 50


def delivered(copies: int) -> pd.DataFrame:
    """Persons in order, as published files have them."""
    rows = [(f"{number:03}", f"name {number}") for number in range(PERSONS)] * copies
    return pd.DataFrame(rows, columns=["person", "name"])


def written(folder: Path) -> dict[str, pd.DataFrame]:
    return {
        file.stem: pd.read_csv(file, dtype=str, keep_default_na=False)
        for file in folder.glob("*.csv")
    }


def test_truth_and_records_join_again(tmp_path: Path) -> None:
    write_set(tmp_path, {"b": delivered(1), "a": delivered(2)}, "person")
    files = written(tmp_path)
    truth = files.pop("truth")
    assert list(truth.columns) == ["source", "record_id", "person_id"]
    assert {name: len(rows) for name, rows in files.items()} == {"a": 2 * PERSONS, "b": PERSONS}
    for source, rows in files.items():
        assert list(rows.columns) == ["record_id", "name"]
        known = truth[truth.source == source].merge(rows, on="record_id")
        assert len(known) == len(rows)
        assert (
            known.name.str.removeprefix("name ").astype(int) == known.person_id.astype(int)
        ).all()


def test_neither_order_nor_id_tells_the_person(tmp_path: Path) -> None:
    write_set(tmp_path, {"a": delivered(1), "b": delivered(1)}, "person")
    files = written(tmp_path)
    assert list(files["a"].name) != list(files["b"].name) != sorted(files["b"].name)
    ids = [*files["a"].record_id, *files["b"].record_id]
    # An id that two sources share looks like an identifier of the person.
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)


def test_the_same_rows_are_written_the_same(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_set(tmp_path / folder, {"a": delivered(2)}, "person")
    for name in ("a.csv", "truth.csv"):
        assert (tmp_path / "one" / name).read_text() == (tmp_path / "two" / name).read_text()
