"""Delivered text in the contract's types."""

from __future__ import annotations

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from sources.contract import ColumnContract
from sources.values import typed_sql
from tests.sources.normalise.cases import read_cases

CASES = read_cases("values")


def kind(case: dict) -> tuple[str, tuple[str, ...], str]:
    return case["type"], tuple(case.get("formats", ())), case.get("zone", "UTC")


def test_table_of_cases(spark: SparkSession) -> None:
    kinds = list(dict.fromkeys(map(kind, CASES)))
    texts = spark.createDataFrame([(case["text"],) for case in CASES], "text string").coalesce(1)
    values = [
        F.expr(typed_sql("text", ColumnContract(type=name, formats=formats), zone))  # type: ignore[arg-type]
        for name, formats, zone in kinds
    ]
    found = texts.select(*[value.cast("string") for value in values]).collect()
    assert [
        (case["text"], *kind(case), row[kinds.index(kind(case))])
        for case, row in zip(CASES, found, strict=True)
    ] == [(case["text"], *kind(case), case["value"]) for case in CASES]


def test_types_of_the_results(spark: SparkSession) -> None:
    types = {
        "string": "string", "integer": "bigint", "decimal": "decimal(18,4)", "date": "date",
        "timestamp": "timestamp", "boolean": "boolean",
    }  # fmt: skip
    frame = spark.createDataFrame([("x",)], "text string").select(
        *[F.expr(typed_sql("text", ColumnContract(type=name), "UTC")).alias(name) for name in types]  # type: ignore[arg-type]
    )
    assert dict(frame.dtypes) == types
