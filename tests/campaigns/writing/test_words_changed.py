"""Two wordings side by side, and tokens with what they become."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.writing.words_changed import Marked, Piece, differences, marked, pair


def test_changed_words_are_marked_on_both_sides():
    found = pair("body", "Many people die.", "Some people live now.")

    assert found.before == (Piece("Many", True), Piece(" people "), Piece("die.", True))
    assert found.after == (Piece("Some", True), Piece(" people "), Piece("live now.", True))


def test_added_text_is_one_changed_piece():
    assert pair("body", "", "New words").after == (Piece("New words", True),)


@given(st.text(), st.text())
def test_pieces_join_to_the_texts(before, after):
    found = pair("body", before, after)

    assert "".join(piece.text for piece in found.before) == before
    assert "".join(piece.text for piece in found.after) == after


@given(st.text())
def test_same_text_has_no_changed_piece(text):
    assert not any(piece.changed for piece in pair("body", text, text).before)


def test_only_fields_that_differ_are_told():
    found = differences({"title": "a", "body": "b", "sms": "s"}, {"title": "a", "body": "c"})

    assert [one.field for one in found] == ["body", "sms"]


def test_token_stands_apart_with_what_it_becomes():
    assert marked("Call {hotline} or {nobody}.", {"hotline": "0000 111"}) == [
        Marked("Call "),
        Marked("{hotline}", token=True, becomes="0000 111"),
        Marked(" or "),
        Marked("{nobody}", token=True),
        Marked("."),
    ]


@given(st.text(alphabet="ab{} "))
def test_marked_pieces_join_to_the_text(text):
    assert "".join(piece.text for piece in marked(text, {})) == text
