"""How a table's columns are documented: once, in code, beside their types.

The data dictionary in `docs/dictionary.md` is made from these objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

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

    def select(self, frame: DataFrame) -> DataFrame:
        """Exactly these columns, in this order, cast to these types."""
        return frame.select(
            *[F.col(field.name).cast(field.type).alias(field.name) for field in self.fields]
        )
