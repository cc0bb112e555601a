"""Visits to the web shop: cookies, devices, log-ins and what forms said."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from generator import contact_details, name_forms
from generator.context import Context
from generator.layout import EVENTS
from generator.people import HONG_KONG, MAINLAND, TAIWAN, Person
from generator.stores import PRODUCTS
from generator.truth import NONE, STRONG, WEAK, strongest
from generator.weighted import WeightedTable, long_tailed_count

_VISITOR_SHARE = 0.68
_USER_SHARE = 0.60
_FURTHER_COOKIES = 0.70
_EVENTS_A_COOKIE = 1.5
_TAIL_SHAPE = 0.6
_LOGIN_SHARE = 0.55
_FORM_SHARE = 0.30
_PLAIN_EVENTS = WeightedTable(
    [("page_view", 68), ("search", 13), ("add_to_cart", 11), ("download", 5), ("unsubscribe", 3)]
)
_FORM_EVENTS = WeightedTable([("checkout", 45), ("form_submit", 30), ("signup", 25)])
_PAGES = ("/", "/offers", "/stores", "/account", "/help", "/delivery")
_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5)",
    "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X)",
)
_CAMPAIGNS = (
    ("null", "null"),
    ("null", "null"),
    ('"search"', "null"),
    ('"newsletter"', '"new-year"'),
    ('"partner"', '"kitchen-week"'),
    ('"video"', '"warm-winter"'),
)
_LOCALES = {MAINLAND: "zh-CN", HONG_KONG: "zh-HK", TAIWAN: "zh-TW"}
_CURRENCIES = {"US": "USD", "GB": "GBP", "CN": "CNY", "HK": "HKD", "TW": "TWD"}
_EXCHANGE = {"US": 1.0, "GB": 0.8, "CN": 7.2, "HK": 7.8, "TW": 32.0}
_NO_TRAITS = "{}"


@dataclass(slots=True)
class Account:
    """A log-in of a person, with the evidence seen on it so far."""

    user_id: str
    person: Person
    evidence: str = WEAK
    cookies: int = 0


@dataclass(slots=True)
class Browser:
    """One cookie on one device, with what its events have in common."""

    cookie: str
    person: Person
    device: str
    shared_context: str
    consent: str
    evidence: str = NONE
    accounts: list[Account] = field(default_factory=list)


def deliver_web(members: list[Person], context: Context) -> None:
    """Delivers the visits of one household and vouches for its cookies and users."""
    accounts = {
        id(person): _accounts(person, context)
        for person in members
        if context.happens(_VISITOR_SHARE * min(1.25, person.activity))
    }
    browsers: list[Browser] = []
    for person in members:
        if id(person) in accounts:
            others = [one for key in accounts if key != id(person) for one in accounts[key]]
            browsers += _deliver_visits(person, accounts[id(person)], others, context)
    for own in accounts.values():
        for account in own:
            if account.cookies:
                context.vouch("web_user", account.user_id, account.person, account.evidence)
    for browser in browsers:
        for account in browser.accounts:
            browser.evidence = strongest(browser.evidence, account.evidence)
        context.vouch("web_anonymous", browser.cookie, browser.person, browser.evidence)


def _accounts(person: Person, context: Context) -> list[Account]:
    if not context.happens(_USER_SHARE):
        return []
    count = 2 if context.happens(context.rates.second_login) else 1
    return [Account(f"u{context.next_number('user'):08d}", person) for _ in range(count)]


def _deliver_visits(
    person: Person, accounts: list[Account], others: list[Account], context: Context
) -> list[Browser]:
    rng = context.rng
    browsers = []
    own_device = f"dev-{context.next_number('device'):010d}"
    volume = context.calendar.volume(person.arrival)
    for number in range(1 + long_tailed_count(rng, _FURTHER_COOKIES * min(volume, 1.5), 1.5)):
        device = own_device
        if context.happens(context.rates.shared_device):
            device = person.household.device
        browser = _browser(person, device, context)
        account = None
        # A user exists in the feed through a log-in, so the first cookie always has one.
        if accounts and (number == 0 or rng.random() < _LOGIN_SHARE):
            account = rng.choice(accounts)
        _deliver_cookie(browser, account, context)
        if others and context.happens(context.rates.shared_cookie):
            _deliver_event(browser, rng.choice(others), person.arrival, context)
        browsers.append(browser)
    return browsers


def _browser(person: Person, device: str, context: Context) -> Browser:
    rng = context.rng
    source, campaign = rng.choice(_CAMPAIGNS)
    locale = _LOCALES.get(person.culture, "en-GB" if _country(person) == "GB" else "en-US")
    locale = locale if rng.random() < 0.9 else "en-US"
    address = f"198.51.100.{rng.randrange(1, 255)}"
    analytics = rng.random() < 0.7
    marketing = analytics and rng.random() < 0.55
    return Browser(
        cookie=f"ck-{context.next_number('cookie'):016x}",
        person=person,
        device=device,
        shared_context=f'{{"ip": "{address}", "user_agent": "{rng.choice(_AGENTS)}", '
        f'"utm_source": {source}, "utm_campaign": {campaign}, "locale": "{locale}"}}',
        consent=f'{{"analytics": {_json(analytics)}, "marketing": {_json(marketing)}}}',
    )


def _country(person: Person) -> str:
    return person.household.address.country


def _deliver_cookie(browser: Browser, account: Account | None, context: Context) -> None:
    rng, arrival = context.rng, browser.person.arrival
    mean = _EVENTS_A_COOKIE * browser.person.activity
    count = 1 + long_tailed_count(rng, mean, _TAIL_SHAPE)
    logged_in = rng.randrange(count) if account else count
    form = rng.randrange(count) if rng.random() < _FORM_SHARE else count
    drops = sorted(context.calendar.pick_drop(rng, arrival) for _ in range(count))
    moments = sorted(context.calendar.moment(rng, drop) for drop in drops)
    for number, moment in enumerate(moments):
        user = account if number >= logged_in else None
        _deliver_event(browser, user, context.calendar.drop_of(moment), context,
                       (moment, number == form))  # fmt: skip


def _deliver_event(
    browser: Browser,
    account: Account | None,
    drop: int,
    context: Context,
    when: tuple[int, bool] | None = None,
) -> None:
    """One event; when is its moment and whether it is a form."""
    rng, calendar = context.rng, context.calendar
    moment, is_form = when or (calendar.moment(rng, drop), False)
    person = account.person if account else browser.person
    traits = _NO_TRAITS
    if is_form:
        event_type = _FORM_EVENTS.pick(rng)
        traits = _traits(browser, account, person, context)
    else:
        event_type = _PLAIN_EVENTS.pick(rng)
    if account and account not in browser.accounts:
        browser.accounts.append(account)
        account.cookies += 1
    start = f'{{"event_id": "e{context.next_number("event"):08d}", "occurred_at": "'
    user = f'"{account.user_id}"' if account else "null"
    rest = (
        f'", "anonymous_id": "{browser.cookie}", "device_id": "{browser.device}", '
        f'"user_id": {user}, "event_type": "{event_type}", {_page(event_type, person, context)}, '
        f'"traits": {traits}, "context": {browser.shared_context}, "consent": {browser.consent}}}'
    )
    context.delivery.deliver(EVENTS, drop, moment, start + calendar.text(moment) + rest)
    if context.happens(context.rates.retried_event):
        # A retry of the tracker: the same event with the time at which it was sent again.
        moment += rng.randrange(1, 4)
        context.delivery.deliver(EVENTS, drop, moment, start + calendar.text(moment) + rest)


def _page(event_type: str, person: Person, context: Context) -> str:
    """The fields page, product_id, value and currency."""
    rng = context.rng
    is_sale = event_type in ("add_to_cart", "checkout")
    is_form = event_type in ("unsubscribe", "form_submit", "signup")
    if is_form or (not is_sale and rng.random() < 0.25):
        page = rng.choice(_PAGES)
        return f'"page": "{page}", "product_id": null, "value": null, "currency": null'
    product, country = PRODUCTS.pick(rng), _country(person)
    value = currency = "null"
    if is_sale:
        value = f"{product.price * _EXCHANGE[country] * rng.choice((1, 1, 1, 2)):.2f}"
        currency = f'"{_CURRENCIES[country]}"'
    return (
        f'"page": "/{product.category}/{product.sku}", "product_id": "{product.sku}", '
        f'"value": {value}, "currency": {currency}'
    )


def _traits(browser: Browser, account: Account | None, person: Person, context: Context) -> str:
    """What a form said, as JSON; raises the evidence of the cookie and of its user."""
    rng = context.rng
    said: dict[str, str] = {}
    evidence = NONE
    if rng.random() < 0.9:
        said["email"], usable = contact_details.email(person, context)
        evidence = STRONG if usable else evidence
    if rng.random() < 0.6 or not said:
        said["first_name"], said["last_name"] = name_forms.fields(person, context)
        evidence = strongest(evidence, WEAK)
    if rng.random() < 0.4:
        said["phone"], usable = contact_details.phone(person, context)
        evidence = STRONG if usable else evidence
    browser.evidence = strongest(browser.evidence, evidence)
    if account:
        account.evidence = strongest(account.evidence, evidence)
    return json.dumps(said, ensure_ascii=False)


def _json(value: bool) -> str:
    return "true" if value else "false"
