"""One line of a JSON-lines file as the text of its contract columns.

Numbers keep the digits they came with (1.10 stays 1.10), and a key that stands twice in one object
is a broken row, since nobody can say which of the two was meant.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from sources.contract import FileContract

MOST_LEVELS = 100
"""Of nesting. Python's own limit depends on who calls, so the same line could be fine elsewhere."""


class JsonValues(NamedTuple):
    """Contract columns as text, what the contract does not know by its path, and what is wrong."""

    values: list[str | None] | None
    unmapped: dict[str, str | None] | None = None
    problem: str | None = None


class _Number(str):
    """A number's digits as they came."""

    __slots__ = ()


class _BrokenError(ValueError):
    """The line is no JSON that we take."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _BrokenError("a key stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise _BrokenError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_Number,
    parse_float=_Number,
    parse_constant=_no_constant,
)


class JsonReader:
    """Reads lines of one kind of file."""

    def __init__(self, contract: FileContract) -> None:
        self._width = len(contract.columns)
        # Branches are dictionaries, leaves the places of the columns that they fill.
        self._tree: dict[str, Any] = {}
        for place, (name, column) in enumerate(contract.columns.items()):
            *branches, leaf = (column.path or name).split(".")
            tree = self._tree
            for branch in branches:
                tree = tree.setdefault(branch, {})
            tree.setdefault(leaf, []).append(place)

    def read(self, line: str) -> JsonValues:
        """The line's values; `problem` where it is not one complete JSON object."""
        values: list[str | None] = [None] * self._width
        unmapped: dict[str, str | None] = {}
        try:
            row = _DECODER.decode(line)
            if not isinstance(row, dict):
                return JsonValues(None, None, "broken_json")
            if line.count("{") + line.count("[") > MOST_LEVELS:
                _refuse_depth(row)
            _fill(row, self._tree, values, unmapped, "")
        except (ValueError, RecursionError):
            return JsonValues(None, None, "broken_json")
        if "\\u" in line:
            problem = _not_storable([*values, *unmapped, *unmapped.values()])
            if problem:
                return JsonValues(None, None, problem)
        return JsonValues(values, unmapped or None)


def _refuse_depth(row: dict[str, Any]) -> None:
    level: list[Any] = [row]
    for _ in range(MOST_LEVELS):
        values = [one.values() if isinstance(one, dict) else one for one in level]
        level = [below for each in values for below in each if isinstance(below, dict | list)]
    if level:
        raise _BrokenError("nested too deep")


def _fill(
    row: dict[str, Any],
    tree: dict[str, Any],
    values: list[str | None],
    unmapped: dict[str, str | None],
    prefix: str,
) -> None:
    """Put each value where its column stands, and what no path reaches under its own path."""
    for key, value in row.items():
        below = tree.get(key)
        if below is None:
            unmapped[prefix + key] = _text(value)
        elif value is None:
            continue
        elif type(below) is list:
            text = value if type(value) is str else _text(value)
            for place in below:
                values[place] = text
        elif type(value) is dict:
            _fill(value, below, values, unmapped, f"{prefix}{key}.")
        else:
            raise _BrokenError("a value where an object belongs")


def _text(value: Any) -> str | None:
    """A string or number as it came, anything else as JSON writes it; null stays null."""
    if value is None or isinstance(value, str):
        return value
    if value is True or value is False:
        return "true" if value else "false"
    return _json(value)


def _json(value: Any) -> str:
    """Compact JSON; `json.dumps` would put the digits that we kept in quotation marks."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(key)}:{_json(below)}" for key, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json(below) for below in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _not_storable(texts: list[str | None]) -> str | None:
    """A reason code where escapes made characters that no table takes."""
    joined = "".join(text for text in texts if text)
    if "\0" in joined:
        return "nul_byte"
    try:
        joined.encode()
    except UnicodeEncodeError:
        return "bad_encoding"
    return None
