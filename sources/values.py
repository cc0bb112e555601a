"""From delivered text to typed values, by the column's contract. Null where it can't be read.

Everything is SQL text: a select of it is one call into the JVM, where columns built of functions
were a dozen calls each.
"""

from __future__ import annotations

from sources.contract import ColumnContract

HAS_OFFSET = r"(?:Z|[+-]\d{2}:?\d{2})\z"
TRUE = ("y", "yes", "true", "t", "1")
FALSE = ("n", "no", "false", "f", "0")


def _filled(text: str) -> str:
    """The text without white space around it; null where nothing is left."""
    return f"nullif(trim({text}), '')"


def typed_sql(text: str, contract: ColumnContract, time_zone: str) -> str:
    """The value in its contract's type: times in UTC, decimals with four places."""
    value = _filled(text)
    if contract.type == "integer":
        return f"try_cast({value} as bigint)"
    if contract.type == "decimal":
        return f"try_cast({value} as decimal(18,4))"
    if contract.type == "boolean":
        return (
            f"case when {_is_one_of(value, TRUE)} then true"
            f" when {_is_one_of(value, FALSE)} then false end"
        )
    if contract.type == "date":
        return _first_that_reads(value, contract.formats, "date")
    if contract.type == "timestamp":
        return _instant(value, contract.formats, time_zone)
    return value


def quoted(text: str) -> str:
    """A literal of SQL."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _is_one_of(value: str, words: tuple[str, ...]) -> str:
    # Not lower(): its first call loads ICU's break iterators, a second of CPU in every run.
    pattern = rf"(?i)\A(?:{'|'.join(words)})\z"
    return f"{value} rlike {quoted(pattern)}"


def _first_that_reads(value: str, formats: tuple[str, ...], type_name: str) -> str:
    """The first format that fits; without formats, ISO 8601."""
    if not formats:
        return f"try_cast({value} as {type_name})"
    parsed = ", ".join(f"try_to_timestamp({value}, {quoted(each)})" for each in formats)
    return f"cast(coalesce({parsed}) as {type_name})"


def _instant(value: str, formats: tuple[str, ...], time_zone: str) -> str:
    """A time in UTC; the feed's own zone counts only where the text names no offset."""
    parsed = _first_that_reads(value, formats, "timestamp")
    if time_zone == "UTC":
        return parsed
    local = f"to_utc_timestamp({parsed}, {quoted(time_zone)})"
    return f"case when {value} rlike {quoted(HAS_OFFSET)} then {parsed} else {local} end"
