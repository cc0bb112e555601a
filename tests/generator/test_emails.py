"""User names: made in several ways, given once."""

from __future__ import annotations

import re
from datetime import date
from random import Random

from generator.emails import UserNames, local_part
from generator.people import HONG_KONG, MAINLAND, WESTERN, Name

NAME = Name("William", "O'Brien", "O'Brien", middle="J")
BIRTH = date(1984, 3, 9)


def test_addresses_are_given_once_and_look_like_addresses() -> None:
    user_names, rng = UserNames(), Random(1)
    made = [user_names.email(rng, NAME, BIRTH, (WESTERN, "GB")) for _ in range(2000)]
    assert len(set(made)) == 2000
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._]*@[a-z0-9.]+\.[a-z]+", one) for one in made)


def test_names_years_and_nicknames_are_used() -> None:
    rng = Random(2)
    made = {local_part(rng, NAME, BIRTH) for _ in range(400)}
    assert {"william.obrien", "williamobrien84", "bill1984", "obrien.w0309"} <= made


def test_mailboxes_belong_to_the_region() -> None:
    user_names, rng = UserNames(), Random(3)
    name = Name("Siu Ming", "Chan", "Chan", local_surname="陳", local_given="小明")
    mainland = [user_names.email(rng, name, BIRTH, (MAINLAND, "CN")) for _ in range(500)]
    hong_kong = [user_names.email(rng, name, BIRTH, (HONG_KONG, "HK")) for _ in range(500)]
    assert sum(one.endswith("@qq.com") for one in mainland) > 180
    assert sum(one.endswith("@yahoo.com.hk") for one in hong_kong) > 60
    assert not any(one.endswith("@qq.com") for one in hong_kong)


def test_a_handle_is_given_once_on_each_network() -> None:
    user_names, rng = UserNames(), Random(4)
    assert user_names.handle(rng, "annlee", "x") == "annlee"
    assert user_names.handle(rng, "annlee", "instagram") == "annlee"
    assert re.fullmatch(r"annlee\d", user_names.handle(rng, "annlee", "x"))
