"""Who lives with whom: households of census sizes, their ages and names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from generator.chinese_names import Character, ChineseNames, Surname, whole_name
from generator.people import CHINESE_CULTURES, HONG_KONG, MAINLAND, TAIWAN, WESTERN, Name
from generator.rates import Rates
from generator.weighted import WeightedTable
from generator.western_names import WesternNames

SINGLE, COUPLE, FAMILY, ONE_PARENT, FLAT_MATES, THREE_GENERATIONS = range(6)
_KINDS = {
    WESTERN: WeightedTable(zip(range(6), (28, 29, 24, 9, 7, 3), strict=True)),
    MAINLAND: WeightedTable(zip(range(6), (24, 24, 30, 6, 6, 10), strict=True)),
    HONG_KONG: WeightedTable(zip(range(6), (21, 23, 33, 9, 4, 10), strict=True)),
    TAIWAN: WeightedTable(zip(range(6), (23, 22, 31, 9, 5, 10), strict=True)),
}
_CHILDREN = {
    WESTERN: WeightedTable([(1, 42), (2, 38), (3, 15), (4, 5)]),
    MAINLAND: WeightedTable([(1, 72), (2, 26), (3, 2)]),
    HONG_KONG: WeightedTable([(1, 55), (2, 38), (3, 7)]),
    TAIWAN: WeightedTable([(1, 48), (2, 42), (3, 10)]),
}
_CULTURES = WeightedTable([(MAINLAND, 50), (HONG_KONG, 28), (TAIWAN, 22)])
_COUNTRIES = {
    WESTERN: WeightedTable([("US", 68), ("GB", 32)]),
    MAINLAND: WeightedTable([("CN", 88), ("US", 8), ("GB", 4)]),
    HONG_KONG: WeightedTable([("HK", 94), ("GB", 6)]),
    TAIWAN: WeightedTable([("TW", 94), ("US", 6)]),
}
_TAKES_MARRIED_NAME = 0.74
_SHARED_GENERATION_CHARACTER = {MAINLAND: 0.2, HONG_KONG: 0.35, TAIWAN: 0.35}


@dataclass(slots=True)
class Member:
    """A person as the household makes one: gender, birth and name."""

    gender: str
    birth: date
    name: Name


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a household's names come from and in which country it lives."""

    culture: str
    country: str


class Families:
    """Composes the members of one household after another."""

    def __init__(self, rng: Random, rates: Rates, today: date) -> None:
        self._rng = rng
        self._rates = rates
        self._today = today
        self._western = WesternNames()
        self._chinese = ChineseNames()

    def origin(self, chinese_share: float) -> Origin:
        """Name culture and country of a household."""
        chinese = self._rng.random() < chinese_share
        culture = _CULTURES.pick(self._rng) if chinese else WESTERN
        return Origin(culture, _COUNTRIES[culture].pick(self._rng))

    def members(self, origin: Origin) -> list[Member]:
        """One to about seven persons, the head of the household first."""
        rng = self._rng
        kind = _KINDS[origin.culture].pick(rng)
        if kind == FLAT_MATES:
            count = 2 + (rng.random() < 0.4) + (rng.random() < 0.2)
            ages = [rng.triangular(19, 40, 24) for _ in range(count)]
            mates: list[Member] = []
            for age in ages:
                mate = partial(self._member, origin, self._gender(), age, None)
                mates.append(_unlike(mate, mates))
            return mates
        head_age = self._head_age(kind)
        gender = "F" if kind == ONE_PARENT and rng.random() < 0.8 else self._gender()
        head = self._member(origin, gender, head_age, None)
        household = [head]
        if kind in (COUPLE, FAMILY, THREE_GENERATIONS):
            household.append(self._spouse(origin, head, head_age))
        if kind in (FAMILY, ONE_PARENT, THREE_GENERATIONS):
            household += self._children(origin, household)
        if kind == THREE_GENERATIONS:
            household.append(self._grandparent(origin, household))
        return household

    def _head_age(self, kind: int) -> float:
        if kind in (FAMILY, ONE_PARENT, THREE_GENERATIONS):
            return self._rng.triangular(25, 62, 41)
        return self._rng.triangular(20, 90, 44)

    def _gender(self) -> str:
        return "F" if self._rng.random() < 0.505 else "M"

    def _birth(self, age: float) -> date:
        return self._today - timedelta(days=int(age * 365.25) + self._rng.randrange(1, 365))

    def _member(self, origin: Origin, gender: str, age: float, family: str | Surname | None
                ) -> Member:  # fmt: skip
        birth = self._birth(age)
        return Member(gender, birth, self._name(origin, gender, birth.year, family))

    def _name(self, origin: Origin, gender: str, year: int, family: str | Surname | None) -> Name:
        rng = self._rng
        if origin.culture == WESTERN:
            last = family if isinstance(family, str) else self._western.surname(rng, origin.country)
            first = self._western.given(rng, gender)
            return Name(first, last, last, middle=self._western.middle(rng))
        surname = family if isinstance(family, Surname) else None
        given = self._chinese.given(rng, origin.culture, gender, year)
        return self._chinese_name(origin, gender, surname, given)

    def _chinese_name(self, origin: Origin, gender: str, family: Surname | None,
                      given: tuple[Character, ...]) -> Name:  # fmt: skip
        surname = family or self._chinese.surname(self._rng, origin.culture)
        culture = origin.culture
        english = self._chinese.english(self._rng, culture, gender)
        if not english and origin.country in ("US", "GB") and self._rng.random() < 0.4:
            english = self._chinese.english(self._rng, HONG_KONG, gender)
        return whole_name(culture, surname, given, english)

    def _spouse(self, origin: Origin, head: Member, head_age: float) -> Member:
        gender = "M" if head.gender == "F" else "F"
        if self._rng.random() < 0.01:
            gender = head.gender
        age = max(18.0, head_age + self._rng.gauss(0, 4))
        spouse = _unlike(partial(self._member, origin, gender, age, None), [head])
        if origin.culture == WESTERN and head.gender != spouse.gender:
            wife, husband = (spouse, head) if gender == "F" else (head, spouse)
            if self._rng.random() < _TAKES_MARRIED_NAME:
                hyphenated = f"{wife.name.birth_last}-{husband.name.last}"
                taken = hyphenated if self._rng.random() < 0.05 else husband.name.last
                wife.name.last = taken
        return spouse

    def _children(self, origin: Origin, parents: list[Member]) -> list[Member]:
        rng = self._rng
        youngest_parent = max(one.birth for one in parents)
        room = (self._today - youngest_parent).days / 365.25 - 19
        father = next((one for one in parents if one.gender == "M"), None)
        children: list[Member] = []
        family = self._family_name(origin, parents)
        shared = self._generation_character(origin)
        age = max(0.2, min(room, rng.gauss(room - 9, 4)))
        for _ in range(_CHILDREN[origin.culture].pick(rng)):
            if age <= 0:
                break
            make = partial(self._child, origin, age, family, shared)
            child = _unlike(make, [*parents, *children])
            if children and rng.random() < self._rates.twins:
                child.birth = children[-1].birth
            elif father and child.gender == "M" and rng.random() < self._rates.namesake_son:
                _name_after(child, father)
            children.append(child)
            age -= 1.8 + rng.expovariate(1 / 1.4)
        return children

    def _child(self, origin: Origin, age: float, family: str | Surname,
               shared: Character | None) -> Member:  # fmt: skip
        gender = self._gender()
        child = self._member(origin, gender, age, family)
        if shared is not None and isinstance(family, Surname):
            own = self._chinese.character(self._rng, gender, child.birth.year)
            child.name = self._chinese_name(origin, gender, family, (shared, own))
        return child

    def _family_name(self, origin: Origin, parents: list[Member]) -> str | Surname:
        bearer = next((one for one in parents if one.gender == "M"), parents[0])
        if origin.culture == WESTERN:
            return bearer.name.last
        return self._surname_of(bearer, origin)

    def _surname_of(self, bearer: Member, origin: Origin) -> Surname:
        return self._chinese.by_characters(bearer.name.local_surname, origin.culture)

    def _generation_character(self, origin: Origin) -> Character | None:
        if origin.culture not in CHINESE_CULTURES:
            return None
        if self._rng.random() >= _SHARED_GENERATION_CHARACTER[origin.culture]:
            return None
        return self._chinese.character(self._rng, "M", 2000)

    def _grandparent(self, origin: Origin, household: list[Member]) -> Member:
        head = household[0]
        age = (self._today - head.birth).days / 365.25 + self._rng.triangular(20, 38, 27)
        gender = "F" if self._rng.random() < 0.65 else "M"
        family: str | Surname | None = None
        if gender == "M" or origin.culture == WESTERN:
            family = self._family_name(origin, [head])
        make = partial(self._member, origin, gender, min(age, 97.0), family)
        return _unlike(make, household)


def _unlike(make: Callable[[], Member], household: list[Member]) -> Member:
    """A member with a name and a birthday that nobody in the household has.

    One name or one birthday twice under one roof is a disturbance and happens only on purpose.
    """
    while True:
        made = make()
        if all(made.name.first != one.name.first and made.birth != one.birth for one in household):
            return made


def _name_after(son: Member, father: Member) -> None:
    """A son of his father's name; only Western families have them here."""
    if not father.name.local_surname:
        son.name.first = father.name.first
        son.name.middle = father.name.middle
