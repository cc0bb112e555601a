"""Counting each disturbance in delivered files, by what a reader can see of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations

from generator.western_names import nicknames
from tests.generator.simple_reader import (
    PLACEHOLDER_BIRTHS,
    PLACEHOLDER_EMAILS,
    PLACEHOLDER_PHONES,
    Feed,
    Feeds,
    Row,
    digits,
    hub_phones,
    phone_key,
    repeated,
)

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

Given = Iterable[tuple[str, str, str]]


def _csv_feeds(feeds: Feeds) -> list[Feed]:
    return [feeds.contacts, feeds.members, feeds.receipts]


def _json_feeds(feeds: Feeds) -> list[Feed]:
    return [feeds.events, feeds.posts]


def _all_feeds(feeds: Feeds) -> list[Feed]:
    return _csv_feeds(feeds) + _json_feeds(feeds)


def byte_order_marks(feeds: Feeds) -> int:
    return sum(raw.startswith(BYTE_ORDER_MARK) for feed in _csv_feeds(feeds) for raw in feed.raw)


def _broken_csv(feeds: Feeds) -> Iterable[tuple[str, int]]:
    for feed in _csv_feeds(feeds):
        for line in feed.broken:
            yield line, line.count(",") + 1 - len(feed.headers[0])


def rows_with_too_few_fields(feeds: Feeds) -> int:
    return sum('"' not in line and -more > 1 for line, more in _broken_csv(feeds))


def rows_with_too_many_fields(feeds: Feeds) -> int:
    return sum('"' not in line and more >= 2 for line, more in _broken_csv(feeds))


def unclosed_quotes(feeds: Feeds) -> int:
    return sum(line.count('"') % 2 for line, _ in _broken_csv(feeds))


def stray_lines(feeds: Feeds) -> int:
    return sum(line.startswith("-- ") for line, _ in _broken_csv(feeds))


def cut_json(feeds: Feeds) -> int:
    broken = [line for feed in _json_feeds(feeds) for line in feed.broken]
    return sum(line.startswith('{"') and not line.endswith("}") for line in broken)


def json_with_wrong_quotes(feeds: Feeds) -> int:
    broken = [line for feed in _json_feeds(feeds) for line in feed.broken]
    return sum("'" in line and line.endswith("}") for line in broken)


def json_that_is_no_object(feeds: Feeds) -> int:
    broken = [line for feed in _json_feeds(feeds) for line in feed.broken]
    return sum(line.startswith('"') for line in broken)


def rows_twice_in_a_file(feeds: Feeds) -> int:
    return min(sum(repeated(lines) for lines in feed.lines) for feed in _all_feeds(feeds))


def rows_again_in_a_later_drop(feeds: Feeds) -> int:
    return min(
        sum(len(set(earlier) & set(later)) for earlier, later in combinations(feed.lines, 2))
        for feed in [feeds.members, feeds.receipts, *_json_feeds(feeds)]
    )


def retried_events(feeds: Feeds) -> int:
    times = defaultdict(set)
    for row in feeds.events.all_rows():
        times[row["event_id"]].add(row["occurred_at"])
    return sum(len(seen) > 1 for seen in times.values())


def new_columns(feeds: Feeds) -> int:
    return sum(len(columns) > 21 for columns in feeds.contacts.headers)


def other_dates(feeds: Feeds) -> int:
    dates = [row["date_of_birth"] for row in feeds.contacts.all_rows()]
    dates += [row["birth_date"] for row in feeds.members.all_rows()]
    return sum(bool(text) and not ISO_DATE.fullmatch(text) for text in dates)


def other_phones(feeds: Feeds) -> int:
    phones = [row["phone"] for row in feeds.receipts.all_rows()]
    phones += [row["mobile"] for row in feeds.contacts.all_rows()]
    return sum(bool(text) and not text.startswith("+") for text in phones)


def surnames_first(feeds: Feeds) -> int:
    return sum(", " in row["member_name"] for row in feeds.members.all_rows())


def names_in_capitals(feeds: Feeds) -> int:
    return sum(len(row["last_name"]) > 2 and row["last_name"].isupper() and row["last_name"]
               .isascii() for row in feeds.contacts.all_rows())  # fmt: skip


def persons_in_two_scripts(feeds: Feeds) -> int:
    """Persons whose free names are Chinese characters here and Latin letters there."""
    person_of = feeds.person_of()
    scripts = defaultdict(set)
    for row in feeds.members.all_rows():
        scripts[person_of["store_member", row["card_no"]]].add(_script(row["member_name"]))
    for row in feeds.receipts.all_rows():
        if row["customer_name"]:
            person = person_of["store_receipt", row["receipt_id"]]
            scripts[person].add(_script(row["customer_name"]))
    return sum(len(seen) > 1 for seen in scripts.values())


def _script(text: str) -> str:
    return "chinese" if CHINESE.search(text) else "latin"


def nicknamed_persons(feeds: Feeds) -> int:
    """Persons who are William in one place and Bill in another."""
    person_of = feeds.person_of()
    names = defaultdict(set)
    for row in feeds.contacts.all_rows():
        names[person_of["crm", row["contact_id"]]].add(row["first_name"])
    for row in feeds.events.all_rows():
        if first := row["traits"].get("first_name"):
            names[person_of["web_anonymous", row["anonymous_id"]]].add(first)
    for row in feeds.members.all_rows():
        names[person_of["store_member", row["card_no"]]].add(row["member_name"].split(" ")[0])
    short = nicknames()
    return sum(any(seen & set(short.get(name, ())) for name in seen) for seen in names.values())


def two_surnames(feeds: Feeds) -> int:
    """Western women with two unlike surnames among their contacts and web forms."""
    person_of = feeds.person_of()
    names = defaultdict(set)
    for row in feeds.contacts.all_rows():
        if row["gender"] == "F" and not row["full_name_local"] and row["country"] in ("US", "GB"):
            names[person_of["crm", row["contact_id"]], row["first_name"]].add(row["last_name"])
    return sum(
        any(one[:2].lower() != other[:2].lower() for one, other in combinations(seen, 2))
        for seen in names.values()
    )


def _by_household(feeds: Feeds) -> dict[str, list[tuple[str, Row]]]:
    person_of, household_of = feeds.person_of(), feeds.household_of()
    found = defaultdict(list)
    for row in feeds.contacts.all_rows():
        key = ("crm", row["contact_id"])
        found[household_of[key]].append((person_of[key], row))
    return found


def fathers_and_sons(feeds: Feeds) -> int:
    """Two persons of one household with one full name."""
    pairs = set()
    for rows in _by_household(feeds).values():
        for (person, row), (other, second) in combinations(rows, 2):
            same = (row["first_name"], row["last_name"]) == (
                second["first_name"],
                second["last_name"],
            )
            if person != other and same:
                pairs.add(frozenset((person, other)))
    return len(pairs)


def twins(feeds: Feeds) -> int:
    """Two persons of one household with one date of birth."""
    person_of, household_of = feeds.person_of(), feeds.household_of()
    given = [("crm", row["contact_id"], row["date_of_birth"]) for row in feeds.contacts.all_rows()]
    given += [
        ("store_member", row["card_no"], row["birth_date"]) for row in feeds.members.all_rows()
    ]
    persons = defaultdict(set)
    for source, key, birth in given:
        if birth and birth not in PLACEHOLDER_BIRTHS:
            household = household_of[source, key]
            persons[household, _iso_date(birth)].add(person_of[source, key])
    return sum(len(seen) > 1 for seen in persons.values())


def _iso_date(text: str) -> str:
    parts = re.split("[-/]", text)
    return "-".join(parts if len(parts[0]) == 4 else reversed(parts))


def _given_phones(feeds: Feeds) -> Given:
    """Number, household and person of every usable phone of contacts, cards and receipts."""
    person_of, household_of = feeds.person_of(), feeds.household_of()
    hubs = hub_phones(feeds)
    found = [("crm", row["contact_id"], row["mobile"]) for row in feeds.contacts.all_rows()]
    found += [("crm", row["contact_id"], row["phone_home"]) for row in feeds.contacts.all_rows()]
    found += [("store_member", row["card_no"], row["phone"]) for row in feeds.members.all_rows()]
    found += [
        ("store_receipt", row["receipt_id"], row["phone"]) for row in feeds.receipts.all_rows()
    ]
    for source, key, phone in found:
        if phone and phone not in PLACEHOLDER_PHONES and phone not in hubs:
            yield phone_key(phone), household_of[source, key], person_of[source, key]


def shared_phones(feeds: Feeds) -> int:
    persons = defaultdict(set)
    for phone, household, person in _given_phones(feeds):
        persons[phone, household].add(person)
    return sum(len(seen) > 1 for seen in persons.values())


def recycled_phones(feeds: Feeds) -> int:
    households = defaultdict(set)
    for phone, household, _ in _given_phones(feeds):
        households[phone].add(household)
    return sum(len(seen) > 1 for seen in households.values())


def shared_emails(feeds: Feeds) -> int:
    persons = defaultdict(set)
    person_of = feeds.person_of()
    for row in feeds.contacts.all_rows():
        if row["email"] and row["email"] not in PLACEHOLDER_EMAILS:
            persons[row["email"].lower()].add(person_of["crm", row["contact_id"]])
    for row in feeds.members.all_rows():
        if row["email"] and row["email"] not in PLACEHOLDER_EMAILS:
            persons[row["email"].lower()].add(person_of["store_member", row["card_no"]])
    return sum(len(seen) > 1 for seen in persons.values())


def shared_devices(feeds: Feeds) -> int:
    person_of = feeds.person_of()
    persons = defaultdict(set)
    for row in feeds.events.all_rows():
        persons[row["device_id"]].add(person_of["web_anonymous", row["anonymous_id"]])
    return sum(len(seen) > 1 for seen in persons.values())


def shared_cookies(feeds: Feeds) -> int:
    person_of = feeds.person_of()
    strangers = set()
    for row in feeds.events.all_rows():
        if row["user_id"]:
            owner = person_of["web_anonymous", row["anonymous_id"]]
            if person_of["web_user", row["user_id"]] != owner:
                strangers.add(row["anonymous_id"])
    return len(strangers)


def placeholder_emails(feeds: Feeds) -> int:
    return sum(row["email"] in PLACEHOLDER_EMAILS for row in feeds.contacts.all_rows())


def placeholder_phones(feeds: Feeds) -> int:
    return sum(digits(row["phone"]) in PLACEHOLDER_PHONES for row in feeds.receipts.all_rows())


def placeholder_births(feeds: Feeds) -> int:
    return sum(row["date_of_birth"] in PLACEHOLDER_BIRTHS for row in feeds.contacts.all_rows())


def till_phones(feeds: Feeds) -> int:
    return len(hub_phones(feeds))


def late_arrivals(feeds: Feeds) -> int:
    """New contacts in later drops."""
    seen = {row["contact_id"] for row in feeds.contacts.rows[0]}
    later = {row["contact_id"] for rows in feeds.contacts.rows[1:] for row in rows}
    return len(later - seen)


def _states(feeds: Feeds) -> Iterable[list[Row]]:
    states = defaultdict(list)
    for row in feeds.contacts.all_rows():
        states[row["contact_id"]].append(row)
    return states.values()


def changed_contacts(feeds: Feeds) -> int:
    return sum(
        len({row["updated_at"] for row in rows}) > 1
        and all(row["is_deleted"] == "N" for row in rows)
        for rows in _states(feeds)
    )


def deleted_contacts(feeds: Feeds) -> int:
    return sum(any(row["is_deleted"] == "Y" for row in rows) for rows in _states(feeds))


def moved_contacts(feeds: Feeds) -> int:
    return sum(len({row["postal_code"] for row in rows}) > 1 for rows in _states(feeds))


DISTURBANCES: dict[str, Callable[[Feeds], int]] = {
    one.__name__: one
    for one in (
        byte_order_marks, rows_with_too_few_fields, rows_with_too_many_fields, unclosed_quotes,
        stray_lines, cut_json, json_with_wrong_quotes, json_that_is_no_object,
        rows_twice_in_a_file, rows_again_in_a_later_drop, retried_events, new_columns,
        other_dates, other_phones, surnames_first, names_in_capitals, persons_in_two_scripts,
        nicknamed_persons, two_surnames, fathers_and_sons, twins, shared_phones, shared_emails,
        shared_devices, shared_cookies, recycled_phones, placeholder_emails, placeholder_phones,
        placeholder_births, till_phones, late_arrivals, changed_contacts, deleted_contacts,
        moved_contacts,
    )
}  # fmt: skip
