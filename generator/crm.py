"""The contacts of the customer relationship system: full extract, then changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from generator import contact_details, name_forms
from generator.context import Context
from generator.layout import CONTACTS, csv_field
from generator.people import HONG_KONG, MAINLAND, TAIWAN, Address, Person
from generator.truth import STRONG, WEAK, strongest
from generator.weighted import WeightedTable

_CONTACT_SHARE = 0.78
_STAGES = WeightedTable([("customer", 58), ("prospect", 22), ("lead", 12), ("lapsed", 8)])
_LANGUAGES = {MAINLAND: "zh-Hans", HONG_KONG: "zh-Hant", TAIWAN: "zh-Hant"}


@dataclass(frozen=True, slots=True)
class Contact:
    """One state of a contact; the fields are the columns of contacts.csv."""

    contact_id: str
    salutation: str
    first_name: str
    last_name: str
    full_name_local: str
    date_of_birth: str
    gender: str
    email: str
    mobile: str
    phone_home: str
    address_line1: str
    city: str
    region: str
    postal_code: str
    country: str
    preferred_language: str
    marketing_opt_in: str
    lifecycle_stage: str
    created_at: str
    updated_at: str
    is_deleted: str = "N"

    def line(self) -> str:
        return ",".join([csv_field(getattr(self, column)) for column in self.__slots__])


def deliver_contacts(person: Person, context: Context) -> None:
    """Delivers the person's contacts, if any, with what happens to them later."""
    if not context.happens(_CONTACT_SHARE * min(1.2, person.activity)):
        return
    _deliver_contact(person, context)
    if context.happens(context.rates.duplicate_contact):
        _deliver_contact(person, context)


def _deliver_contact(person: Person, context: Context) -> None:
    contact, evidence = _first_state(person, context)
    _deliver(contact, person.arrival, context)
    rates = context.rates
    for drop in range(person.arrival + 1, context.calendar.days):
        draw = context.rng.random()
        if draw < rates.contact_deletion:
            _deliver(replace(_stamped(contact, drop, context), is_deleted="Y"), drop, context)
            break
        if draw < rates.contact_deletion + rates.contact_change:
            contact, gained = _changed(contact, person, context)
            contact = _stamped(contact, drop, context)
            evidence = strongest(evidence, gained)
            _deliver(contact, drop, context)
    context.vouch("crm", contact.contact_id, person, evidence)


def _deliver(contact: Contact, drop: int, context: Context) -> None:
    context.delivery.deliver(CONTACTS, drop, context.shuffled(), contact.line())


def _stamped(contact: Contact, drop: int, context: Context) -> Contact:
    moment = context.calendar.moment(context.rng, drop)
    return replace(contact, updated_at=context.calendar.text(moment))


def _first_state(person: Person, context: Context) -> tuple[Contact, str]:
    rng, name, household = context.rng, person.name, person.household
    first, last = name_forms.fields(person, context)
    nothing = contact_details.NOTHING
    email, has_email = contact_details.email(person, context) if rng.random() < 0.76 else nothing
    mobile, has_mobile = contact_details.phone(person, context) if rng.random() < 0.70 else nothing
    birth, has_birth = nothing
    if rng.random() < 0.62:
        birth, has_birth = contact_details.birth(person, context, many_formats=False)
    home = ""
    if household.landline and rng.random() < 0.5 and _may_give_landline(person, context):
        home = contact_details.written(household.landline, context)
    has_local = person.is_chinese and rng.random() < (0.45 if name.english else 0.8)
    updated = context.calendar.moment(rng, person.arrival)
    created = updated if person.arrival else int(updated * rng.random())
    contact = Contact(
        contact_id=f"C{context.next_number('contact'):08d}",
        salutation=_salutation(person, context),
        first_name=first,
        last_name=last,
        full_name_local=name_forms.local(person, context) if has_local else "",
        date_of_birth=birth,
        gender=person.gender if rng.random() < 0.85 else "",
        email=email,
        mobile=mobile,
        phone_home=home,
        **_address_columns(_first_address(person, context), rng.random() < 0.5),
        preferred_language=_language(person, context),
        marketing_opt_in="Y" if rng.random() < 0.46 else "N",
        lifecycle_stage=_STAGES.pick(rng),
        created_at=context.calendar.text(created),
        updated_at=context.calendar.text(updated),
    )
    usable = has_email or has_mobile or has_birth or bool(home)
    return contact, STRONG if usable else WEAK


def _may_give_landline(person: Person, context: Context) -> bool:
    """In clean feeds no two persons give one number, so only the head gives the landline."""
    return context.rates.shared_phone > 0 or person is person.household.members[0]


def _salutation(person: Person, context: Context) -> str:
    draw = context.rng.random()
    if draw < 0.35:
        return ""
    if draw < 0.39:
        return "Dr"
    if person.gender == "M":
        return "Mr"
    return "Mrs" if person.name.last != person.name.birth_last and draw < 0.8 else "Ms"


def _language(person: Person, context: Context) -> str:
    usual = _LANGUAGES.get(person.culture, "en")
    return usual if context.rng.random() < 0.85 else "en"


def _first_address(person: Person, context: Context) -> Address:
    household = person.household
    if household.former_address and context.rng.random() < 0.4:
        return household.former_address
    return household.address


def _address_columns(address: Address, in_local_script: bool) -> dict[str, str]:
    local = in_local_script and bool(address.local_line)
    return {
        "address_line1": address.local_line if local else address.line,
        "city": address.local_city if local else address.city,
        "region": address.local_region if local else address.region,
        "postal_code": address.postal_code,
        "country": address.country,
    }


def _changed(contact: Contact, person: Person, context: Context) -> tuple[Contact, str]:
    """A later state: married, moved, new e-mail or phone, other consent or stage."""
    rng, household = context.rng, person.household
    draw = rng.random()
    if person.name.birth_last != person.name.last and draw < 0.4:
        return replace(contact, last_name=person.name.last), WEAK
    if household.former_address and draw < 0.6:
        columns = _address_columns(household.address, rng.random() < 0.5)
        return replace(contact, **columns), WEAK
    if draw < 0.55:
        email, usable = contact_details.email(person, context)
        return replace(contact, email=email), STRONG if usable else WEAK
    if draw < 0.75:
        mobile, usable = contact_details.phone(person, context)
        return replace(contact, mobile=mobile), STRONG if usable else WEAK
    if draw < 0.9:
        consent = "N" if contact.marketing_opt_in == "Y" else "Y"
        return replace(contact, marketing_opt_in=consent), WEAK
    return replace(contact, lifecycle_stage=_STAGES.pick(rng)), WEAK
