"""How a table's columns are documented: once, in code, beside their types.

The data dictionary in `docs/dictionary.md` is made from these objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType


@dataclass(frozen=True)
class Field:
    """A column: its name, its type as Spark DDL, what it is for, and whether it is personal."""

    name: str
    type: str
    about: str
    personal: bool = False
    required: bool = False


_ARROW = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


def arrow_type(ddl: str) -> pa.DataType:
    """The Arrow type of Spark's DDL, as Spark itself gives it; Spark needs a JVM to say so."""
    ddl = ddl.strip()
    if ddl in _ARROW:
        return _ARROW[ddl]
    decimal = re.fullmatch(r"decimal\((\d+), *(\d+)\)", ddl)
    if decimal:
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    kind, _, rest = ddl.partition("<")
    inner = rest[:-1]
    if kind == "array":
        return pa.list_(pa.field("element", arrow_type(inner)))
    if kind == "map":
        key, value = _parts(inner)
        return pa.map_(arrow_type(key), arrow_type(value))
    named = (part.strip().split(" ", 1) for part in _parts(inner))
    return pa.struct([pa.field(name, arrow_type(of)) for name, of in named])


def _parts(ddl: str) -> list[str]:
    """Between commas that are in no brackets."""
    parts, depth = [""], 0
    for letter in ddl:
        depth += {"<": 1, "(": 1, ">": -1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


@dataclass(frozen=True)
class TableSchema:
    """A table: `name` is what analysts type, `grain` says what one row stands for."""

    name: str
    grain: str
    about: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> list[str]:
        return [field.name for field in self.fields]

    @property
    def struct(self) -> StructType:
        """The schema as Spark knows it; every column nullable, since Delta tables grow."""
        columns = ", ".join(f"`{field.name}` {field.type}" for field in self.fields)
        return cast("StructType", StructType.fromDDL(columns))

    @property
    def arrow(self) -> pa.Schema:
        """The columns of the table's files."""
        return pa.schema([pa.field(field.name, arrow_type(field.type)) for field in self.fields])

    def select(self, frame: DataFrame) -> DataFrame:
        """Exactly these columns, in this order, cast to these types."""
        return frame.select(
            *[F.col(field.name).cast(field.type).alias(field.name) for field in self.fields]
        )
