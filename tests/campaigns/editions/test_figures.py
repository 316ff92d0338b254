"""Figures are tokens: filled in the form of the language, live only while somebody vouches for them."""

from datetime import date, timedelta

import pytest

from campaigns.editions.edition import Kind
from campaigns.editions.figures import Figures, fact
from campaigns.editions.problems import About, Problem
from campaigns.editions.tokens import Option, Tokens, fill
from campaigns.models import Fact
from campaigns.press.facts import figures

TODAY = date(2026, 3, 1)


def entry(code: str, **values) -> Fact:
    basics = {"theme": "east", "claim": "People died.", "figures": ["922"], "years": ["2025"]}
    return Fact.objects.create(code=code, **{**basics, **values})


def filled(text: str, comma: str = ",", space: str = " ") -> str:
    words = {"number.thousands": comma}
    known = {"figure:F1": "55000", "figure:F1.2": "2108", "year:F1": "2025"}
    return fill(
        text, Tokens(words=words, numbers={}, main=(), route="", space=space, figures=known)
    )


def test_figures_are_grouped_as_the_language_writes_them():
    assert filled("{figure:F1} and {figure:F1.2} in {year:F1}") == "55,000 and 2,108 in 2025"


def test_grouped_figure_is_never_cut_by_a_screen():
    assert filled("{figure:F1}", comma="space", space="\x1f") == "55\x1f000"


def test_way_to_a_menu_is_never_cut_by_a_screen():
    words = {"ussd.route": "{label}: press 00, then {key}."}
    main = [Option("3", "safe-ways", "Safe ways")]

    shown = Tokens(words=words, numbers={}, main=main, route="ussd.route", space="\x1f")

    assert shown["menu:safe-ways"] == "Safe\x1fways:\x1fpress\x1f00,\x1fthen\x1f3."


@pytest.mark.parametrize("token", ["figure:F17", "figure:F17.2", "year:F17.10"])
def test_token_names_its_fact(token: str):
    assert fact(token) == "F17"


def test_text_holds_only_while_its_facts_do():
    lapsed = Problem("too old", About.FIGURE, "F1")
    shown = Figures(lapsed={"F1": lapsed})

    assert shown.holds(["figure:F1", "year:F1", "hotline"]) == [lapsed]
    assert shown.holds(["figure:F2", "menu:asylum"]) == []


@pytest.mark.django_db
def test_demonstration_shows_every_figure():
    entry("F1", figures=["64", "30"], years=["2020", "2022"])

    shown = figures(Kind.DEMONSTRATION, on=TODAY)

    assert shown.words == {
        "figure:F1": "64",
        "figure:F1.1": "64",
        "figure:F1.2": "30",
        "year:F1": "2020",
        "year:F1.1": "2020",
        "year:F1.2": "2022",
    }
    assert (dict(shown.lapsed), dict(shown.expires)) == ({}, {})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expires", "why"),
    [
        (None, "F1: nobody has looked it up and said until when it holds."),
        (TODAY, "F1: it had to be looked up again by 2026-03-01."),
    ],
)
def test_live_shows_no_figure_that_nobody_vouches_for(expires: date | None, why: str):
    entry("F1", expires=expires)

    assert list(map(str, figures(Kind.LIVE, on=TODAY).lapsed.values())) == [why]


@pytest.mark.django_db
def test_live_shows_a_figure_that_holds():
    entry("F1", expires=TODAY + timedelta(days=1))

    shown = figures(Kind.LIVE, on=TODAY)

    assert (dict(shown.lapsed), shown.expires) == ({}, {"F1": TODAY + timedelta(days=1)})
