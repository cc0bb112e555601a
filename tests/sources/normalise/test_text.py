"""Folding: Python and Spark agree on every string."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from sources.normalise.text import (
    fold,
    fold_accents,
    folded,
    simplified,
    simplify,
    without_accents,
)
from tests.sources.normalise.cases import apply

TEXTS = st.lists(st.text(max_size=30), min_size=300, max_size=300)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("  Alvin \t Lui\n", "Alvin Lui"),
        ("Ｌｕｉ　Ａｌｖｉｎ", "Lui Alvin"),
        ("Al\u200bvin\ufeff", "Alvin"),
        ("O\u2019Neill\u2010Smith", "O'Neill-Smith"),
        ("٠١٢", "012"),
        ("\u00a0\u3000", ""),
        ("\U0001d4d0lice", "Alice"),
    ],
)
def test_fold_makes_text_plain(raw: str, plain: str) -> None:
    assert fold(raw) == plain


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Zoë Müller", "Zoe Muller"),
        ("Zoe\u0308", "Zoe"),
        ("Łukasz Straße Æsir Øre", "Lukasz Strasse AEsir Ore"),
        ("Nguyễn Văn Đức", "Nguyen Van Duc"),
        ("İstanbul", "Istanbul"),
        ("陳大文", "陳大文"),
    ],
)
def test_fold_accents_leaves_ascii_letters(raw: str, plain: str) -> None:
    assert fold_accents(raw) == plain


@pytest.mark.parametrize(
    ("raw", "plain"),
    [("陳大文", "陈大文"), ("歐陽", "欧阳"), ("乾", "乾"), ("陈", "陈"), ("a", "a")],
)
def test_simplify(raw: str, plain: str) -> None:
    assert simplify(raw) == plain


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_accents(fold_accents(text)) == fold_accents(text)


@settings(max_examples=2, deadline=None)
@given(TEXTS)
def test_columns_agree_with_python(spark: SparkSession, texts: list[str]) -> None:
    assert apply(spark, folded, texts) == [fold(text) for text in texts]
    assert apply(spark, without_accents, texts) == [fold_accents(text) for text in texts]
    assert apply(spark, simplified, texts) == [simplify(text) for text in texts]


def test_columns_agree_with_python_on_every_character_of_the_tables(spark: SparkSession) -> None:
    characters = [chr(point) for point in (*range(0xD800), *range(0xE000, 0x10000))]
    texts = ["a" + "".join(characters[i : i + 50]) + "z" for i in range(0, len(characters), 50)]
    assert apply(spark, folded, texts) == [fold(text) for text in texts]
    assert apply(spark, without_accents, texts) == [fold_accents(text) for text in texts]
    assert apply(spark, simplified, texts) == [simplify(text) for text in texts]


def test_null_stays_null(spark: SparkSession) -> None:
    for function in (folded, without_accents, simplified):
        assert apply(spark, function, [None]) == [None]
