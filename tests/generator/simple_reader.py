"""A second, plain reader of the feeds: the oracle for what the generator says of its files.

It reads line by line with the standard library, drops what cannot be read, and works out from
the delivered rows alone which keys there are and how much evidence each carries.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACEHOLDER_EMAILS = {"none@none.com", "noemail@example.com", "test@test.com", "na@na.com"}
PLACEHOLDER_PHONES = {"0000000000", "1234567890", "9999999999", "1111111111"}
PLACEHOLDER_BIRTHS = {"1900-01-01", "01/01/1900"}
STRENGTH = {"none": 0, "weak": 1, "strong": 2}

Row = dict[str, Any]
Key = tuple[str, str]


@dataclass
class Feed:
    """All drops of one kind of file: raw lines, readable rows and unreadable lines by drop."""

    raw: list[bytes]
    headers: list[list[str]]
    lines: list[list[str]]
    rows: list[list[Row]]
    broken: list[str]

    def all_rows(self) -> list[Row]:
        return [row for drop in self.rows for row in drop]


@dataclass
class Feeds:
    contacts: Feed
    members: Feed
    receipts: Feed
    events: Feed
    posts: Feed
    truth: list[Row]

    def person_of(self) -> dict[Key, str]:
        return {(row["source"], row["key"]): row["person_id"] for row in self.truth}

    def household_of(self) -> dict[Key, str]:
        return {(row["source"], row["key"]): row["household_id"] for row in self.truth}


def read_feeds(directory: Path) -> Feeds:
    landing = directory / "landing"
    with (directory / "truth" / "identities.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    return Feeds(
        contacts=_read_csv(landing / "crm", "contacts.csv"),
        members=_read_csv(landing / "store", "members.csv"),
        receipts=_read_csv(landing / "store", "receipts.csv"),
        events=_read_json(landing / "web", "events.jsonl.gz"),
        posts=_read_json(landing / "social", "posts.jsonl"),
        truth=truth,
    )


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def phone_key(text: str) -> str:
    """The last eight digits: enough to recognise a number in all its spellings here."""
    return digits(text)[-8:]


def is_usable_phone(text: str | None, hubs: set[str]) -> bool:
    return bool(text) and text not in PLACEHOLDER_PHONES and text not in hubs


def is_usable_email(text: str | None) -> bool:
    return bool(text) and str(text).lower() not in PLACEHOLDER_EMAILS


def is_usable_birth(text: str | None) -> bool:
    return bool(text) and text not in PLACEHOLDER_BIRTHS


def hub_phones(feeds: Feeds) -> set[str]:
    """Numbers on many receipts of a single till, each with a different name."""
    names = defaultdict(set)
    tills = defaultdict(set)
    for row in feeds.receipts.all_rows():
        if row["phone"] and row["phone"] not in PLACEHOLDER_PHONES:
            names[row["phone"]].add(row["customer_name"])
            tills[row["phone"]].add((row["store_id"], row["till_id"]))
    return {phone for phone in names if len(names[phone]) >= 5 and len(tills[phone]) == 1}


def expected_evidence(feeds: Feeds) -> dict[Key, str]:
    """Every key that the truth must name, with its evidence."""
    hubs = hub_phones(feeds)
    found: dict[Key, str] = {}
    for row in feeds.contacts.all_rows():
        usable = (
            is_usable_email(row["email"])
            or is_usable_phone(row["mobile"], hubs)
            or is_usable_phone(row["phone_home"], hubs)
            or is_usable_birth(row["date_of_birth"])
        )
        _raise(found, ("crm", row["contact_id"]), "strong" if usable else "weak")
    for row in feeds.members.all_rows():
        usable = (
            is_usable_email(row["email"])
            or is_usable_phone(row["phone"], hubs)
            or is_usable_birth(row["birth_date"])
        )
        _raise(found, ("store_member", row["card_no"]), "strong" if usable else "weak")
    for row in feeds.receipts.all_rows():
        said = row["customer_name"] or row["phone"] or row["email_for_receipt"]
        if said and not row["loyalty_card_no"]:
            usable = is_usable_email(row["email_for_receipt"]) or is_usable_phone(
                row["phone"], hubs
            )
            _raise(found, ("store_receipt", row["receipt_id"]), "strong" if usable else "weak")
    _add_web(found, feeds, hubs)
    for row in feeds.posts.all_rows():
        author = row["author"]
        evidence = "strong" if is_usable_email(author["linked_email"]) else "weak"
        _raise(found, ("social", f"{row['network']}:{author['handle']}"), evidence)
    return found


def _add_web(found: dict[Key, str], feeds: Feeds, hubs: set[str]) -> None:
    logins: dict[str, set[str]] = defaultdict(set)
    for row in feeds.events.all_rows():
        traits, cookie, user = row["traits"], row["anonymous_id"], row["user_id"]
        evidence = "weak" if traits.get("first_name") or traits.get("last_name") else "none"
        if is_usable_email(traits.get("email")) or is_usable_phone(traits.get("phone"), hubs):
            evidence = "strong"
        _raise(found, ("web_anonymous", cookie), evidence)
        if user:
            logins[cookie].add(user)
            _raise(found, ("web_user", user), "strong" if evidence == "strong" else "weak")
    for cookie, users in logins.items():
        for user in users:
            _raise(found, ("web_anonymous", cookie), found["web_user", user])


def _raise(found: dict[Key, str], key: Key, evidence: str) -> None:
    if STRENGTH[evidence] >= STRENGTH[found.get(key, "none")]:
        found[key] = evidence


def _files(folder: Path, name: str) -> list[Path]:
    return [day / name for day in sorted(folder.iterdir())]


def _read_csv(folder: Path, name: str) -> Feed:
    feed = Feed([], [], [], [], [])
    for path in _files(folder, name):
        raw = path.read_bytes()
        head, *lines = raw.decode("utf-8-sig").splitlines()
        columns = head.split(",")
        rows = []
        for line in lines:
            values = next(csv.reader([line]))
            if len(values) == len(columns):
                rows.append(dict(zip(columns, values, strict=True)))
            else:
                feed.broken.append(line)
        feed.raw.append(raw)
        feed.headers.append(columns)
        feed.lines.append(lines)
        feed.rows.append(rows)
    return feed


def _read_json(folder: Path, name: str) -> Feed:
    feed = Feed([], [], [], [], [])
    for path in _files(folder, name):
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == ".gz" else raw
        lines = text.decode().splitlines()
        rows = []
        for line in lines:
            row = _object(line)
            if row is None:
                feed.broken.append(line)
            else:
                rows.append(row)
        feed.raw.append(raw)
        feed.headers.append([])
        feed.lines.append(lines)
        feed.rows.append(rows)
    return feed


def _object(line: str) -> Row | None:
    try:
        value = json.loads(line)
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def repeated(values: list[str]) -> int:
    """How many values stand there more than once."""
    return sum(count > 1 for count in Counter(values).values())
