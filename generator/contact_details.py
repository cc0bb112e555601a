"""Which e-mail, phone and date of birth a person gives, and how they get written.

Every function returns the text and whether it is usable, that is, not a placeholder.
"""

from __future__ import annotations

from random import Random

from generator.context import Context
from generator.people import Person, Phone
from generator.phones import as_typed, international

PLACEHOLDER_EMAILS = ("none@none.com", "noemail@example.com", "test@test.com", "na@na.com")
PLACEHOLDER_PHONES = ("0000000000", "1234567890", "9999999999", "1111111111")
PLACEHOLDER_BIRTHS = ("1900-01-01", "01/01/1900")
Given = tuple[str, bool]
NOTHING: Given = ("", False)
_MISSPELT_DOMAINS = (("gmail.", "gmial."), ("hotmail.", "hotmial."), ("yahoo.", "yaho."))
_FORMER_SHARE = 0.3


def email(person: Person, context: Context) -> Given:
    """The e-mail address that a person gives this time."""
    rng, rates = context.rng, context.rates
    draw = rng.random()
    if draw < rates.placeholder:
        return rng.choice(PLACEHOLDER_EMAILS), False
    owner = person
    if draw < rates.placeholder + rates.shared_email:
        owner = rng.choice(person.household.members)
    text = owner.email
    if owner.former_email and rng.random() < _FORMER_SHARE:
        text = owner.former_email
    draw = rng.random()
    if draw < rates.typing_error * 0.5:
        for right, wrong in _MISSPELT_DOMAINS:
            text = text.replace(right, wrong)
    elif draw < rates.typing_error * 0.5 + rates.letter_case:
        text = text.upper() if rng.random() < 0.5 else text.capitalize()
    return text, True


def phone(person: Person, context: Context) -> Given:
    """The phone number that a person gives this time."""
    rng, rates = context.rng, context.rates
    draw = rng.random()
    if draw < rates.placeholder:
        return rng.choice(PLACEHOLDER_PHONES), False
    number = person.mobile
    if person.former_mobile and rng.random() < _FORMER_SHARE:
        number = person.former_mobile
    if draw < rates.placeholder + rates.shared_phone:
        household = person.household
        shared = rng.choice(household.members).mobile
        number = household.landline if household.landline and rng.random() < 0.5 else shared
    return written(number, context), True


def written(number: Phone, context: Context) -> str:
    """A number as it stands in a row: E.164, or in one of its country's habits."""
    if context.happens(context.rates.phone_format):
        return as_typed(context.rng, number)
    return international(number)


def birth(person: Person, context: Context, many_formats: bool) -> Given:
    """The date of birth; many_formats adds those that only the shops use."""
    rng, rates = context.rng, context.rates
    draw = rng.random()
    if draw < rates.placeholder * 0.6:
        return rng.choice(PLACEHOLDER_BIRTHS), False
    if not context.happens(rates.date_format):
        return person.birth.isoformat(), True
    return _other_date(rng, person, many_formats), True


def _other_date(rng: Random, person: Person, many_formats: bool) -> str:
    day = person.birth
    if many_formats and person.is_chinese and rng.random() < 0.6:
        return f"{day.year}/{day.month:02d}/{day.day:02d}"
    return f"{day.day:02d}/{day.month:02d}/{day.year}"
