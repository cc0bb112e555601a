"""E-mail addresses and user names, made the ways people make them, each given once."""

from __future__ import annotations

import re
from datetime import date
from random import Random

from generator.people import HONG_KONG, MAINLAND, TAIWAN, WESTERN, Name
from generator.tables import rows
from generator.weighted import WeightedTable
from generator.western_names import nicknames

_DOMAINS = {
    "US": "gmail.com 50,yahoo.com 16,hotmail.com 9,outlook.com 7,icloud.com 8,aol.com 5,"
    "comcast.net 3,att.net 2",
    "GB": "gmail.com 42,hotmail.co.uk 13,yahoo.co.uk 10,outlook.com 10,btinternet.com 8,"
    "icloud.com 9,hotmail.com 8",
    MAINLAND: "qq.com 48,163.com 25,126.com 10,sina.com 4,foxmail.com 5,outlook.com 4,gmail.com 4",
    HONG_KONG: "gmail.com 52,yahoo.com.hk 20,hotmail.com 14,outlook.com 6,icloud.com 4,"
    "netvigator.com 4",
    TAIWAN: "gmail.com 58,yahoo.com.tw 24,hotmail.com 9,msa.hinet.net 5,icloud.com 4",
}
_WORDS = tuple(row["word"] for row in rows("words"))
_LOCAL_PARTS = (
    "{first}.{last}",
    "{first}.{last}",
    "{first}{last}",
    "{first}{last}{birth:%y}",
    "{first:.1}{last}{number}",
    "{last}{first}",
    "{first}_{last}{number}",
    "{nick}{birth:%Y}",
    "{word}{other}{number}",
    "{first}{word}{number}",
    "{last}.{first:.1}{birth:%m%d}",
    "{standard}{birth:%y}",
)
_OLDER_THAN_MARRIAGE = 0.3
_NOT_LOCAL = re.compile(r"[^a-z0-9._]")


class UserNames:
    """Makes names for mailboxes and accounts and remembers which are taken."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._domains = {
            key: WeightedTable(
                (entry.rsplit(" ", 1)[0], float(entry.rsplit(" ", 1)[1]))
                for entry in listing.split(",")
            )
            for key, listing in _DOMAINS.items()
        }

    def email(self, rng: Random, name: Name, birth: date, home: tuple[str, str]) -> str:
        """A new address; home is the person's culture and country."""
        culture, country = home
        domain = self._domains[country if culture == WESTERN else culture].pick(rng)
        if domain == "qq.com" and rng.random() < 0.8:
            return self._claim(rng, str(rng.randrange(10**7, 4 * 10**9)), "@" + domain)
        return self._claim(rng, local_part(rng, name, birth), "@" + domain)

    def handle(self, rng: Random, wish: str, network: str) -> str:
        """A new account name on a network, as near to the wish as is free."""
        return self._claim(rng, wish, "#" + network)[: -len(network) - 1]

    def _claim(self, rng: Random, wish: str, ending: str) -> str:
        candidate = wish + ending
        while candidate in self._taken:
            wish += str(rng.randrange(10))
            candidate = wish + ending
        self._taken.add(candidate)
        return candidate


def local_part(rng: Random, name: Name, birth: date) -> str:
    """What stands before the at sign: names, birth years, nicknames, or a word and a number."""
    last = name.birth_last if rng.random() < _OLDER_THAN_MARRIAGE else name.last
    made = rng.choice(_LOCAL_PARTS).format(
        first=_plain(name.english or name.first),
        last=_plain(last),
        nick=_plain(rng.choice(nicknames().get(name.first, (name.first,)))),
        standard=_plain((name.standard_first or name.first) + (name.standard_last or name.last)),
        word=rng.choice(_WORDS),
        other=rng.choice(_WORDS),
        birth=birth,
        number=rng.randrange(10, 10 ** rng.randrange(2, 5)),
    )
    return made.strip("._") or f"user{rng.randrange(10**6)}"


def _plain(text: str) -> str:
    return _NOT_LOCAL.sub("", text.lower())
