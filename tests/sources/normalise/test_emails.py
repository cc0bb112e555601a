"""E-mail addresses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.normalise import emails
from tests.sources.normalise.cases import read_cases, seen_rows

CASES = read_cases("emails")
ADDRESS_LIKE = st.text(alphabet="aAtest.+@ <>-é陳ＡＢ\u200b,;:", max_size=24) | st.emails()


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["in"]))
def test_table_of_cases(case: dict[str, Any]) -> None:
    address = emails.normalise(case["in"])
    assert address == case.get("normalised")
    if address is not None:
        assert emails.mailbox(address) == case.get("canonical")
        assert emails.local_part(address) == case.get("local_part")
        assert emails.is_role(address) == case.get("is_role", False)


def test_a_batch_has_addresses_with_their_mailboxes() -> None:
    lists = emails.seen(seen_rows(["Ann.Lee+x@gmail.com", None, "none"])).to_pylist()
    found = [[(one["value"], one["mailbox"]) for one in row] for row in lists]
    assert found == [[("ann.lee+x@gmail.com", "annlee@gmail.com")], [], []]


@given(st.none() | st.text(max_size=30) | ADDRESS_LIKE)
def test_twice_is_once_and_keys_are_keys_of_themselves(raw: str | None) -> None:
    once = emails.normalise(raw)
    assert emails.normalise(once) == once
    if once is not None:
        key = emails.mailbox(once)
        assert emails.mailbox(key) == key


@given(st.emails())
def test_case_and_spaces_do_not_matter(address: str) -> None:
    assert emails.normalise(f"  {address.upper()}\t") == emails.normalise(address)
