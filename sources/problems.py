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
    "broken_json": "Send one complete JSON object a line, each key once, as the contract nests it.",
    "missing_value": "Fill the column; the contract requires it.",
    "unreadable_value": "Write the value in the type and format that the contract names.",
    "future_value": "Correct the time; it lies in the future.",
    # whole files
    "empty_file": "Send at least a header.",
    "no_header": "Begin the file with the header that the contract names.",
    "missing_column": "Send the column, or change the contract if it no longer exists.",
    "repeated_column": "Name each column once in the header.",
    "truncated_gzip": "Send the file again; it ends in the middle.",
    "damaged_gzip": "Send the file again; its content was damaged on the way.",
    "withdrawn": "Nothing; 'scv quarantine replay FILE' takes the file in again.",
    "not_gzip": "Send a gzip file, or drop the ending .gz.",
    "lone_carriage_return": "End lines with LF or CRLF, not with CR alone.",
    "changed_while_read": "Nothing; the next run takes it. Rename files when they are complete.",
    "unreadable_file": "Let the account of the run read the file, and the folders above it.",
    "link": "Deliver the file itself; links are not followed.",
    "not_a_file": "Deliver a file; what lies under its name is a folder or a device.",
    "bad_file_name": "Name the file in UTF-8.",
    "not_a_day": "Rename the folder to the day of delivery, YYYY-MM-DD.",
    "future_day": "Rename the folder to the day of delivery; it lies ahead.",
}


def remedy(code: str) -> str:
    """The sentence for a reason code; `KeyError` for a code that nobody declared."""
    return REMEDIES[code]
