"""Cells that a spreadsheet would take for a formula are text."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.exports import tidy

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+254", "'+254"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\r=1", "'\r=1"),
        (" =cmd|' /C calc'!A0", "' =cmd|' /C calc'!A0"),
        ("＝1", "'＝1"),
        ("safe-way", "safe-way"),
        ("", ""),
        (None, ""),
        (-12, "-12"),
        (Decimal("-0.5"), "-0.5"),
    ],
)
def test_cell_that_begins_like_a_formula_is_made_text(cell, written):
    assert tidy.neutral(cell) == written


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_no_cell_of_a_file_begins_like_a_formula(cells):
    text = tidy.write([cells]).removeprefix("\ufeff")

    (row,) = csv.reader(io.StringIO(text, newline=""))
    assert [one for one in row if one.lstrip(" ").startswith(BEGINNINGS)] == []
    assert [one.removeprefix("'") for one in row] == [one.removeprefix("'") for one in cells]
