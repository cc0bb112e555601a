"""Reading the tables of cases, and running Column functions on plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

_FOLDER = Path(__file__).parents[2] / "cases"


def read_cases(name: str) -> Any:
    """The content of tests/cases/<name>.yml."""
    return yaml.safe_load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def apply(
    spark: SparkSession,
    function: Callable[..., Column],
    *arguments: Sequence[str | None],
) -> list[Any]:
    """What a function of text columns gives for each row of values, in their order."""
    names = [f"argument_{position}" for position in range(len(arguments))]
    schema = ", ".join(["position int", *(f"{name} string" for name in names)])
    rows = [(position, *values) for position, values in enumerate(zip(*arguments, strict=True))]
    frame = spark.createDataFrame(rows, schema)
    result = frame.select("position", function(*map(F.col, names)).alias("result"))
    return [row["result"] for row in result.orderBy("position").collect()]
