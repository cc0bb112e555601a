"""Why a row or a file was set aside, and what its sender can do about it.

The codes are an interface: `quarantine.*` tables and their readers use them.
"""

from __future__ import annotations

REMEDIES: dict[str, str] = {
    # rows
    "wrong_field_count": "Send as many fields as the header has; quote fields that hold commas.",
    "unclosed_quote": "Close the quotation mark, or double it inside a quoted field.",
    "bad_quoting": "Quote a field as a whole and double quotation marks inside it.",
    "bad_encoding": "Send the file as UTF-8.",
    "nul_byte": "Remove NUL bytes from the export.",
    "row_too_long": "A row holds over 1 MB; look for a missing line end.",
    "broken_json": "Send one complete JSON object a line.",
    "missing_value": "Fill the column; the contract requires it.",
    "unreadable_value": "Write the value in the type and format that the contract names.",
    # whole files
    "empty_file": "Send at least a header.",
    "no_header": "Begin the file with the header that the contract names.",
    "missing_column": "Send the column, or change the contract if it no longer exists.",
    "repeated_column": "Name each column once in the header.",
    "truncated_gzip": "Send the file again; it ends in the middle.",
    "damaged_gzip": "Send the file again; its content was damaged on the way.",
    "withdrawn": "Nothing; 'scv quarantine replay FILE' takes the file in again.",
    "not_gzip": "Send a gzip file, or drop the ending .gz.",
}


def remedy(code: str) -> str:
    """The sentence for a reason code; `KeyError` for a code that nobody declared."""
    return REMEDIES[code]
