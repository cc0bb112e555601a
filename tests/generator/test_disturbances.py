"""Every disturbance that the format names is in noisy feeds and in no clean ones."""

from __future__ import annotations

import csv
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import delivery
from generator.rates import Rates
from tests.generator.disturbances import DISTURBANCES
from tests.generator.simple_reader import Feeds

ROW = 'C1,Mr,Ann,"Flat 3, 5 High Street",London,2026-01-05'


@pytest.mark.parametrize("name", DISTURBANCES)
def test_disturbance_is_in_noisy_feeds_only(name: str, noisy: Feeds, clean: Feeds) -> None:
    assert DISTURBANCES[name](noisy) > 0
    assert DISTURBANCES[name](clean) == 0


def test_new_column_is_there_from_the_third_drop_on(noisy: Feeds) -> None:
    assert [columns[21:] for columns in noisy.contacts.headers] == [
        [],
        [],
        ["referral_code"],
        ["referral_code"],
    ]


def test_a_changed_contact_is_newer_in_each_later_drop(noisy: Feeds) -> None:
    latest: dict[str, str] = {}
    for rows in noisy.contacts.rows:
        for row in rows:
            key, updated = row["contact_id"], row["updated_at"]
            if key not in latest or updated != latest[key]:
                assert updated > latest.get(key, "")
                latest[key] = updated


def test_the_tills_own_number_is_typed_for_many_strangers(noisy: Feeds) -> None:
    households = noisy.household_of()
    rows = [row for row in noisy.receipts.all_rows() if row["phone"] == "+13125557140"]
    assert {(row["store_id"], row["till_id"]) for row in rows} == {("S101", "T2")}
    assert len({households["store_receipt", row["receipt_id"]] for row in rows}) >= 5


@given(seed=st.integers(0, 10**6))
def test_damaged_csv_rows_never_have_the_right_number_of_fields(seed: int) -> None:
    for damage in delivery.CSV_DAMAGE:
        damaged = damage(ROW, Random(seed))
        assert len(next(csv.reader([damaged]))) != 6


def test_rates_scale_with_noise_and_stay_probabilities() -> None:
    assert Rates.scaled(0).typing_error == 0
    assert Rates.scaled(0.5).nickname == pytest.approx(Rates().nickname / 2)
    assert Rates.scaled(5).phone_format == 0.95
