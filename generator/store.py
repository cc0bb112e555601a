"""Loyalty cards and receipts of the shops."""

from __future__ import annotations

from datetime import timedelta

from generator import contact_details, name_forms
from generator.context import Context
from generator.layout import MEMBERS, RECEIPTS, csv_field
from generator.people import Person
from generator.stores import (
    HELPFUL_STORE,
    HELPFUL_TILL,
    PRODUCTS,
    STORES,
    TENDERS,
    TILL_PHONE,
    TILLS,
)
from generator.truth import STRONG, WEAK, strongest
from generator.weighted import long_tailed_count

_MEMBER_SHARE = 0.63
_CARD_PURCHASES = 1.5
_NAMED_PURCHASES = 0.72
_ANONYMOUS_PURCHASES = 0.42
_TAIL_SHAPE = 0.9
_AWAY_FROM_HOME = 0.12
_ALL_STORES = [store for stores in STORES.values() for store in stores.values]


def deliver_store(person: Person, context: Context) -> None:
    """Delivers the person's loyalty card and purchases, and some of nobody's purchases."""
    rng, calendar = context.rng, context.calendar
    volume = calendar.volume(person.arrival)
    activity = person.activity * volume
    if context.happens(_MEMBER_SHARE * min(1.3, person.activity)):
        card = _deliver_member(person, context)
        for _ in range(long_tailed_count(rng, _CARD_PURCHASES * activity, _TAIL_SHAPE)):
            _deliver_receipt(person, context, card, ("", "", ""))
    for _ in range(long_tailed_count(rng, _NAMED_PURCHASES * activity, _TAIL_SHAPE)):
        _deliver_named_receipt(person, context)
    for _ in range(long_tailed_count(rng, _ANONYMOUS_PURCHASES * volume, _TAIL_SHAPE)):
        _deliver_receipt(person, context, "", ("", "", ""))


def _deliver_member(person: Person, context: Context) -> str:
    card = f"60{context.next_number('card'):010d}"
    joined = _joined(person, context)
    line, evidence = _member_line(person, context, card, joined)
    context.delivery.deliver(MEMBERS, person.arrival, context.shuffled(), line)
    for drop in range(person.arrival + 1, context.calendar.days):
        if context.happens(context.rates.contact_change):
            line, gained = _member_line(person, context, card, joined)
            evidence = strongest(evidence, gained)
            context.delivery.deliver(MEMBERS, drop, context.shuffled(), line)
    context.vouch("store_member", card, person, evidence)
    return card


def _member_line(person: Person, context: Context, card: str, joined: str) -> tuple[str, str]:
    rng, household = context.rng, person.household
    nothing = contact_details.NOTHING
    phone, has_phone = contact_details.phone(person, context) if rng.random() < 0.66 else nothing
    email, has_email = contact_details.email(person, context) if rng.random() < 0.42 else nothing
    birth, has_birth = nothing
    if rng.random() < 0.45:
        birth, has_birth = contact_details.birth(person, context, many_formats=True)
    address = household.address
    if household.former_address and rng.random() < 0.4:
        address = household.former_address
    columns = (
        card,
        name_forms.free(person, context),
        phone,
        email,
        birth,
        address.postal_code if rng.random() < 0.7 else "",
        joined,
        household.store,
    )
    usable = has_phone or has_email or has_birth
    return ",".join([csv_field(text) for text in columns]), STRONG if usable else WEAK


def _joined(person: Person, context: Context) -> str:
    """The day of joining: the eve of a later first drop, or a day of the last four years."""
    days = person.arrival - 1 if person.arrival else -context.rng.randrange(1, 1500)
    return (context.calendar.first_day + timedelta(days=days)).isoformat()


def _deliver_named_receipt(person: Person, context: Context) -> None:
    """A receipt without a card on which a name, a phone or an e-mail stands."""
    rng = context.rng
    nothing = contact_details.NOTHING
    name = name_forms.free(person, context) if rng.random() < 0.82 else ""
    phone, has_phone = contact_details.phone(person, context) if rng.random() < 0.5 else nothing
    email, has_email = nothing
    if rng.random() < 0.45 or not (name or phone):
        email, has_email = contact_details.email(person, context)
    store, till = _till(person, context)
    if (store, till) == (HELPFUL_STORE, HELPFUL_TILL) and context.happens(context.rates.till_phone):
        phone, has_phone = TILL_PHONE, False
    key = _deliver_receipt(person, context, "", (name, phone, email), (store, till))
    context.vouch("store_receipt", key, person, STRONG if has_phone or has_email else WEAK)


def _till(person: Person, context: Context) -> tuple[str, str]:
    rng = context.rng
    away = rng.random() < _AWAY_FROM_HOME
    return (rng.choice(_ALL_STORES) if away else person.household.store), rng.choice(TILLS)


def _deliver_receipt(
    person: Person,
    context: Context,
    card: str,
    given: tuple[str, str, str],
    till: tuple[str, str] | None = None,
) -> str:
    rng, calendar = context.rng, context.calendar
    store, number = till or _till(person, context)
    drop = calendar.pick_drop(rng, person.arrival)
    moment = calendar.moment(rng, drop)
    key = f"R{context.next_number('receipt'):08d}"
    product = PRODUCTS.pick(rng)
    quantity = 1 + min(11, int(rng.expovariate(1.3)))
    price = product.price * rng.choice((1.0, 1.0, 1.0, 0.95, 1.05))
    discount = price * quantity * rng.choice((0.0, 0.0, 0.0, 0.1, 0.2))
    name, phone, email = given
    line = (
        f"{key},{store},{number},{calendar.text(moment)},{card},{csv_field(name)},{phone},{email},"
        f"{product.sku},{product.category},{quantity},{price:.2f},{discount:.2f},"
        f"{TENDERS.pick(rng)},{'Y' if rng.random() < 0.04 else 'N'}"
    )
    context.delivery.deliver(RECEIPTS, drop, moment, line)
    return key
