"""What the door calls readable, Spark reads: over tables of cases and random texts."""

from __future__ import annotations

import random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from sources.contract import ColumnContract
from sources.readable import reader
from sources.values import typed_sql

CASES = [
    ("integer", (), "12", True),
    ("integer", (), "-7", True),
    ("integer", (), "12.7", False),
    ("integer", (), "1e3", False),
    ("integer", (), "99999999999999999999", False),
    ("integer", (), "１２", False),
    ("decimal", (), "12.50", True),
    ("decimal", (), ".5", True),
    ("decimal", (), "1e308", False),
    ("decimal", (), "NaN", False),
    ("decimal", (), "1_000", False),
    ("decimal", (), "1,50", False),
    ("boolean", (), "Y", True),
    ("boolean", (), "perhaps", False),
    ("date", (), "2024-02-29", True),
    ("date", (), "2023-02-29", False),
    ("date", (), "2024-2-9", True),
    ("date", (), "2024-13-01", False),
    ("date", (), "noon", False),
    ("date", ("dd/MM/yyyy",), "29/02/2024", True),
    ("date", ("dd/MM/yyyy",), "29/02/2023", False),
    ("date", ("dd/MM/yyyy",), "9/2/2024", False),
    ("date", ("dd/MM/yyyy", "yyyy-MM-dd"), "2024-02-09", True),
    ("timestamp", (), "2026-01-05T10:00:00Z", True),
    ("timestamp", (), "2026-01-05 10:00:00.123456+08:00", True),
    ("timestamp", (), "2026-01-05", True),
    ("timestamp", (), "2026-01-31T23:59", True),
    ("timestamp", (), "2026-01-05T24:00:00Z", False),
    ("timestamp", (), "2026-01-05T10:60:00Z", False),
    ("timestamp", (), "2026-01-05T10:00:00+19:00", False),
    ("timestamp", (), "2026-01-05 10:00:00 Europe/London", True),
    ("timestamp", (), "2026-01-05 10:00:00 Europe/Londres", False),
    ("timestamp", ("yyyyMMdd'T'HHmmss",), "20260105T100000", True),
    ("timestamp", ("yyyyMMdd'T'HHmmss",), "20260132T100000", False),
    ("timestamp", ("yyyy-MM-dd HH:mm:ss.SSSXXX",), "2026-01-05 10:00:00.123+08:00", True),
]


@pytest.mark.parametrize(("kind", "formats", "text", "expected"), CASES)
def test_table_of_cases(kind: str, formats: tuple[str, ...], text: str, expected: bool) -> None:
    assert reader(ColumnContract(type=kind, formats=formats))(text) is expected  # type: ignore[arg-type]


def spark_reads(spark: SparkSession, column: ColumnContract, texts: list[str]) -> list[bool]:
    frame = spark.createDataFrame([(text,) for text in texts], "text string").coalesce(1)
    read = frame.select(F.expr(typed_sql("text", column, "UTC")).isNotNull().alias("read"))
    return [row["read"] for row in read.collect()]


def test_spark_reads_what_the_cases_call_readable(spark: SparkSession) -> None:
    kinds = sorted({(kind, formats) for kind, formats, _, _ in CASES})
    for kind, formats in kinds:
        column = ColumnContract(type=kind, formats=formats)  # type: ignore[arg-type]
        texts = [text for k, f, text, good in CASES if (k, f) == (kind, formats) and good]
        assert all(spark_reads(spark, column, texts)), (kind, formats)


def random_text(chance: random.Random) -> str:
    """A time, a number, or something near one."""
    if chance.random() < 0.3:
        return "".join(chance.choices("0123456789-:/.T Z+eE", k=chance.randint(0, 24)))
    if chance.random() < 0.2:
        return f"{chance.choice(['', '-', '+'])}{chance.randint(0, 10 ** chance.randint(1, 20))}"
    zone = chance.choice(["", "Z", "+08:00", "-0330", "+18:30", " Asia/Taipei", "UTC", "+5"])
    clock = f"{chance.randint(0, 25)}:{chance.randint(0, 61):02d}:{chance.randint(0, 61)}"
    fraction = chance.choice(["", ".5", ".123456", ".1234567"])
    day = f"{chance.randint(1, 9999):04d}-{chance.randint(0, 13)}-{chance.randint(0, 32):02d}"
    return chance.choice([day, f"{day}{chance.choice('T ')}{clock}{fraction}{zone}"])


@pytest.mark.parametrize("kind", ["integer", "decimal", "boolean", "date", "timestamp"])
@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_what_is_readable_is_read(spark: SparkSession, kind: str, seed: int) -> None:
    column = ColumnContract(type=kind)  # type: ignore[arg-type]
    chance = random.Random(seed)
    readable = reader(column)
    texts = [text for _ in range(3000) if readable(text := random_text(chance).strip(" "))]
    read = spark_reads(spark, column, texts)
    assert not [text for text, ok in zip(texts, read, strict=True) if not ok]
