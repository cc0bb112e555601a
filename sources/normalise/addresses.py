"""Postal addresses: postcodes, street lines, cities. Native Column functions only."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from sources.normalise.data import read_rows
from sources.normalise.numbering import region_code_column
from sources.normalise.placeholders import to_null
from sources.normalise.text import bound, folded, simplified, without_accents

# Outward code, inward code. The shape and not the register of districts: a mistyped district
# still agrees with itself, and new ones are opened.
_BRITISH = r"\A([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})\z"
_HAS_NO_POSTCODES = ("HK", "MO")
_ONE_REPEATED = r"\A([0-9A-Z])\1*\z"
_CITY_NOISE = r"\A(?:city of|town of|greater) | (?:city|town|municipality|shi)\z"


def postcode(raw: Column, country: Column) -> Column:
    """The postcode in its country's form, or null where it cannot be one.

    GB 'SW1A 1AA', US five digits, CN six, TW three, five or six, HK none (null); other known
    countries and no country: upper-case letters and digits, without spaces. A British code
    has such a shape of its own that it is written the British way where no country is given,
    so that a till's record and a CRM record agree. Applying it twice changes nothing.
    """
    compact = F.regexp_replace(F.upper(folded(to_null(raw))), "[^0-9A-Z]", "")
    return bound(
        compact,
        lambda code: F.when(
            ~code.rlike(_ONE_REPEATED),
            bound(region_code_column(country), lambda region: _in_form(code, region)),
        ),
    )


def line(raw: Column) -> Column:
    """A street line in lower case, simplified characters and short forms; null where empty.

    'Flat 3, 12 Saint John's Road' and 'Apt 3 12 St. Johns Rd' become the same text.
    Applying it twice changes nothing.
    """
    return _joined(_tokens(raw))


def line_key(raw: Column) -> Column:
    """The line's numbers and street words, sorted, each once, without unit words.

    Free of order and of how a flat is called: '12 Saint John's Road, Flat 3' has the key of
    'Apt 3, 12 St Johns Rd'. Null where nothing is left.
    """
    units = [row[1] for row in read_rows("address_words.csv") if row[0] == "unit"]
    kept = F.filter(_tokens(raw), lambda token: ~token.isin(*units))
    bare = F.transform(kept, lambda token: F.regexp_replace(token, r"\A0+(?=[0-9])", ""))
    return _joined(F.array_sort(F.array_distinct(bare)))


def city(raw: Column) -> Column:
    """A city's name in lower case without accents, punctuation, or the word 'city' (市)."""
    name = F.regexp_replace(_joined(_words(raw)), _CITY_NOISE, "")
    return F.nullif(F.regexp_replace(name, r"\A(\p{IsHan}{2,})[市县]\z", "$1"), F.lit(""))


def _in_form(compact: Column, region: Column) -> Column:
    british = F.when(compact.rlike(_BRITISH), F.regexp_replace(compact, _BRITISH, "$1 $2"))
    plain = F.when(compact.rlike(r"\A(?=.*[0-9])[0-9A-Z]{3,10}\z"), compact)
    return (
        F.when(region == "GB", british)
        .when(region == "US", _american(compact))
        .when(region == "CN", F.when(compact.rlike(r"\A[0-9]{6}\z"), compact))
        .when(region == "TW", F.when(compact.rlike(r"\A(?:[0-9]{3}|[0-9]{5,6})\z"), compact))
        .when(region.isin(*_HAS_NO_POSTCODES), F.lit(None).cast("string"))
        .when(region.isNull(), F.coalesce(british, plain))
        .otherwise(plain)
    )


def _american(compact: Column) -> Column:
    """Five digits of five or nine; a spreadsheet drops a leading zero, so four get it back."""
    five = F.substring(F.lpad(compact, 5, "0"), 1, 5)
    return F.when(compact.rlike(r"\A(?:[0-9]{4,5}|[0-9]{9})\z"), five)


def _words(raw: Column) -> Column:
    """Lower-case words without punctuation; Chinese text and digits are parted."""
    text = F.lower(without_accents(simplified(folded(to_null(raw)))))
    text = F.regexp_replace(text, "'", "")
    text = F.regexp_replace(text, r"[^\p{L}\p{N}]+", " ")
    text = F.regexp_replace(text, r"(?<=[0-9])(?=\p{IsHan})|(?<=\p{IsHan})(?=[0-9])", " ")
    return F.filter(F.split(text, " "), lambda word: word != "")


def _tokens(raw: Column) -> Column:
    """Words in their short forms."""
    pairs = [row[1:3] for row in read_rows("address_words.csv") if row[0] == "short"]
    short_forms = F.create_map(*(F.lit(word) for pair in pairs for word in pair))
    shortened = F.transform(_words(raw), lambda word: F.coalesce(short_forms[word], word))
    return F.filter(shortened, lambda word: word != "")


def _joined(words: Column) -> Column:
    return F.nullif(F.array_join(words, " "), F.lit(""))
