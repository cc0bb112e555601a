"""Folding: widths, accents, Chinese variants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.normalise.text import fold, fold_accents, simplify, write_out


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
    [("Jörg Åse", "Joerg Aase"), ("Mu\u0308ller", "Mueller"), ("Zoë", "Zoë"), ("陳", "陳")],
)
def test_umlauts_are_written_out(raw: str, plain: str) -> None:
    assert write_out(raw) == plain


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("陳大文", "陈大文"),
        ("歐陽", "欧阳"),
        ("乾", "乾"),
        ("陈", "陈"),
        ("a", "a"),
        ("衞靑", "卫青"),
    ],
)
def test_simplify(raw: str, plain: str) -> None:
    assert simplify(raw) == plain


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_accents(fold_accents(text)) == fold_accents(text)
