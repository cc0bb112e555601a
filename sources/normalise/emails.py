"""E-mail addresses: one spelling per address, one key per mailbox. Native Column functions only."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from sources.normalise.data import read_rows
from sources.normalise.placeholders import (
    EMAIL_DOMAINS,
    EMAIL_LOCAL_PARTS,
    EMAIL_LOCAL_PARTS_AT_PROVIDERS,
    EMAIL_ROLES,
)
from sources.normalise.text import bound, folded

# RFC 5321: at most 64 octets before the @ and 254 in all.
_LONGEST_ADDRESS = 254
_LOCAL = r"[\p{L}\p{N}!#$%&'*+/=?^_{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_{|}~-]+)*"
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?"
_ADDRESS = rf"\A(?=.{{1,64}}@){_LOCAL}@(?:{_LABEL}\.)+(?:\p{{L}}{{2,24}}|xn--[a-z0-9-]+)\z"
# Top-level domains that can never receive mail (RFC 2606, RFC 6762).
_DEAD_DOMAIN = r"\.(?:test|example|invalid|localhost|local|none|null)\z"
_GENERIC_AT_EXAMPLE = r"\A(?:.*\.)?example\.(?:com|net|org)\z"
_ONE_REPEATED_CHARACTER = r"\A(.)\1*@\1+\.[a-z]+\z"
# me@ and a@ are real mailboxes at a person's own domain, and nobody's at these.
_PROVIDER = (
    r"\A(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|aol|gmx|qq|163|126|sina)"
    r"\.[a-z.]+\z"
)
_GMAIL_DOMAINS = ("gmail.com", "googlemail.com")


def normalised(raw: Column) -> Column:
    """The address in lower case and plain widths, or null where nobody can be reached by it.

    Takes 'Name <a@b.c>' and 'mailto:a@b.c'. Null for what has not the shape of an address,
    and for placeholders (test@..., noreply@..., none@none.com). Applying it twice changes
    nothing.
    """
    return bound(
        _bare(F.lower(folded(raw))),
        lambda bare: F.when(
            bare.rlike(_ADDRESS) & (F.length(bare) <= _LONGEST_ADDRESS) & ~_is_placeholder(bare),
            bare,
        ),
    )


def canonical(normalised: Column) -> Column:
    """The mailbox key: addresses with one key are delivered to the same person.

    Drops a '+tag', Gmail's dots, and writes googlemail.com and well-known misspellings of
    large providers as the provider. Null stays null; the key of a key is itself.
    """
    domain = _corrected_domain(_domain(normalised))
    local = F.regexp_replace(local_part(normalised), r"\A([^+]+)\+.*\z", "$1")
    is_gmail = domain.isin(*_GMAIL_DOMAINS)
    local = F.when(is_gmail, F.regexp_replace(local, r"\.", "")).otherwise(local)
    domain = F.when(is_gmail, F.lit(_GMAIL_DOMAINS[0])).otherwise(domain)
    return F.concat(local, F.lit("@"), domain)


def local_part(normalised: Column) -> Column:
    """What stands before the @; null for null."""
    return F.substring_index(normalised, "@", 1)


def is_role(normalised: Column) -> Column:
    """Whether the mailbox belongs to an office (info@, sales@) and not to one person.

    Boolean; false for null, so that it can be used in a filter as it is.
    """
    local = F.regexp_replace(local_part(normalised), r"\+.*\z", "")
    return F.coalesce(local.isin(*sorted(EMAIL_ROLES)), F.lit(False))


def _bare(text: Column) -> Column:
    """The address alone, without the name, label, spaces or marks around it."""
    bare = F.regexp_replace(text, r"\A[^<]*< *([^<>]+@[^<>]+?) *>.*\z", "$1")
    bare = F.regexp_replace(bare, r"\A(?:e-?mail|mailto) *: *", "")
    bare = F.regexp_replace(bare, " *([@.]) *", "$1")
    return F.regexp_replace(bare, r"""\A["'(\[<,;:]+|["')\]>,;.:]+\z""", "")


def _domain(address: Column) -> Column:
    return F.substring_index(address, "@", -1)


def _is_placeholder(address: Column) -> Column:
    local = local_part(address)
    domain = _domain(address)
    generic_local = local.isin(*sorted(EMAIL_LOCAL_PARTS)) | (
        local.isin(*sorted(EMAIL_LOCAL_PARTS_AT_PROVIDERS)) & domain.rlike(_PROVIDER)
    )
    # Documentation domains are refused for offices too; a personal name at example.com is kept,
    # because demonstration data is full of them and they harm nothing.
    example = domain.rlike(_GENERIC_AT_EXAMPLE) & local.isin(*sorted(EMAIL_ROLES))
    return (
        generic_local
        | example
        | domain.isin(*sorted(EMAIL_DOMAINS))
        | domain.rlike(_DEAD_DOMAIN)
        | address.rlike(_ONE_REPEATED_CHARACTER)
    )


def _corrected_domain(domain: Column) -> Column:
    corrections = dict(read_rows("email_domain_corrections.csv"))
    corrected = F.create_map(*(F.lit(word) for pair in corrections.items() for word in pair))
    return F.coalesce(corrected[domain], domain)
