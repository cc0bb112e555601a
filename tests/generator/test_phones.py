"""Telephone numbers: valid, unique, and still the same number however they are typed."""

from __future__ import annotations

from random import Random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.people import Phone
from generator.phones import PhoneBook, as_typed, international

COUNTRIES = ["US", "GB", "CN", "HK", "TW"]
AREAS = {"US": "212", "GB": "161", "CN": "21", "HK": "", "TW": "2"}


@pytest.fixture(scope="module")
def book() -> PhoneBook:
    return PhoneBook(seed=4)


def _is_valid(phone: Phone) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(international(phone)))


@pytest.mark.parametrize("country", COUNTRIES)
def test_mobiles_are_unique_and_nearly_all_valid(book: PhoneBook, country: str) -> None:
    phones = [book.mobile(country) for _ in range(600)]
    assert len(set(phones)) == 600
    assert sum(map(_is_valid, phones)) >= 0.95 * 600


@pytest.mark.parametrize("country", COUNTRIES)
def test_most_landlines_are_valid(book: PhoneBook, country: str) -> None:
    rng = Random(1)
    phones = [book.landline(rng, country, AREAS[country]) for _ in range(300)]
    assert sum(map(_is_valid, phones)) >= 0.9 * 300


@given(country=st.sampled_from(COUNTRIES), mobile=st.booleans(), seed=st.integers(0, 10**6))
def test_every_way_of_typing_is_the_same_number(country: str, mobile: bool, seed: int) -> None:
    book, rng = PhoneBook(seed % 50), Random(seed)
    phone = book.mobile(country) if mobile else book.landline(rng, country, AREAS[country])
    for _ in range(6):
        typed = as_typed(rng, phone)
        if typed.startswith("00"):
            typed = "+" + typed[2:]
        parsed = phonenumbers.parse(typed, country)
        written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        assert written == international(phone)


def test_a_number_has_many_ways_of_being_typed() -> None:
    rng = Random(2)
    ways = {as_typed(rng, Phone("US", "4155550123")) for _ in range(60)}
    assert ways >= {"(415) 555-0123", "415-555-0123", "1-415-555-0123", "+1 415 555 0123"}
