"""The population: households with addresses, phones and mailboxes, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from generator.context import Context
from generator.households import Families, Member, Origin
from generator.people import Household, Person, Phone
from generator.phones import PhoneBook
from generator.places import Places, area_code
from generator.settings import GeneratorSettings
from generator.stores import STORES

_LANDLINE = 0.35
_POOL = 500


class Population:
    """Makes every household of the settings' persons; iterate once."""

    def __init__(self, settings: GeneratorSettings, context: Context) -> None:
        self._settings = settings
        self._context = context
        eve = settings.first_day - timedelta(days=1)
        self._families = Families(context.rng, context.rates, eve)
        self._places = Places()
        self._phones = PhoneBook(settings.seed)
        self._given_up: list[Phone] = []

    def households(self) -> Iterator[Household]:
        """Households until the number of persons is reached; the last may be cut."""
        left = self._settings.persons
        while left > 0:
            origin = self._families.origin(self._settings.chinese)
            members = self._families.members(origin)[:left]
            left -= len(members)
            yield self._household(origin, members)

    def _household(self, origin: Origin, members: list[Member]) -> Household:
        context, rng = self._context, self._context.rng
        place = self._places.place(rng, origin.country)
        moved = context.happens(context.rates.moved)
        former_place = place if rng.random() < 0.6 else self._places.place(rng, origin.country)
        landline = None
        if rng.random() < _LANDLINE:
            landline = self._phones.landline(rng, origin.country, area_code(rng, place))
        household = Household(
            household_id=f"H{context.next_number('household'):09d}",
            culture=origin.culture,
            address=self._places.address(rng, place),
            former_address=self._places.address(rng, former_place) if moved else None,
            landline=landline,
            device=f"dev-{context.next_number('device'):010d}",
            store=STORES[origin.country].pick(rng),
        )
        household.members = [self._person(household, origin, member) for member in members]
        return household

    def _person(self, household: Household, origin: Origin, member: Member) -> Person:
        context, rng = self._context, self._context.rng
        home = (origin.culture, origin.country)
        arrival = 0
        later = self._settings.days - 1
        if later and context.happens(min(0.5, context.rates.late_arrival * later)):
            arrival = rng.randrange(1, later + 1)
        person = Person(
            person_id=f"P{context.next_number('person'):09d}",
            gender=member.gender,
            birth=member.birth,
            name=member.name,
            household=household,
            mobile=self._mobile(origin),
            email=context.user_names.email(rng, member.name, member.birth, home),
            activity=self._activity(member),
            arrival=arrival,
        )
        if context.happens(context.rates.former_contact):
            person.former_mobile = self._mobile(origin)
            self._give_up(person.former_mobile)
        if context.happens(context.rates.former_contact):
            person.former_email = context.user_names.email(rng, member.name, member.birth, home)
        return person

    def _mobile(self, origin: Origin) -> Phone:
        """A new number, or now and then one that somebody else has given up."""
        context = self._context
        if self._given_up and context.happens(context.rates.recycled_phone):
            position = context.rng.randrange(len(self._given_up))
            return self._given_up.pop(position)
        return self._phones.mobile(origin.country)

    def _give_up(self, phone: Phone) -> None:
        if len(self._given_up) < _POOL:
            self._given_up.append(phone)

    def _activity(self, member: Member) -> float:
        """How busy a customer is beside the average of 1; children buy little themselves."""
        age = (self._settings.first_day - member.birth).days / 365.25
        if age < 13:
            return 0.25
        return 0.8 if age < 18 or age > 75 else 1.12
