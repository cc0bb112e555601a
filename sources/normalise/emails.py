"""E-mail addresses: one spelling per address, one key per mailbox.

`normalise`, `mailbox` and what asks about an address take one text; `seen` takes all addresses of
a batch of records.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa

from sources.normalise.data import read_rows
from sources.normalise.placeholders import (
    EMAIL_DOMAINS,
    EMAIL_LOCAL_PARTS,
    EMAIL_LOCAL_PARTS_AT_PROVIDERS,
    EMAIL_ROLES,
)
from sources.normalise.seen import SeenRows
from sources.normalise.text import fold

# RFC 5321: so many octets before the @ and in all.
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254
_LOCAL = r"[\w!#$%&'*+/=?^{|}~-]+"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_ADDRESS = re.compile(
    rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+"
    r"(?:([^\W\d_]{2,24})|xn--[a-z0-9-]+)"
)
_PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_IN_BRACKETS = re.compile(r"[^<]*< *([^<>]+@[^<>]+?) *>.*")
_LABELLED = re.compile(r"\A(?:e-?mail|mailto) *: *")
_SPACED = re.compile(r" *([@.]) *")
_MARKS = re.compile(r"""\A["'(\[<,;:]+|["')\]>,;.:]+\Z""")
# Top-level domains that can never receive mail (RFC 2606, RFC 6762).
_DEAD_DOMAIN = re.compile(r"\.(?:test|example|invalid|localhost|local|none|null)\Z")
_GENERIC_AT_EXAMPLE = re.compile(r"(?:.*\.)?example\.(?:com|net|org)")
_ONE_REPEATED_CHARACTER = re.compile(r"(.)\1*@\1+\.[a-z]+")
# me@ and a@ are real mailboxes at a person's own domain, and nobody's at these.
_PROVIDER = re.compile(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|qq|163|126|sina)\.[a-z.]+"
)
_GMAIL_DOMAINS = frozenset({"gmail.com", "googlemail.com"})


@lru_cache(maxsize=8192)
def normalise(raw: str | None) -> str | None:
    """The address in lower case and plain widths, or None where nobody can be reached by it.

    Takes 'Name <a@b.c>' and 'mailto:a@b.c'. None for what has not the shape of an address,
    and for placeholders (test@..., noreply@..., none@none.com). Applying it twice changes
    nothing.
    """
    if raw is None:
        return None
    address = raw.strip(" ").lower()
    if not _PLAIN_ADDRESS.fullmatch(address):
        address = _bare(fold(raw).lower())
        found = _ADDRESS.fullmatch(address)
        if not found or (found[1] and not found[1].isalpha()):
            return None
    local, _, domain = address.partition("@")
    if len(local) > _LONGEST_LOCAL or len(address) > _LONGEST_ADDRESS:
        return None
    return None if _is_placeholder(address, local, domain) else address


@lru_cache(maxsize=8192)
def mailbox(address: str) -> str:
    """The mailbox key: normalised addresses with one key are delivered to the same person.

    Drops a '+tag', Gmail's dots, and writes googlemail.com and well-known misspellings of
    large providers as the provider. The key of a key is itself.
    """
    local, _, domain = address.partition("@")
    domain = _corrections().get(domain, domain)
    name, plus, _ = local.partition("+")
    local = name if name and plus else local
    if domain in _GMAIL_DOMAINS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def local_part(address: str) -> str:
    """What stands before the @."""
    return address.partition("@")[0]


def is_role(address: str) -> bool:
    """Whether the mailbox belongs to an office (info@, sales@) and not to one person."""
    return local_part(address).partition("+")[0] in EMAIL_ROLES


def seen(rows: SeenRows) -> pa.ListArray:
    """Each record's addresses with their mailboxes, the latest first."""
    return rows.first_and_last([normalise(text) for text in rows.texts], "mailbox", mailbox)


def _bare(text: str) -> str:
    """The address alone, without the name, label, spaces or marks around it."""
    in_brackets = _IN_BRACKETS.fullmatch(text)
    bare = _LABELLED.sub("", in_brackets[1] if in_brackets else text)
    return _MARKS.sub("", _SPACED.sub(r"\1", bare))


def _is_placeholder(address: str, local: str, domain: str) -> bool:
    if local in EMAIL_LOCAL_PARTS or domain in EMAIL_DOMAINS:
        return True
    if local in EMAIL_LOCAL_PARTS_AT_PROVIDERS and _PROVIDER.fullmatch(domain):
        return True
    # Documentation domains are refused for offices too; a personal name at example.com is kept,
    # because demonstration data is full of them and they harm nothing.
    if local in EMAIL_ROLES and _GENERIC_AT_EXAMPLE.fullmatch(domain):
        return True
    return bool(_DEAD_DOMAIN.search(domain) or _ONE_REPEATED_CHARACTER.fullmatch(address))


@lru_cache(maxsize=1)
def _corrections() -> dict[str, str]:
    return dict(read_rows("email_domain_corrections.csv"))
