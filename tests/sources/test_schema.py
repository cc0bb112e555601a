"""Arrow schemas are those that Spark itself would give, though no JVM is asked for them."""

from __future__ import annotations

from typing import cast

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from pipelines.tables import DOCUMENTED
from sources.schema import TableSchema, arrow_type

NESTED = (
    "map<string, int>",
    "array<array<string>>",
    "struct<a string, b array<struct<c bigint, d map<string, double>>>>",
    "map<string, struct<granted boolean, at timestamp, day date>>",
    "decimal(12, 2)",
    "array<decimal(38,0)>",
)


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("table", DOCUMENTED, ids=lambda table: table.name)
def test_the_arrow_schema_of_a_table_is_spark_s_own(table: TableSchema) -> None:
    assert table.arrow == to_arrow_schema(table.struct)


@pytest.mark.parametrize("ddl", NESTED)
def test_nested_types_are_spark_s_own(ddl: str, spark: SparkSession) -> None:
    struct = cast("StructType", StructType.fromDDL(f"column {ddl}"))
    assert pa.schema([pa.field("column", arrow_type(ddl))]) == to_arrow_schema(struct)
