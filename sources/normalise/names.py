"""Person names in any order and script: given name, family name, and keys free of order.

`parse_name` takes one person's fields, `parsed` those of a batch of records.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa

from sources.normalise.chinese import (
    ChineseName,
    family_reading,
    given_reading,
    given_spellings,
    present,
    read_runs,
)
from sources.normalise.latin_name import (
    LatinName,
    also,
    read_beside,
    read_columns,
    read_family,
    read_given,
    read_latin,
)
from sources.normalise.name_keys import called, key, keys
from sources.normalise.name_text import NOTHING, NameText, clean, is_placeholder
from sources.normalise.nicknames import roots

_ARROW_TYPE = pa.struct(
    [
        ("given", pa.string()),
        ("family", pa.string()),
        ("key", pa.string()),
        ("keys", pa.list_(pa.string())),
        ("han", pa.string()),
        ("roots", pa.list_(pa.string())),
        ("script", pa.string()),
        ("suffix", pa.string()),
    ]
)


class ParsedName(NamedTuple):
    """`given` and `family` are lower-case ASCII words; `key` holds all of them, sorted.

    `keys` are the keys under which other spellings of the name are found, `key` first; `han` is
    the name in simplified characters, family name first; `roots` are the names that the given
    names stand for and the given names themselves, sorted; `script` is 'latin', 'han' or
    'mixed'; `suffix` is 'jr', 'sr', 'ii', 'iii' or 'iv'. Where there is no name all are None.
    """

    given: str | None = None
    family: str | None = None
    key: str | None = None
    keys: tuple[str, ...] | None = None
    han: str | None = None
    roots: tuple[str, ...] | None = None
    script: str | None = None
    suffix: str | None = None


_NO_NAME = ParsedName()
_NO_CHINESE = ChineseName()


@lru_cache(maxsize=65536)
def parse_name(given: str | None, family: str | None, full: str | None) -> ParsedName:
    """One person's name from a given-name, a family-name and a whole-name field.

    Any of them may be null and in any script. Two columns are believed; in one field the order
    is found. A record with an English first name, a surname and a Chinese name has the keys of
    all of them. Never raises.
    """
    # Of three fields one or two are null: not even asking saves a tenth.
    texts = (
        clean(given) if given else NOTHING,
        clean(family) if family else NOTHING,
        clean(full) if full else NOTHING,
    )
    if is_placeholder(texts):
        return _NO_NAME
    latin = _read_latin(*texts)
    if texts[0].written_out or texts[1].written_out or texts[2].written_out:
        written_out = (text._replace(latin=text.written_out or text.latin) for text in texts)
        latin = also(latin, _read_latin(*written_out))
    chinese = _read_chinese(*texts, has_latin_family=bool(latin.family))
    if not (latin.given or latin.family or chinese.given or chinese.family):
        return _NO_NAME
    given_words = latin.given or present(given_reading(chinese.given))
    family_words = latin.family or present(family_reading(chinese.family))
    own_key = key((*given_words, *family_words))
    if not own_key:
        return _NO_NAME
    aliases = _aliases(*texts)
    return ParsedName(
        " ".join(given_words) or None,
        " ".join(family_words) or None,
        own_key,
        keys(own_key, latin, chinese, aliases),
        chinese.family + chinese.given or None,
        _all_roots(latin.given, latin.chinese, chinese.given, aliases),
        _script(latin, chinese),
        latin.suffix,
    )


def parsed(given: pa.Array, family: pa.Array, full: pa.Array) -> pa.StructArray:
    """The fields of `ParsedName` for a batch of records; no struct is null, its fields may be."""
    rows = zip(given.to_pylist(), family.to_pylist(), full.to_pylist(), strict=True)
    names = [
        _NO_NAME if first is last is whole is None else parse_name(first, last, whole)
        for first, last, whole in rows
    ]
    columns = zip(*names, strict=True) if names else ([] for _ in _ARROW_TYPE)
    arrays = [
        pa.array(values, field.type) for values, field in zip(columns, _ARROW_TYPE, strict=True)
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(_ARROW_TYPE))


def _read_latin(given: NameText, family: NameText, full: NameText) -> LatinName:
    """The Latin name; columns before the whole-name field."""
    if given.latin and family.latin:
        return read_columns(given.latin, family.latin)
    if full.latin and not (given.latin or family.latin):
        return read_latin(full.latin)
    if full.latin and family.latin:
        return read_beside(family.latin, full.latin)
    if given.latin:
        return read_given(given.latin)
    return read_family(family.latin) if family.latin else LatinName()


def _read_chinese(
    given: NameText, family: NameText, full: NameText, *, has_latin_family: bool
) -> ChineseName:
    """The name in characters; the whole-name field before a single column."""
    if not (given.han or family.han or full.han):
        return _NO_CHINESE
    if given.han and family.han:
        return ChineseName("".join(family.han), "".join(given.han))
    if full.han:
        return read_runs(full.han)
    if given.han and has_latin_family:
        return ChineseName("", "".join(given.han))
    return read_runs(given.han or family.han)


def _aliases(given: NameText, family: NameText, full: NameText) -> tuple[str, ...]:
    """Names in brackets: 'Robert (Bob) Smith'."""
    if not (given.aliases or family.aliases or full.aliases):
        return ()
    found = (alias.lower() for text in (given, family, full) for alias in text.aliases)
    return tuple(alias for alias in found if alias.isascii() and alias.isalpha())


@lru_cache(maxsize=65536)
def _all_roots(
    given: tuple[str, ...], chinese: str, characters: str, aliases: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Roots of every given name: as written, its parts, names in brackets, Chinese spellings."""
    names = {*called(given, chinese), *aliases, *given_spellings(characters).all()}
    found = {root for name in names for root in roots(name)}
    return tuple(sorted(found | {" ".join(given)} if given else found)) or None


def _script(latin: LatinName, chinese: ChineseName) -> str:
    if not (chinese.given or chinese.family):
        return "latin"
    return "mixed" if latin.given or latin.family else "han"
