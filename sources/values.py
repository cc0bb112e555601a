"""From delivered text to typed values, by the column's contract. Null where it can't be read."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from sources.contract import ColumnContract

HAS_OFFSET = r"(?:Z|[+-]\d{2}:?\d{2})\z"
TRUE = ("y", "yes", "true", "t", "1")
FALSE = ("n", "no", "false", "f", "0")


def filled(text: Column) -> Column:
    """The text without white space around it; null where nothing is left."""
    return F.nullif(F.trim(text), F.lit(""))


def typed(text: Column, contract: ColumnContract, time_zone: str) -> Column:
    """The value in its contract's type: times in UTC, decimals with four places."""
    value = filled(text)
    if contract.type == "integer":
        return value.try_cast("bigint")
    if contract.type == "decimal":
        return value.try_cast("decimal(18,4)")
    if contract.type == "boolean":
        lower = F.lower(value)
        return F.when(lower.isin(*TRUE), F.lit(True)).when(lower.isin(*FALSE), F.lit(False))
    if contract.type == "date":
        return _first_that_reads(value, contract.formats, "date")
    if contract.type == "timestamp":
        return _instant(value, contract.formats, time_zone)
    return value


def _first_that_reads(value: Column, formats: tuple[str, ...], type_name: str) -> Column:
    """The first format that fits; without formats, ISO 8601."""
    if not formats:
        return value.try_cast(type_name)
    parsed = [F.try_to_timestamp(value, F.lit(pattern)) for pattern in formats]
    return F.coalesce(*parsed).cast(type_name)


def _instant(value: Column, formats: tuple[str, ...], time_zone: str) -> Column:
    """A time in UTC; the feed's own zone counts only where the text names no offset."""
    parsed = _first_that_reads(value, formats, "timestamp")
    if time_zone == "UTC":
        return parsed
    local = F.to_utc_timestamp(parsed, F.lit(time_zone))
    return F.when(value.rlike(HAS_OFFSET), parsed).otherwise(local)
