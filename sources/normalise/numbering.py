"""National numbering plans as regular expressions, taken from the phonenumbers library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import phonenumbers

COUNTRY_CODES = frozenset(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)

# What a number must be to count as valid, in the library's terms.
_NUMBER_TYPES = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
_SYNONYMS = {
    "UK": "GB",
    "GBR": "GB",
    "USA": "US",
    "CAN": "CA",
    "CHN": "CN",
    "PRC": "CN",
    "HKG": "HK",
    "TWN": "TW",
    "MAC": "MO",
}


@dataclass(frozen=True)
class Plan:
    """The numbers of one country code.

    `code` is the country code without '+', `trunk` what is dialled before a national number
    inside the country (empty where nothing is), `pattern` matches a national significant
    number of any region with this code, because callers reach Canada from the United States
    as they reach the next state. `is_plain` is false where the library rewrites numbers while
    parsing (Argentina, Brazil, Mexico): those cannot be decided by a pattern alone.
    """

    code: str
    region: str
    trunk: str
    pattern: str
    is_plain: bool

    @cached_property
    def _national(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.trunk})?({self.pattern})", re.ASCII)

    def international(self, digits: str) -> str | None:
        """E.164 of '+', this code, an erroneous trunk prefix or none, a number; else None."""
        return self._number(digits.removeprefix("+" + self.code))

    def national(self, digits: str) -> str | None:
        """E.164 of a trunk prefix or none and a number; else None."""
        return self._number(digits)

    def coded(self, digits: str) -> str | None:
        """E.164 of this code without '+', '011' before it or none, and a number; else None.

        '011' is no sure sign of an international number: Leeds is 0113.
        """
        prefix = re.match(rf"(?:011)?{self.code}", digits)
        return self._number(digits[prefix.end() :]) if prefix else None

    def _number(self, digits: str) -> str | None:
        found = self._national.fullmatch(digits)
        return f"+{self.code}{found.group(1)}" if found else None


def region_code(country: str | None) -> str | None:
    """Two-letter ISO code in upper case; 'UK' and three-letter codes of the big ones are known."""
    if country is None:
        return None
    upper = country.strip(" ").upper()
    return _SYNONYMS.get(upper, upper) or None


@lru_cache(maxsize=512)
def plan(region: str) -> Plan | None:
    """The plan of a two-letter region, or None for a region without telephones."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.country_code is None:
        return None
    code = metadata.country_code
    patterns: dict[str, None] = {}
    for neighbour in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        patterns.update(dict.fromkeys(_region_patterns(neighbour)))
    return Plan(
        code=str(code),
        region=region,
        trunk=metadata.national_prefix or "",
        pattern="|".join(patterns),
        is_plain=metadata.national_prefix_transform_rule is None,
    )


def country_code(international: str) -> str | None:
    """The country code at the start of digits that follow a '+', or None. Codes are prefix-free."""
    return next((international[:n] for n in (1, 2, 3) if international[:n] in COUNTRY_CODES), None)


def _region_patterns(region: str) -> list[str]:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if metadata is None:
        return []
    descriptions = (getattr(metadata, kind) for kind in _NUMBER_TYPES)
    return [
        description.national_number_pattern
        for description in descriptions
        if description is not None and description.national_number_pattern
    ]
