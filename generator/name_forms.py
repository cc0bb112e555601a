"""How a person's name gets written: in fields of a form, or freely in any order and script."""

from __future__ import annotations

from random import Random

from generator.context import Context
from generator.people import HONG_KONG, MAINLAND, TAIWAN, Person
from generator.western_names import nicknames

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WESTERN_FORMS = (
    *("{first} {last}",) * 5,
    *("{last}, {first}",) * 2,
    "{last} {first}",
    "{first:.1}. {last}",
    "{first:.1} {last}",
    "{first} {middle}. {last}",
    "{title} {first} {last}",
    "{first} {last:.1}.",
    "{first}",
)
_LOCAL_SCRIPT_SHARE = {MAINLAND: 0.65, HONG_KONG: 0.40, TAIWAN: 0.55}
_LOCAL_FORMS = (*("{whole}",) * 7, "{surname} {given}", "{surname}{title}")
_ROMAN_FORMS = (
    "{name.last} {name.first}",
    "{name.last} {name.first}",
    "{name.first} {name.last}",
    "{loud} {name.first}",
    "{name.standard_last} {name.standard_first}",
    "{name.standard_first} {name.standard_last}",
)
_ENGLISH_FORMS = (
    "{name.last} {name.first}, {name.english}",
    *("{name.english} {name.last}",) * 3,
    "{name.english} {name.first} {name.last}",
)
_TITLES = {"M": ("Mr", "先生"), "F": ("Ms", "女士")}


def mistyped(rng: Random, text: str) -> str:
    """One slip of the finger: a letter doubled, dropped, swapped or replaced."""
    if len(text) < 4 or not text.isascii():
        return text
    place = rng.randrange(1, len(text) - 1)
    slip = rng.randrange(4)
    if slip == 0:
        return text[:place] + text[place] + text[place:]
    if slip == 1:
        return text[:place] + text[place + 1 :]
    if slip == 2:
        return text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :]
    return text[:place] + rng.choice(_LETTERS) + text[place + 1 :]


def recased(rng: Random, text: str) -> str:
    """All capitals, or all small letters."""
    return text.upper() if rng.random() < 0.6 else text.lower()


def surname(person: Person, context: Context) -> str:
    """The surname in use, or now and then the one from before a marriage."""
    name = person.name
    if name.birth_last != name.last and context.happens(context.rates.maiden_name):
        return name.birth_last
    return name.last


def familiar(person: Person, rng: Random) -> str:
    """A nickname, or the given name of those who have none."""
    return rng.choice(nicknames().get(person.name.first, (person.name.first,)))


def fields(person: Person, context: Context) -> tuple[str, str]:
    """First and last name as a form of Latin letters has them."""
    rng, rates, name = context.rng, context.rates, person.name
    first, last = name.first, surname(person, context)
    if person.is_chinese:
        first, last = _chinese_fields(person, context, first, last)
    elif context.happens(rates.nickname):
        first = familiar(person, rng)
    draw = rng.random()
    if draw < rates.typing_error:
        first = mistyped(rng, first)
    elif draw < 2 * rates.typing_error:
        last = mistyped(rng, last)
    elif draw < 2 * rates.typing_error + rates.letter_case:
        first, last = recased(rng, first), recased(rng, last)
    elif draw < 2 * rates.typing_error + rates.letter_case + rates.swapped_names:
        first, last = last, first
    return first, last


def _chinese_fields(person: Person, context: Context, first: str, last: str) -> tuple[str, str]:
    name, rates = person.name, context.rates
    draw = context.rng.random()
    if draw < rates.other_script * 0.5:
        return name.standard_first, name.standard_last
    if draw < rates.other_script:
        return name.local_given, name.local_surname
    if name.english and draw < rates.other_script + 0.5 * rates.other_name_form:
        if person.culture == HONG_KONG and context.rng.random() < 0.4:
            return f"{name.english} {first}", last
        return name.english, last
    return first, last


def local(person: Person, context: Context) -> str:
    """The name in Chinese characters, now and then in the other character set."""
    if context.happens(context.rates.other_script):
        return person.name.other_script
    return person.name.local


def free(person: Person, context: Context) -> str:
    """The whole name as one text, as clerks and customers write it."""
    rng, rates, name = context.rng, context.rates, person.name
    if not context.happens(rates.other_name_form):
        return f"{name.first} {name.last}"
    form = _chinese_form(person, context) if person.is_chinese else _western_form(person, context)
    draw = rng.random()
    if draw < rates.typing_error:
        return mistyped(rng, form)
    if draw < rates.typing_error + rates.letter_case:
        return recased(rng, form)
    return form


def _western_form(person: Person, context: Context) -> str:
    first = person.name.first
    if context.happens(context.rates.nickname):
        first = familiar(person, context.rng)
    return context.rng.choice(_WESTERN_FORMS).format(
        first=first,
        last=surname(person, context),
        middle=person.name.middle,
        title=_TITLES[person.gender][0],
    )


def _chinese_form(person: Person, context: Context) -> str:
    rng, name = context.rng, person.name
    if rng.random() < _LOCAL_SCRIPT_SHARE[person.culture]:
        return rng.choice(_LOCAL_FORMS).format(
            whole=local(person, context),
            surname=name.local_surname,
            given=name.local_given,
            title=_TITLES[person.gender][1],
        )
    forms = _ROMAN_FORMS + (_ENGLISH_FORMS if name.english else ())
    return rng.choice(forms).format(name=name, loud=name.last.upper())
