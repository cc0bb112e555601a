"""Phone numbers."""

from __future__ import annotations

from typing import Any

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.normalise import phones
from sources.normalise.numbering import plan
from tests.sources.normalise.cases import read_cases, seen_rows

REGIONS = ["US", "GB", "CN", "HK", "TW"]
CASES = read_cases("phones")
NUMBER_LIKE = st.text(alphabet="0123456789+ ()-x０１", max_size=16) | st.from_regex(
    r"(\+|00)?(1|44|86|852|886|49)?0?[1-9][0-9]{6,10}", fullmatch=True
)
COUNTRIES = st.sampled_from([None, "", "US", "gb", "HK", "DE", "AR", "XX", "??"])


def seen(texts: list[str | None], countries: list[str | None]) -> list[tuple[Any, Any]]:
    """Number and national form of records that have one phone each."""
    regions = pa.repeat(",".join(REGIONS), len(texts))
    lists = phones.seen(seen_rows(texts), regions, pa.array(countries, pa.string())).to_pylist()
    return [(row[0]["value"], row[0]["national"]) if row else (None, None) for row in lists]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["in"]))
def test_table_of_cases(case: dict[str, Any]) -> None:
    assert phones.to_e164(case["in"], REGIONS, case.get("country")) == case.get("e164")


def test_a_batch_has_numbers_with_their_national_forms() -> None:
    found = seen([case["in"] for case in CASES], [case.get("country") for case in CASES])
    assert found == [(case.get("e164"), case.get("national")) for case in CASES]


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | st.text(max_size=20) | NUMBER_LIKE, COUNTRIES)))
def test_a_batch_agrees_with_single_numbers(rows: list[tuple[str | None, str | None]]) -> None:
    found = seen([raw for raw, _ in rows], [country for _, country in rows])
    expected = [phones.to_e164(raw, REGIONS, country) for raw, country in rows]
    assert [number for number, _ in found] == expected


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


# The first draw compiles a numbering plan, which takes Hypothesis a second.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(REGIONS), st.data())
def test_national_form_leads_back(region: str, data: st.DataObject) -> None:
    known = plan(region)
    assert known is not None
    national = data.draw(st.from_regex(rf"\A(?:{known.pattern})\Z"))
    number = phones.to_e164(f"+{known.code}{national}", REGIONS)
    if number is not None:
        assert phones.to_e164(f"{known.trunk}{national}", [region]) == number
