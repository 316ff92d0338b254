"""A topic that tells of dangers names the way to asylum; single texts name a way out and their figures' years."""

import pytest

from campaigns.content import Content, Node, Words
from campaigns.ethics import topics_without_asylum
from campaigns.wording import faults, known

NODES = {
    "main": Node("main", "menu", "", "0"),
    "asylum": Node("asylum", "menu", "main", "4"),
    "safe-ways": Node("safe-ways", "menu", "main", "3"),
    "dangers": Node("dangers", "menu", "main", "1"),
    "sea": Node("sea", "faq", "dangers", "1", component="risk"),
    "sand": Node("sand", "faq", "dangers", "2", ("KE",), component="risk"),
}


def content(sea: str, sand: str = "Many die. {menu:safe-ways}") -> Content:
    texts = {code: Words(code, code) for code in ("main", "asylum", "safe-ways", "dangers")}
    said = {"sea": Words("Sea", "Sea", sea), "sand": Words("Sand", "Sand", sand)}
    return Content(NODES, {"en": {**texts, **said}}, {"en": {}})


def told(sea: str) -> list[str]:
    made = content(sea)
    names = known(made, ["figure:F1", "year:F1", "figure:F2", "year:F2"])
    found = faults(NODES["sea"], made.texts["en"]["sea"], names, "en")
    return [problem.sentence() for problem in found]


def test_topic_that_names_the_way_to_asylum_is_sound():
    assert topics_without_asylum(content("In danger? {menu:asylum}"), "KE", "en") == []


def test_topic_without_the_way_to_asylum_is_named():
    found = topics_without_asylum(content("Many die. {hotline}"), "KE", "en")

    assert list(map(str, found)) == [
        "dangers: tells of dangers and no text of it in KE en names the way to asylum."
    ]


def test_text_that_another_country_does_not_see_does_not_help_it():
    made = content("Many die. {hotline}", "In danger? {asylum}")

    assert topics_without_asylum(made, "KE", "en") == []
    assert [one.code for one in topics_without_asylum(made, "ET", "en")] == ["dangers"]


def test_text_of_fear_alone_is_refused():
    assert told("Many die.") == [
        "it tells of dangers and names no way out, such as {menu:safe-ways}."
    ]


@pytest.mark.parametrize("figure", ["922", "2,108", "1.500", "2025", "0712345678", "፱፻፳፪", "٩٢٢"])
def test_typed_figure_is_refused(figure: str):
    found = told(f"{figure} people died. {{hotline}}")

    assert found == [f"the figure {figure} is typed; write it as a token of a fact."]


@pytest.mark.parametrize("words", ["3 in 10 knew.", "Within 72 hours.", "On 3 August. 12 lived."])
def test_small_numbers_may_be_typed(words: str):
    assert told(f"{words} {{hotline}}") == []


def test_figure_stands_beside_its_year():
    assert told("{figure:F1} died in {year:F1}. {hotline}") == []
    assert told("{figure:F1} died in {year:F2}. {hotline}") == [
        "the figure of F1 stands without its year."
    ]
