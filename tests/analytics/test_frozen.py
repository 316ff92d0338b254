"""Tables as text that comes out the same everywhere, and what is added to them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import frozen
from analytics.counting import NOBODY, Numbers, Reached, Table

counts = st.integers(0, 9)
cells = st.builds(
    Numbers,
    targeted=counts,
    sent=counts,
    delivered=counts,
    reached=st.builds(Reached, counts, counts, counts),
    unlinked=st.builds(Reached, counts, counts, counts),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    words = st.sampled_from(["KE", "UG", "ስሜን", 'a "b"', "line\nbreak"])
    table: Table = {by: {} for by in frozen.SETS}
    table[()][()] = draw(cells)
    for by in draw(st.lists(st.sampled_from(frozen.SETS[1:]), max_size=4)):
        numbers = draw(cells)
        if numbers != NOBODY:
            table[by][tuple(draw(words) for _ in by)] = numbers
    return table


@given(tables())
def test_what_was_written_is_read_back_and_written_the_same(table):
    text = frozen.write(table)

    assert frozen.read(text) == table
    assert frozen.write(frozen.read(text)) == text
    assert frozen.total(text) == table[()][()]


@given(tables(), tables())
def test_deltas_lead_from_one_table_to_the_other(old, new):
    assert frozen.added(old, frozen.deltas(old, new)) == new
    assert frozen.deltas(new, new) == ""


@given(tables())
def test_waterfall_balances_whatever_the_numbers(table):
    steps = frozen.waterfall(table)

    levels = [one.value for one in steps if one.level]
    changes = [one.value for one in steps if not one.level]
    assert changes == [new - old for old, new in itertools.pairwise(levels)]


def test_total_comes_first():
    table: Table = {by: {} for by in frozen.SETS}
    table[("country",)][("KE",)] = table[()][()] = Numbers(sent=1)

    first, second = frozen.write(table).splitlines()

    assert first.startswith('{"by":[],"cell":[],')
    assert second.startswith('{"by":["country"],"cell":["KE"],')


@pytest.mark.parametrize("text", ["x\n", "{}\n", '{"by":[],"cell":[],"sent":"many"}\n'])
def test_what_is_no_table_is_refused(text):
    with pytest.raises(ValueError, match="Line 1 is no cell of a table"):
        frozen.read(text)
