"""Pinned values: the latest counts, and only what this release can keep is taken."""

from __future__ import annotations

import pytest

from resolution.errors import JudgementError
from resolution.judgements.judgement import Judgement
from resolution.judgements.pins import check_pin, pins
from tests.resolution.judgements.made import judged, number_id

SECRET = "Zaphodine"


def pinned(number: int, record: str, attribute: str, value: str, hour: int = 0) -> Judgement:
    return judged(number, "pinned", record, attribute=attribute, value=value, hour=hour)


def test_the_latest_pin_of_a_record_and_attribute_counts() -> None:
    rows = [
        pinned(4, "b", "email", "new@b.org", hour=2),
        pinned(1, "b", "email", "old@b.org", hour=1),
        pinned(2, "b", "phone", "+442079460958"),
        # One instant: the larger id is the later one.
        pinned(3, "a", "email", "late@a.org", hour=1),
        pinned(2, "a", "email", "early@a.org", hour=1),
        judged(9, "same", "a", "b"),
    ]
    found = [(one.record_id, one.attribute, one.value, one.judgement_id) for one in pins(rows)]
    assert found == [
        ("a", "email", "late@a.org", number_id(3)),
        ("b", "email", "new@b.org", number_id(4)),
        ("b", "phone", "+442079460958", number_id(2)),
    ]
    assert pins(rows[::-1]) == pins(rows)
    newest = max(pins(rows), key=lambda one: one.moment)
    assert newest.judgement_id == number_id(4)


@pytest.mark.parametrize(
    ("attribute", "value", "column"),
    [
        ("mood", SECRET, "attribute"),
        ("consent_marketing", "true", "attribute"),
        ("given_name", SECRET, "attribute"),
        ("name", SECRET, "value"),
        ("name", f'["{SECRET}"]', "value"),
        ("name", "{}", "value"),
        ("name", f'{{"nick": "{SECRET}"}}', "value"),
        ("name", f'{{"given_name": ["{SECRET}"]}}', "value"),
        ("name", '{"given_name": ""}', "value"),
    ],
)
def test_what_can_not_be_kept_is_refused(attribute: str, value: str, column: str) -> None:
    with pytest.raises(JudgementError) as refused:
        check_pin(pinned(1, "a", attribute, value))
    assert (refused.value.column, refused.value.judgement_id) == (column, number_id(1))
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("email", "a@b.org"), ("name", '{"given_name": "Ann", "family_name": "Lee"}')],
)
def test_what_golden_attributes_shows_can_be_pinned(attribute: str, value: str) -> None:
    check_pin(pinned(1, "a", attribute, value))
