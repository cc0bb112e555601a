"""A contract proposed from a table: by the names of its columns and by what they hold."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from sources.tables.birth_formats import birth_formats
from sources.tables.contract import read_tables_contract
from sources.tables.drafting import draft, plain_name
from sources.tables.writing import drafted_yaml


def table(*columns: str, rows: int = 3, **values: list[str | None]) -> pa.Table:
    made = {name: [f"{name} {place}" for place in range(rows)] for name in columns}
    return pa.table(made | values)


def test_parts_of_a_person_are_found_under_many_names() -> None:
    found = draft(
        table(
            "rec_id", "FirstName", "MIDL_NAME", "LAST NAME", "name_suffix", "res_street_address",
            "res_city_desc", "state_cd", "ZipCode", "e-mail", "full_phone_number", "sex_code",
            "soc_sec_id", "birth_place", "wages",
            DOB=["1980-01-02", "1981-11-30", None],
        )
    )  # fmt: skip
    assert found.key == "rec_id"
    assert found.columns == {
        "given_name": ["FirstName", "MIDL_NAME"],
        "family_name": ["LAST NAME", "name_suffix"],
        "address_line": ["res_street_address"],
        "city": ["res_city_desc"],
        "region": ["state_cd"],
        "postcode": ["ZipCode"],
        "emails": ["e-mail"],
        "phones": ["full_phone_number"],
        "gender": ["sex_code"],
        "birth_date": ["DOB"],
    }
    assert found.identifiers == {"soc_sec_id": "soc_sec_id"}
    assert found.others == {"birth_place": "birth_place"}
    assert found.said["wages"] == "left out: nothing that tells a person"


def test_the_answer_and_other_people_are_left_out() -> None:
    found = draft(table("id", "name", "cluster_id", "employer_name", "mother_first_name", "Person"))
    assert found.columns == {"full_name": ["name"]}
    assert "answer" in found.said["cluster_id"]
    assert "answer" in found.said["Person"]
    assert "somebody else" in found.said["employer_name"]


def test_a_business_is_known_by_its_name_where_no_person_has_one() -> None:
    assert draft(table("id", "company_name", "countries")).columns == {
        "full_name": ["company_name"]
    }
    assert (
        "left out" in draft(table("first_name", "last_name", "company_name")).said["company_name"]
    )


def test_columns_of_censuses() -> None:
    assert draft(table("namefrst", "namelast", "birthyr", "parish")).columns == {
        "given_name": ["namefrst"],
        "family_name": ["namelast"],
        "birth_year": ["birthyr"],
        "city": ["parish"],
    }


def test_one_address_of_two_in_the_order_of_the_table() -> None:
    found = draft(
        table("street_number", "street_name", "mailing_street_name", "address_2", "mailing_city")
    )
    assert found.columns["address_line"] == ["street_number", "street_name", "address_2"]
    assert "another address" in found.said["mailing_street_name"]


def test_a_date_in_three_columns_and_a_year_alone() -> None:
    assert draft(table("birth_year", "birth_month", "birth_day_of_month")).columns == {
        "birth_date": ["birth_year", "birth_month", "birth_day_of_month"],
        "birth_year": ["birth_year"],
    }
    assert draft(table("name", "yob")).columns["birth_year"] == ["yob"]


def test_addresses_are_known_by_what_they_are() -> None:
    found = draft(table("x", contact=["a@b.org", "c@d.com", None]))
    assert found.columns == {"emails": ["contact"]}


def test_no_key_where_rows_share_it_or_lack_it() -> None:
    assert draft(pa.table({"id": ["1", "1"], "name": ["a", "b"]})).key is None
    assert draft(pa.table({"id": ["1", None], "name": ["a", "b"]})).key is None
    # A number that names a person names no row, even where no two rows share it.
    assert draft(pa.table({"ssn": ["1", "2"], "name": ["a", "b"]})).key is None


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["1980-02-03", "1981-12-31"], ()),
        (["19800203", "19811231"], ()),
        (["02/03/1980", "12/31/1981"], ("MM/dd/yyyy",)),
        (["03/02/1980", "31/12/1981"], ("dd/MM/yyyy",)),
        (["04021991", "12311981"], ("MMddyyyy",)),
        (["31121981", "04021991"], ("ddMMyyyy",)),
        (["unknown"], ()),
        ([], ()),
    ],
)
def test_how_dates_are_written(values: list[str], formats: tuple[str, ...]) -> None:
    assert birth_formats(values) == formats


def test_a_draft_is_a_contract_that_can_be_read(tmp_path: Path) -> None:
    rows = table("id", "first name", "it's: odd", phone=["1", "2", "3"], dob=["31/12/1980"] * 3)
    path = tmp_path / "link.yml"
    path.write_text(drafted_yaml({"a file": draft(rows)}), encoding="utf-8")
    found = read_tables_contract(path).of(Path("a file.csv"))
    assert (found.key, found.birth_date_formats) == ("id", ("dd/MM/yyyy",))
    assert found.columns.used() == ["first name", "dob", "phone"]
    assert "# it's: odd: left out" in path.read_text("utf-8")


def test_names_in_small_letters() -> None:
    assert [plain_name(name) for name in ("DateOfBirth", " ZIP Code ", "e-Mail")] == [
        "date_of_birth", "zip_code", "e_mail",
    ]  # fmt: skip
