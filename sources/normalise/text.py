"""Folding of text: widths, invisible characters, spaces, accents, Chinese variants. Pure Python."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import resources

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


# As German, Danish and Swedish write these letters where there are none.
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)


# These letters, and the marks by which they are written in two characters.
_DOTTED = frozenset(map(chr, _WRITTEN_OUT)) | {"\u0308", "\u030a"}
# Other forms of characters, as identity cards, old type and Japanese keyboards write them.
_OTHER_FORMS = dict(
    zip("衞靑淸姸頴髙珎煕熈栢逹呉徳彊卽兪喩", "卫青清妍颖高珍熙熙柏达吴德强即俞喻", strict=True)
)


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
    table.update(_OTHER_FORMS)
    return {before: after for before, after in table.items() if before != after}


_FOLDING = str.maketrans(_folding_table())
_ACCENTS = str.maketrans({**_accent_table(), **_EXPANDED})


def fold(text: str) -> str:
    """Plain widths, quotes and dashes, no invisible characters, single inner spaces, trimmed."""
    return " ".join(text.translate(_FOLDING).split())


def fold_accents(text: str) -> str:
    """Latin letters without accents; other scripts stay as they are."""
    return text if text.isascii() else text.translate(_ACCENTS)


def write_out(text: str) -> str:
    """Latin text with ä as ae and ø as oe, where other people leave the dots or the stroke out."""
    if _DOTTED.isdisjoint(text):
        return text
    return unicodedata.normalize("NFC", text).translate(_WRITTEN_OUT)


def simplify(text: str) -> str:
    """Chinese characters in their simplified forms, character by character.

    Names are not phrases, so OpenCC's phrase rules are left out on purpose.
    """
    return text if text.isascii() else text.translate(_simplified())


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    return str.maketrans(_simplified_table())
