"""What a program asks of a list: known parameters, each once, and one page."""

import pytest
from django.http import QueryDict

from analytics import paging
from analytics.paging import Page, Unclear

LETTERS = "abcdefg"


def page(query, size=3):
    return paging.page_of(LETTERS, QueryDict(query), size=size)


def unclear(asked):
    with pytest.raises(Unclear) as refusal:
        asked()
    return str(refusal.value)


def test_pages_hold_every_line_once():
    found = [page(f"page={number}") for number in (1, 2, 3)]

    assert "".join("".join(one.rows) for one in found) == LETTERS
    assert [(one.number, one.pages, one.total, one.following) for one in found] == [
        (1, 3, 7, 2),
        (2, 3, 7, 3),
        (3, 3, 7, None),
    ]


def test_first_page_is_meant_where_none_is_named():
    assert page("") == page("page=1")


def test_beyond_the_last_page_is_an_empty_one():
    assert page("page=9") == Page("", 9, 3, 7)


def test_nothing_has_one_empty_page():
    assert paging.page_of([], QueryDict("")) == Page([], 1, 1, 0)


@pytest.mark.parametrize("said", ["0", "-1", "", "one", "1.0", "10001", "9" * 99, "١", "1&page=2"])
def test_page_that_is_no_number_is_refused(said):
    assert unclear(lambda: page(f"page={said}")) == "page is one number from 1 to 10000."


def test_parameters_are_told():
    found = paging.parameters(QueryDict("country=KE&page=3"), "country", "language")

    assert found == {"country": "KE", "language": ""}


def test_unknown_parameter_is_refused_with_those_that_are_known():
    said = unclear(lambda: paging.parameters(QueryDict("land=KE"), "country"))

    assert said == "There is no parameter land here; there are: country, page."


def test_parameter_that_comes_twice_is_refused():
    said = unclear(lambda: paging.parameters(QueryDict("country=KE&country=UG"), "country"))

    assert said == "Give country once."


def test_parameter_without_a_value_is_refused():
    said = unclear(lambda: paging.parameters(QueryDict("country="), "country"))

    assert said == "Give country a value, or leave it out."


def test_word_that_is_too_long_is_refused():
    assert paging.short("indicator", "3.3", 3) == "3.3"
    assert unclear(lambda: paging.short("indicator", "3.30", 3)) == "indicator has at most 3 signs."


def test_word_is_of_a_closed_list():
    assert [paging.one_of("state", word, ["done", "paused"]) for word in ("", "done")] == [
        "",
        "done",
    ]
    said = unclear(lambda: paging.one_of("state", "ended", ["done", "paused"]))
    assert said == "state is one of: done, paused."


def test_page_is_told_with_the_next_one():
    assert paging.told(page("page=2"), [{"letter": "d"}]) == {
        "items": [{"letter": "d"}],
        "page": 2,
        "pages": 3,
        "total": 7,
        "next_page": 3,
    }
