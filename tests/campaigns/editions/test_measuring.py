"""A piece measured by places of its wide characters is as long as one measured by itself."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.editions.measuring import GLUE, Frame, Measured, Size
from campaigns.editions.screens import Budget
from gateways import segments

TEXT = st.text(alphabet="ab €{é \nሀ😀", max_size=40)
PLACES = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(text=TEXT, places=PLACES)
def test_piece_is_measured_as_if_it_stood_alone(text: str, places: list[int]):
    start, end = (min(place, len(text)) for place in places)

    size = Measured(text).size(start, end)

    counted = segments.count(text[start:end])
    assert size.odd == (counted.encoding == "UCS-2")
    assert (size.units if size.odd else size.septets) == counted.units


def test_glue_counts_as_the_space_it_becomes():
    assert Measured(f"0000{GLUE}111").size(0, 8) == Size(False, 8, 8)


def test_blanks_come_last_first_and_only_those_within_reach():
    measured = Measured("one two three four")

    assert measured.blanks_within(0, 8) == [7, 3]
    assert measured.blanks_within(4, 9) == [13, 7]


def test_blanks_in_a_row_are_within_reach_if_the_words_before_them_are():
    assert Measured("one  \n\n two").blanks_within(0, 3) == [7, 6, 5, 4, 3]


def test_end_is_moved_before_the_blanks():
    assert Measured("one \n two").stripped(5) == 3


def test_body_fits_where_keys_and_wrong_line_leave_room():
    frame = Frame(Size(False, 10, 10), (Size(False, 30, 30), Size(False, 20, 20)), Budget(50, 40))

    assert [frame.holds(Size(False, n, n)) for n in (30, 31)] == [True, False]
    assert [frame.holds(Size(True, 0, n)) for n in (20, 21)] == [True, False]


def test_odd_letter_of_a_key_makes_the_whole_page_dear():
    frame = Frame(Size(True, 10, 10), (Size(False, 10, 10),), Budget(50, 40))

    assert [frame.holds(Size(False, n, n)) for n in (30, 31)] == [True, False]
