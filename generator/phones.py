"""Telephone numbers: allotted without repetition, written in many ways."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from generator.identifiers import identifiers
from generator.people import Phone
from generator.tables import rows

CALLING_CODE = {"US": "1", "GB": "44", "CN": "86", "HK": "852", "TW": "886"}
# National digits of a mobile number; its first ones are in data/mobile_prefixes.csv.
_MOBILE_LENGTHS = {"GB": 10, "CN": 11, "HK": 8, "TW": 9}
_TRUNK_ZERO = {"GB", "TW"}
_CUTS = {"US": (3, 6), "GB": (4,), "CN": (3, 7), "HK": (4,), "TW": (3, 6)}
_BARE_WAYS = (
    "+{code} {spaced}", "00{code} {national}", "{national}", "{dashed}", "{spaced}", "{national}"
)  # fmt: skip
_TRUNK_WAYS = (
    "+{code} {spaced}", "00{code} {national}", "0{national}", "0{dashed}", "0{spaced}",
    "+{code} (0){spaced}",
)  # fmt: skip
_AMERICAN_WAYS = (
    "+1 {spaced}", "1-{dashed}", "{national}", "{dashed}", "{spaced}", "({area}) {exchange}-{line}"
)  # fmt: skip
_AMERICAN_EXCHANGES = [
    f"{number}" for number in range(220, 990) if number % 100 != 11 and number not in (555, 958)
]


class PhoneBook:
    """Hands out numbers, each once; mobile numbers do not tell where their owner lives."""

    def __init__(self, seed: int) -> None:
        american = sorted(
            {
                code
                for row in rows("places")
                if row["country"] == "US"
                for code in row["area_codes"].split()
            }
        )
        prefixes = [code + exchange for code in american for exchange in _AMERICAN_EXCHANGES]
        self._mobiles: dict[str, Iterator[str]] = {"US": _numbers(prefixes, 4, f"{seed}/US")}
        for country, length in _MOBILE_LENGTHS.items():
            stems = [row["prefix"] for row in rows("mobile_prefixes") if row["country"] == country]
            digits = length - len(stems[0])
            self._mobiles[country] = _numbers(stems, digits, f"{seed}/{country}")

    def mobile(self, country: str) -> Phone:
        """A number that nobody has yet."""
        return Phone(country, next(self._mobiles[country]))

    def landline(self, rng: Random, country: str, area: str) -> Phone:
        """A number at a household's place; two households may by chance draw the same."""
        if country == "US":
            return self.mobile("US")
        if country == "HK":
            return Phone("HK", f"{rng.choice((22, 23, 24, 25, 26, 27, 28, 29, 31, 34, 35))}"
                         f"{rng.randrange(10**6):06d}", False)  # fmt: skip
        if country == "TW":
            return Phone("TW", f"{area}{rng.randrange(2, 9)}{_rest(rng, 8 - len(area))}", False)
        if country == "CN":
            length = 7 if len(area) == 2 else 6
            return Phone("CN", f"{area}{rng.randrange(2, 9)}{_rest(rng, length)}", False)
        start = {"20": "7", "23": "80", "24": "76", "28": "90", "29": "20"}.get(area, "")
        start = start or str(rng.randrange(2, 9))
        return Phone("GB", area + start + _rest(rng, 10 - len(area) - len(start)), False)


def _rest(rng: Random, length: int) -> str:
    return f"{rng.randrange(10**length):0{length}d}"


def _numbers(prefixes: list[str], digits: int, key: str) -> Iterator[str]:
    for number in identifiers(len(prefixes) * 10**digits, f"phone/{key}"):
        prefix, rest = divmod(number, 10**digits)
        yield f"{prefixes[prefix]}{rest:0{digits}d}"


def international(phone: Phone) -> str:
    """E.164: a plus sign, the country's code and the national digits."""
    return f"+{CALLING_CODE[phone.country]}{phone.national}"


def as_typed(rng: Random, phone: Phone) -> str:
    """The number in one of the ways in which people of its country type it."""
    national, code = phone.national, CALLING_CODE[phone.country]
    trunk = "0" if phone.country in _TRUNK_ZERO or not _is_bare(phone) else ""
    ways = _AMERICAN_WAYS if phone.country == "US" else _TRUNK_WAYS if trunk else _BARE_WAYS
    return rng.choice(ways).format(
        code=code,
        national=national,
        spaced=_grouped(phone, " "),
        dashed=_grouped(phone, "-"),
        area=national[:3],
        exchange=national[3:6],
        line=national[6:],
    )


def _is_bare(phone: Phone) -> bool:
    """Whether the number is dialled at home without a leading zero."""
    return phone.mobile or phone.country in ("US", "HK")


def _grouped(phone: Phone, mark: str) -> str:
    national = phone.national
    cuts = [0, *_CUTS[phone.country], len(national)]
    return mark.join(national[start:end] for start, end in pairwise(cuts))
