"""Folding of text: widths, invisible characters, spaces, accents, Chinese variants.

`fold`, `fold_accents` and `simplify` are pure Python; `folded`, `without_accents` and
`simplified` are their Column twins. Both sides are built from the same tables, so they agree
on every string.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from importlib import resources

from pyspark.sql import Column
from pyspark.sql import functions as F

# Blocks whose characters are styled or wide copies of plain ones: non-ASCII spaces, letterlike
# symbols, compatibility ideographs, full-width forms, and the mathematical alphabets that
# people use for fancy display names.
_STYLED_BLOCKS = (
    (0x00A0, 0x00A1),
    (0x2000, 0x206F),
    (0x2100, 0x214F),
    (0x3000, 0x3000),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
    (0x1D400, 0x1D7FF),
    (0x2F800, 0x2FA1F),
)
_QUOTES = dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u00b4\u0060\u2032\uff07", "'")
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-")
_STROKED = {
    "\u00f8": "o",
    "\u00d8": "O",
    "\u0111": "d",
    "\u0110": "D",
    "\u0142": "l",
    "\u0141": "L",
    "\u0131": "i",
    "\u00f0": "d",
    "\u00d0": "D",
    "\u0127": "h",
    "\u0126": "H",
    "\u0167": "t",
    "\u0166": "T",
}
_EXPANDED = {
    "\u00df": "ss",
    "\u1e9e": "SS",
    "\u00e6": "ae",
    "\u00c6": "AE",
    "\u0153": "oe",
    "\u0152": "OE",
    "\u00fe": "th",
    "\u00de": "Th",
}
_NOT_ASCII = r"[^\x00-\x7f]"
_NOT_PLAIN_ASCII = r"[^\x20-\x7e]|\x60|  "


def _folding_table() -> dict[str, str]:
    """Character to its plain form; the empty string means that the character is dropped."""
    table: dict[str, str] = {}
    for point in (*range(0x10000), *range(0xE0000, 0xE0080)):
        character = chr(point)
        category = unicodedata.category(character)
        if category in ("Cc", "Zs", "Zl", "Zp"):
            table[character] = " "
        elif category == "Cf":
            table[character] = ""
        elif category == "Nd" and not character.isascii():
            table[character] = str(unicodedata.digit(character))
    for first, last in _STYLED_BLOCKS:
        for point in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(point))
            if len(plain) == 1 and plain != chr(point):
                table.setdefault(chr(point), plain)
    table.update(_QUOTES)
    table.update(_DASHES)
    del table[" "]
    return table


def _accent_table() -> dict[str, str]:
    """Accented Latin letter to its ASCII letter; combining marks are dropped."""
    table = dict(_STROKED)
    for point in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(point))[0]
        if base.isascii() and base.isalpha():
            table[chr(point)] = base
    table.update({chr(point): "" for point in range(0x0300, 0x0370)})
    for character in _EXPANDED:
        table.pop(character, None)
    return table


@lru_cache(maxsize=1)
def _simplified_table() -> dict[str, str]:
    """Traditional to simplified character, from OpenCC's character dictionary."""
    listing = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt")
    table: dict[str, str] = {}
    for line in listing.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified_forms = line.partition("\t")
        if simplified_forms:
            table[traditional] = simplified_forms.split(" ")[0]
    # A name's 乾 is the male principle (qian), hardly ever 'dry' (gan), the dictionary's choice.
    table.pop("乾", None)
    return {before: after for before, after in table.items() if before != after}


_FOLDING = _folding_table()
_ACCENTS = _accent_table()
_PYTHON_FOLDING = str.maketrans(_FOLDING)
_PYTHON_ACCENTS = str.maketrans({**_ACCENTS, **_EXPANDED})


def fold(text: str) -> str:
    """Plain widths, quotes and dashes, no invisible characters, single inner spaces, trimmed."""
    return " ".join(text.translate(_PYTHON_FOLDING).split())


def fold_accents(text: str) -> str:
    """Latin letters without accents; other scripts stay as they are."""
    return text if text.isascii() else text.translate(_PYTHON_ACCENTS)


def simplify(text: str) -> str:
    """Chinese characters in their simplified forms, character by character.

    Names are not phrases, so OpenCC's phrase rules are left out on purpose.
    """
    return text if text.isascii() else text.translate(_python_simplified())


@lru_cache(maxsize=1)
def _python_simplified() -> dict[int, str]:
    return str.maketrans(_simplified_table())


def folded(value: Column) -> Column:
    """Column twin of `fold`."""
    return bound(
        value,
        lambda raw: F.when(
            raw.rlike(_NOT_PLAIN_ASCII),
            F.trim(F.regexp_replace(_translated(raw, _FOLDING), " +", " ")),
        ).otherwise(F.trim(raw)),
    )


def without_accents(value: Column) -> Column:
    """Column twin of `fold_accents`."""

    def plain(raw: Column) -> Column:
        changed = _translated(raw, _ACCENTS)
        for character, letters in _EXPANDED.items():
            changed = F.replace(changed, F.lit(character), F.lit(letters))
        return F.when(raw.rlike(_NOT_ASCII), changed).otherwise(raw)

    return bound(value, plain)


def simplified(value: Column) -> Column:
    """Column twin of `simplify`."""
    return bound(
        value,
        lambda raw: F.when(raw.rlike(_NOT_ASCII), _translated(raw, _simplified_table())).otherwise(
            raw
        ),
    )


def bound(value: Column, use: Callable[[Column], Column]) -> Column:
    """`use(value)` with the value computed once per row, however often `use` mentions it.

    Column expressions have no variables: a value that is mentioned twice is a tree that is
    copied twice, and a few steps of that passed Java's limit of 64 KB per method.
    """
    return F.get(F.transform(F.array(value), use), 0)


def _translated(value: Column, table: dict[str, str]) -> Column:
    """Spark's translate drops the characters that have no counterpart, so they come last."""
    kept = {before: after for before, after in table.items() if after}
    dropped = "".join(before for before, after in table.items() if not after)
    return F.translate(value, "".join(kept) + dropped, "".join(kept.values()))
