"""Posts on social networks, with what an author's profile tells."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random

from opencc import OpenCC

from generator import contact_details, name_forms
from generator.context import Context
from generator.emails import local_part
from generator.layout import POSTS
from generator.people import HONG_KONG, MAINLAND, TAIWAN, WESTERN, Person
from generator.stores import PRODUCTS
from generator.tables import rows
from generator.truth import STRONG, WEAK
from generator.weighted import WeightedTable, long_tailed_count

BRAND = "@brand"
_AUTHOR_SHARE = 0.35
_SECOND_NETWORK = 0.22
_FURTHER_POSTS = 1.4
_TAIL_SHAPE = 0.7
_LINKED_EMAIL = 0.22
_SENTIMENTS = WeightedTable([("positive", 34), ("negative", 24), ("neutral", 42)])
_NETWORKS = {
    WESTERN: WeightedTable([("x", 34), ("instagram", 38), ("facebook", 28)]),
    MAINLAND: WeightedTable([("weibo", 86), ("x", 5), ("instagram", 9)]),
    HONG_KONG: WeightedTable([("instagram", 46), ("facebook", 38), ("x", 10), ("weibo", 6)]),
    TAIWAN: WeightedTable([("facebook", 46), ("instagram", 42), ("x", 12)]),
}
_TRADITIONAL = OpenCC("s2t")
_BIOGRAPHIES = {
    language: [row["text"] for row in rows("biographies") if row["language"] == language]
    for language in ("en", "zh")
}
_BIOGRAPHIES["traditional"] = [_TRADITIONAL.convert(text) for text in _BIOGRAPHIES["zh"]]


def _phrases() -> dict[tuple[str, str, bool], list[str]]:
    found: dict[tuple[str, str, bool], list[str]] = {}
    for row in rows("phrases"):
        key = (row["language"], row["sentiment"])
        found.setdefault((*key, False), []).append(row["text"])
        if row["language"] == "zh":
            found.setdefault((*key, True), []).append(_TRADITIONAL.convert(row["text"]))
    return found


_PHRASES = _phrases()
_TRADITIONAL_PRODUCTS = {
    product.chinese_name: _TRADITIONAL.convert(product.chinese_name) for product in PRODUCTS.values
}


@dataclass(frozen=True, slots=True)
class Profile:
    """An account and the author object of its posts as JSON."""

    network: str
    handle: str
    author: str
    followers: int
    evidence: str


def deliver_posts(person: Person, context: Context) -> None:
    """Delivers the posts of a person's accounts, if there are any."""
    if not context.happens(_AUTHOR_SHARE * min(1.2, person.activity)):
        return
    networks = [_NETWORKS[person.culture].pick(context.rng)]
    if context.rng.random() < _SECOND_NETWORK:
        other = _NETWORKS[person.culture].pick(context.rng)
        networks += [other] if other not in networks else []
    for network in networks:
        _deliver_account(person, network, context)


def _deliver_account(person: Person, network: str, context: Context) -> None:
    rng, calendar = context.rng, context.calendar
    profile = _profile(person, network, context)
    volume = calendar.volume(person.arrival)
    previous = ""
    for _ in range(1 + long_tailed_count(rng, _FURTHER_POSTS * volume, _TAIL_SHAPE)):
        drop = calendar.pick_drop(rng, person.arrival)
        previous = _deliver_post(person, profile, (drop, previous), context)
    context.vouch("social", f"{network}:{profile.handle}", person, profile.evidence)


def _profile(person: Person, network: str, context: Context) -> Profile:
    rng = context.rng
    handle = context.user_names.handle(rng, _wished_handle(person, network, rng), network)
    email, usable = contact_details.NOTHING
    if rng.random() < _LINKED_EMAIL:
        email, usable = contact_details.email(person, context)
    followers = int(rng.lognormvariate(4.6, 1.4))
    language = "en"
    if person.is_chinese:
        language = "zh" if person.culture == MAINLAND else "traditional"
    author = {
        "handle": handle,
        "display_name": _display_name(person, handle, context),
        "profile_url": f"https://{network}.example/{handle}",
        "location": _location(person, rng),
        "bio": rng.choice(_BIOGRAPHIES[language]),
        "followers": followers,
        "verified": followers > 5000 and rng.random() < 0.5,
        "linked_email": email or None,
    }
    text = json.dumps(author, ensure_ascii=False)
    return Profile(network, handle, text, followers, STRONG if usable else WEAK)


def _wished_handle(person: Person, network: str, rng: Random) -> str:
    if network == "weibo" and rng.random() < 0.45:
        return str(rng.randrange(10**9, 8 * 10**9))
    if rng.random() < 0.25 and not person.email[0].isdigit():
        return person.email.partition("@")[0]
    return local_part(rng, person.name, person.birth)


def _display_name(person: Person, handle: str, context: Context) -> str:
    rng = context.rng
    if context.rates.other_name_form and rng.random() < 0.12:
        return handle
    if context.rates.other_name_form and rng.random() < 0.2:
        return person.name.english or name_forms.familiar(person, rng)
    return name_forms.free(person, context)


def _location(person: Person, rng: Random) -> str | None:
    if rng.random() < 0.45:
        return None
    address = person.household.address
    return address.local_city if address.local_city and rng.random() < 0.6 else address.city


def _deliver_post(
    person: Person, profile: Profile, place: tuple[int, str], context: Context
) -> str:
    """One post; place is its drop and the author's post before it. Returns the post_id."""
    rng, calendar = context.rng, context.calendar
    drop, previous = place
    moment = calendar.moment(rng, drop)
    key = f"{profile.network}-{context.next_number('post'):09d}"
    language, text = _text(person, rng)
    reply = f'"{previous}"' if previous and rng.random() < 0.08 else "null"
    reach = min(60.0, profile.followers**0.5)
    likes, shares, comments = (
        int(rng.expovariate(1.0) * reach * part) for part in (0.6, 0.08, 0.15)
    )
    line = (
        f'{{"post_id": "{key}", "network": "{profile.network}", '
        f'"posted_at": "{calendar.text(moment)}", "author": {profile.author}, '
        f'"text": {json.dumps(text, ensure_ascii=False)}, "lang": "{language}", '
        f'"mentions_brand": {"true" if BRAND in text else "false"}, "in_reply_to": {reply}, '
        f'"engagement": {{"likes": {likes}, "shares": {shares}, "comments": {comments}}}}}'
    )
    context.delivery.deliver(POSTS, drop, moment, line)
    return key


def _text(person: Person, rng: Random) -> tuple[str, str]:
    product = PRODUCTS.pick(rng)
    chinese = person.is_chinese and rng.random() < 0.82
    language = "zh" if chinese else "en"
    traditional = chinese and person.culture != MAINLAND
    phrase = rng.choice(_PHRASES[language, _SENTIMENTS.pick(rng), traditional])
    name = product.name
    if chinese:
        name = product.chinese_name
        name = _TRADITIONAL_PRODUCTS[name] if traditional else name
    # The space keeps the mention apart from Chinese words that follow it.
    brand = f"{BRAND} " if chinese else BRAND
    return language, phrase.format(product=name, brand=brand).strip()
