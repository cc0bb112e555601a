"""Persons and households as they are in truth, before any feed writes them down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

WESTERN = "western"
MAINLAND = "mainland"
HONG_KONG = "hongkong"
TAIWAN = "taiwan"
CHINESE_CULTURES = (MAINLAND, HONG_KONG, TAIWAN)


@dataclass(slots=True)
class Name:
    """One person's name in all the spellings in which it is used.

    birth_last differs from last after a marriage. local and other_script are Chinese
    characters in the person's own and the other character set, empty for Western names.
    standard_first and standard_last are the pinyin spelling of a Chinese name.
    """

    first: str
    last: str
    birth_last: str
    middle: str = ""
    english: str = ""
    local_surname: str = ""
    local_given: str = ""
    other_script: str = ""
    standard_first: str = ""
    standard_last: str = ""

    @property
    def local(self) -> str:
        return self.local_surname + self.local_given


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: country as two letters, national digits without trunk zero."""

    country: str
    national: str
    mobile: bool = True


@dataclass(frozen=True, slots=True)
class Address:
    """One postal address; the local fields are Chinese script where the country has it."""

    line: str
    city: str
    region: str
    postal_code: str
    country: str
    local_line: str = ""
    local_city: str = ""
    local_region: str = ""


@dataclass(slots=True)
class Household:
    """Persons under one roof, with what they share."""

    household_id: str
    culture: str
    address: Address
    former_address: Address | None
    landline: Phone | None
    device: str
    store: str
    arrival: int = 0
    members: list[Person] = field(default_factory=list)


@dataclass(slots=True)
class Person:
    """One person; arrival is the number of the drop in which he or she first appears."""

    person_id: str
    gender: str
    birth: date
    name: Name
    household: Household
    mobile: Phone
    email: str
    activity: float
    arrival: int
    former_mobile: Phone | None = None
    former_email: str = ""

    @property
    def culture(self) -> str:
        return self.household.culture

    @property
    def is_chinese(self) -> bool:
        return self.household.culture != WESTERN
