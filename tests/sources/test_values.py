"""Delivered text in the contract's types."""

from __future__ import annotations

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from sources.contract import ColumnContract
from sources.values import typed
from tests.sources.normalise.cases import read_cases

CASES = read_cases("values")


def test_table_of_cases(spark: SparkSession) -> None:
    values = [
        typed(
            F.lit(case["text"]),
            ColumnContract(type=case["type"], formats=tuple(case.get("formats", ()))),
            case.get("zone", "UTC"),
        )
        for case in CASES
    ]
    # Literals would be folded when the query is planned; a column is read as in a run.
    frame = spark.createDataFrame([("x",)], "nothing string")
    row = frame.select(*[value.cast("string").alias(str(n)) for n, value in enumerate(values)])
    found = row.collect()[0]
    assert [
        (case["text"], case["type"], value) for case, value in zip(CASES, found, strict=True)
    ] == [(case["text"], case["type"], case["value"]) for case in CASES]


def test_types_of_the_results(spark: SparkSession) -> None:
    types = {
        "string": "string", "integer": "bigint", "decimal": "decimal(18,4)", "date": "date",
        "timestamp": "timestamp", "boolean": "boolean",
    }  # fmt: skip
    frame = spark.createDataFrame([("x",)], "text string").select(
        *[typed(F.col("text"), ColumnContract(type=name), "UTC").alias(name) for name in types]  # type: ignore[arg-type]
    )
    assert dict(frame.dtypes) == types
