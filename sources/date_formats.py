"""Spark's date formats as regular expressions: which letters a contract may use."""

from __future__ import annotations

import re

_LETTERS = {
    "yyyy": r"(?P<year>\d{4})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "dd": r"(?P<day>\d{2})",
    "d": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{2})",
    "H": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2})",
    "XXX": r"(Z|[+-](?P<offset>\d{2}):[0-5]\d)",
}


class FormatError(ValueError):
    """A date format uses letters that we do not check."""


def format_pattern(format_: str) -> re.Pattern[str]:
    """The regular expression of a Spark date format; `FormatError` for letters not known here."""
    parts = re.findall(r"'([^']*)'|(([A-Za-z])\3*)|([^A-Za-z'])", format_)
    pattern = ""
    for quoted, letters, letter, other in parts:
        if letter == "S":
            pattern += rf"\d{{{len(letters)}}}"
        elif letters and letters not in _LETTERS:
            raise FormatError(
                f"format '{format_}' uses '{letters}'; known are {', '.join(_LETTERS)} and S"
            )
        else:
            pattern += _LETTERS[letters] if letters else re.escape(other or quoted)
    return re.compile(pattern, re.ASCII)
