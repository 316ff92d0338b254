"""Problems on pages: grouped by what they are about, linked to the page that mends them once there is one."""

import pytest
from django.http import HttpResponse
from django.urls import include, path

from campaigns.editions.problems import About, Problem
from campaigns.views.problems import grouped, problem_link


def page(_request: object, **_given: str) -> HttpResponse:
    return HttpResponse()


named = [
    path("items/", page, name="contents"),
    path("items/<str:code>/", page, name="item"),
    path("translate/<str:language>/<str:code>/", page, name="translation-text"),
    path("numbers/<str:code>/", page, name="referral"),
    path("facts/<str:code>/", page, name="fact"),
    path("translate/<str:code>/", page, name="translation-texts"),
]
urlpatterns = [path("", include((named, "campaigns")))]


@pytest.mark.parametrize(
    ("problem", "address"),
    [
        (Problem("x", About.ITEM, "faq-006"), "/items/faq-006/"),
        (Problem("x", About.TEXT, "faq-006", "sw"), "/translate/sw/faq-006/"),
        (Problem("x", About.TEXT, "faq-006", "en"), "/items/faq-006/"),
        (Problem("x", About.TEXT, "ui.ussd.back", "am"), "/translate/am/ui.ussd.back/"),
        (Problem("x", About.NUMBER, "KE-1"), "/numbers/KE-1/"),
        (Problem("x", About.FIGURE, "F01"), "/facts/F01/"),
        (Problem("x", About.LANGUAGE, "", "ti"), "/translate/ti/"),
        (Problem("x", About.COUNTRY, "KE"), "/items/"),
    ],
)
@pytest.mark.urls(__name__)
def test_problem_leads_to_the_page_that_mends_it(problem: Problem, address: str):
    assert problem_link(problem) == address


@pytest.mark.urls(())
def test_page_that_is_not_there_is_no_link():
    assert {problem_link(Problem("x", about, "a", "b")) for about in About} == {""}


def test_groups_keep_their_order_and_count_all():
    problems = [
        Problem("b {x}", About.TEXT, "b", "sw", {"x": "1"}),
        Problem("n", About.NUMBER, "n"),
        Problem("a", About.TEXT, "a", "sw"),
        Problem("l", About.LANGUAGE, "", "ti"),
    ]

    told = [(str(group.about), [one.sentence for one in group.told]) for group in grouped(problems)]

    assert told == [("Languages", ["l"]), ("Texts", ["a", "b 1"]), ("Phone numbers", ["n"])]


def test_every_kind_of_problem_has_its_page():
    told = [Problem("x", about, "faq-006", "sw") for about in About]

    assert [one.about for one in told if not problem_link(one)] == []
