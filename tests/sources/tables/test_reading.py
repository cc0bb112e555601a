"""Files of persons as texts, and what is said of files that can't be read."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sources.errors import ReadError
from sources.tables.reading import read_table


def written(folder: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path, "id,name\n1,Ann\n2,\n".replace(",", delimiter))
    assert read_table(path).to_pydict() == {"id": ["1", "2"], "name": ["Ann", None]}


def test_marks_quotes_and_newlines_within_values(tmp_path: Path) -> None:
    path = written(tmp_path, b'\xef\xbb\xbfid,name\r\n01,"Ann, \nB ""x"""\r\n')
    assert read_table(path).to_pydict() == {"id": ["01"], "name": ['Ann, \nB "x"']}


def test_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    path = written(tmp_path, "zip,flag\n00123,NA\n1e3,true\n")
    assert read_table(path).to_pydict() == {"zip": ["00123", "1e3"], "flag": ["NA", "true"]}


def test_parquet_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    rows = {
        "year": pa.array([1980.0, None]),
        "born": pa.array([datetime.date(1980, 2, 29), None]),
        "seen": pa.array(
            [datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.UTC), None],
            pa.timestamp("us", tz="UTC"),
        ),
        "tags": pa.array([["a"], None]),
        "kind": pa.array(["x", " "]).dictionary_encode(),
    }
    pq.write_table(pa.table(rows), path)
    assert read_table(path).to_pylist()[0] == {
        "year": "1980", "born": "1980-02-29", "seen": "2020-01-02", "tags": None, "kind": "x",
    }  # fmt: skip
    assert set(read_table(path).to_pylist()[1].values()) == {None}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "row 1: there is no header"),
        ("id,id\n1,2\n", r"row 1: the columns \['id'\] are there twice"),
        ("id,\n1,2\n", "row 1: a column has no name"),
        ("id,name\n1,Ann\n2,secret,x\n", "row 3: 3 columns where the header has 2"),
        (b"id,name\n1,\xff\xfe\n", "save it as UTF-8"),
        (b"\xff\xfei\x00d\x00", "save it as UTF-8"),
    ],
)
def test_a_broken_file_is_refused_by_place_and_remedy(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    with pytest.raises(ReadError, match=said) as refused:
        read_table(written(tmp_path, text))
    assert "people.csv" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(ReadError, match="no Delta table"):
        read_table(tmp_path)
    with pytest.raises(ReadError, match="as Parquet"):
        read_table(written(tmp_path, "id\n1\n", "people.parquet"))
