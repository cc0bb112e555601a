"""Phone numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from sources.normalise import phones
from sources.normalise.numbering import plan
from tests.sources.normalise.cases import apply, read_cases

REGIONS = ["US", "GB", "CN", "HK", "TW"]
CASES = read_cases("phones")
NUMBER_LIKE = st.text(alphabet="0123456789+ ()-x０１", max_size=16) | st.from_regex(
    r"(\+|00)?(1|44|86|852|886|49)?0?[1-9][0-9]{6,10}", fullmatch=True
)
COUNTRIES = st.sampled_from([None, "", "US", "gb", "HK", "DE", "AR", "XX", "??"])


SEEN_AT = datetime(2026, 1, 5, tzinfo=UTC)


def seen(raw: Column, country: Column) -> Column:
    """The only number of a row that says this one."""
    place = {"at": F.lit(SEEN_AT), "file": F.lit("f"), "line": F.lit(1).cast("bigint")}
    row = F.struct(*[value.alias(name) for name, value in place.items()], raw.alias("text"))
    return F.get(phones.seen(F.array(row), F.lit(",".join(REGIONS)), country), F.lit(0))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["in"]))
def test_table_of_cases_in_python(case: dict[str, Any]) -> None:
    assert phones.to_e164(case["in"], REGIONS, case.get("country")) == case.get("e164")


def test_table_of_cases(spark: SparkSession) -> None:
    raw, countries = [case["in"] for case in CASES], [case.get("country") for case in CASES]
    result = apply(spark, seen, raw, countries)
    found = [(row and row["value"], row and row["national"]) for row in result]
    assert found == [(case.get("e164"), case.get("national")) for case in CASES]


@settings(max_examples=2, deadline=None)
@given(
    st.lists(
        st.tuples(st.none() | st.text(max_size=20) | NUMBER_LIKE, COUNTRIES),
        min_size=400,
        max_size=400,
    )
)
def test_columns_agree_with_python(
    spark: SparkSession, rows: list[tuple[str | None, str | None]]
) -> None:
    raw, countries = [row[0] for row in rows], [row[1] for row in rows]
    found = [row and row["value"] for row in apply(spark, seen, raw, countries)]
    assert found == [phones.to_e164(value, REGIONS, country) for value, country in rows]


@settings(deadline=None)
@given(NUMBER_LIKE, COUNTRIES)
def test_result_is_valid_to_the_library_and_stays(raw: str, country: str | None) -> None:
    number = phones.to_e164(raw, REGIONS, country)
    if number is not None:
        assert phonenumbers.is_valid_number(phonenumbers.parse(number))
        assert phones.to_e164(number, REGIONS, country) == number


@settings(deadline=None)
@given(st.from_regex(r"\+(1|44|86|852|886|49|39)[1-9][0-9]{6,10}", fullmatch=True))
def test_international_numbers_are_the_librarys(raw: str) -> None:
    try:
        parsed = phonenumbers.parse(raw)
    except phonenumbers.NumberParseException:
        parsed = None
    expected = None
    if parsed is not None and phonenumbers.is_valid_number(parsed):
        expected = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    assert phones.to_e164(raw, REGIONS) in (expected, None)
    if expected == raw and not phones.is_placeholder(raw):
        assert phones.to_e164(raw, REGIONS) == raw


@given(st.sampled_from(REGIONS), st.data())
def test_national_form_leads_back(region: str, data: st.DataObject) -> None:
    known = plan(region)
    assert known is not None
    national = data.draw(st.from_regex(rf"\A(?:{known.pattern})\Z"))
    number = phones.to_e164(f"+{known.code}{national}", REGIONS)
    if number is not None:
        assert phones.to_e164(f"{known.trunk}{national}", [region]) == number
