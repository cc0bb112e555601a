"""Rows of tables as canonical records, by the pipeline's own normalisers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sources.errors import ReadError
from sources.record import RECORDS
from sources.tables.contract import TableContract
from sources.tables.records import Named, extras_of, records_of


def named(columns: dict[str, Any], rows: dict[str, list[str | None]], **rest: Any) -> Named:
    contract = TableContract.model_validate({"columns": columns, **rest})
    return Named(Path("people.csv"), pa.table(rows), contract)


def records(table: Named) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = records_of(table, RECORDS.arrow).to_pylist()
    return found


def test_a_row_is_a_record_with_normalised_attributes() -> None:
    (one, two) = records(
        named(
            {
                "given_name": ["first", "middle"], "family_name": "last", "birth_date": "dob",
                "address_line": ["no", "street"], "postcode": "zip", "emails": "mail",
                "phones": ["home", "cell"], "gender": "sex",
            },
            {
                "key": ["k1", "k2"], "first": ["ANN", None], "middle": ["B.", None],
                "last": ["O'Neill", None], "dob": ["12/31/1980", None], "no": ["12", None],
                "street": ["Mill Road", None], "zip": ["02139", None],
                "mail": ["Ann@X.org", None], "home": [None, None], "cell": ["617 555 0123", None],
                "sex": ["female", None],
            },
            key="key",
            birth_date_formats=["MM/dd/yyyy"],
            source="crm",
        )
    )  # fmt: skip
    assert (one["source"], one["source_key"], two["source_key"]) == ("crm", "k1", "k2")
    assert (one["name_given"], one["name_family"]) == ("ann b", "oneill")
    assert (one["birth_date"], one["birth_year"], one["gender"]) == ("1980-12-31", 1980, "F")
    assert (one["address_key"], one["postcode"]) == ("12 mill rd", "02139")
    assert [mail["mailbox"] for mail in one["emails"]] == ["ann@x.org"]
    assert [phone["national"] for phone in one["phones"]] == ["6175550123"]
    assert two["name_key"] is two["birth_date"] is two["address_key"] is None
    assert two["emails"] == two["phones"] == []


def test_rows_are_numbered_where_no_key_is_named_and_the_stem_is_the_source() -> None:
    found = records(named({"full_name": "name"}, {"name": ["Ann Lee", "Bo Ek"]}))
    assert [(one["source"], one["source_key"]) for one in found] == [
        ("people", "1"), ("people", "2"),
    ]  # fmt: skip
    assert len({one["record_id"] for one in found}) == 2


def test_a_year_where_there_is_no_date_and_people_of_other_centuries() -> None:
    found = records(
        named(
            {"birth_date": "dob", "birth_year": "year"},
            {"dob": ["1799-03-04", None], "year": ["1799", "1843"]},
        )
    )
    assert [(one["birth_date"], one["birth_year"]) for one in found] == [
        ("1799-03-04", 1799), (None, 1843),
    ]  # fmt: skip


def test_several_addresses_in_one_field() -> None:
    (one,) = records(named({"emails": "mail"}, {"mail": ["a@x.org;b@x.org | c@x.org"]}))
    assert sorted(mail["mailbox"] for mail in one["emails"]) == ["a@x.org", "b@x.org", "c@x.org"]


def test_a_date_in_three_columns() -> None:
    (one,) = records(
        named({"birth_date": ["y", "m", "d"]}, {"y": ["1980"], "m": ["2"], "d": ["9"]})
    )
    assert one["birth_date"] == "1980-02-09"


def test_identifiers_and_others_are_plain_texts() -> None:
    table = named(
        {"identifiers": {"ssn": "ssn"}, "others": {"birth_place": ["town", "land"]}},
        {
            "ssn": ["123-45-6789", "000-00-0000", "n/a"],
            "town": ["São Paulo", None, None],
            "land": ["Brasil", "unknown", "Chile"],
        },
    )
    assert {name: values.to_pylist() for name, values in extras_of(table).items()} == {
        "identifier_ssn": ["123456789", None, None],
        "other_birth_place": ["sao paulo brasil", None, "chile"],
    }


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["a", None], "row 3, column key: the key is empty"),
        (["a", "a"], "row 3, column key: the key was there before, in 1 rows"),
    ],
)
def test_a_key_that_names_no_row_is_refused(keys: list[str | None], said: str) -> None:
    with pytest.raises(ReadError, match=f"people.csv: {said}"):
        records(named({"city": "c"}, {"key": keys, "c": ["x", "y"]}, key="key"))


def test_columns_that_are_not_there_are_named() -> None:
    with pytest.raises(ReadError, match=r"has no columns \['town'\].*it has \['city'\]"):
        records(named({"city": "town"}, {"city": ["x"]}))
