"""Problems on pages: said in the reader's language, grouped by what they are about, linked to the page that mends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from campaigns.editions.content import SOURCE
from campaigns.editions.problems import About, Problem

ABOUT: Mapping[About, Promise] = {
    About.LANGUAGE: gettext_lazy("Languages"),
    About.COUNTRY: gettext_lazy("Countries"),
    About.ITEM: gettext_lazy("Items and menus"),
    About.TEXT: gettext_lazy("Texts"),
    About.NUMBER: gettext_lazy("Phone numbers"),
    About.FIGURE: gettext_lazy("Figures"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One problem on a page: where, what, and the page that mends it ("" where there is none)."""

    problem: Problem
    link: str

    @property
    def sentence(self) -> str:
        return self.problem.sentence()


@dataclass(frozen=True, slots=True)
class Group:
    about: Promise
    told: list[Told]


def grouped(problems: Iterable[Problem]) -> list[Group]:
    """By what they are about, languages and items in their order."""
    found: dict[About, list[Problem]] = {about: [] for about in ABOUT}
    for problem in problems:
        found[problem.about].append(problem)
    return [
        Group(ABOUT[about], [Told(one, problem_link(one)) for one in sorted(here, key=_place)])
        for about, here in found.items()
        if here
    ]


def problem_link(problem: Problem) -> str:
    """The page on which it can be mended."""
    return next(filter(None, (_address(name, *given) for name, *given in _pages(problem))), "")


def _pages(problem: Problem) -> Sequence[tuple[str, ...]]:
    """Names of pages with what they take, the best first."""
    code, language = problem.code, problem.language
    item = ("campaigns:item", code)
    if problem.about is About.TEXT and language not in ("", SOURCE):
        return (("campaigns:translation-text", language, code), item)
    return {
        About.ITEM: (item,),
        About.TEXT: (item,),
        About.NUMBER: (("campaigns:referral", code),),
        About.FIGURE: (("campaigns:fact", code),),
        About.LANGUAGE: (("campaigns:translation-texts", language), ("campaigns:translation",)),
        About.COUNTRY: (("campaigns:contents",),),
    }[problem.about]


def _address(name: str, *given: str) -> str:
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""


def _place(problem: Problem) -> tuple[str, str]:
    return problem.language, problem.code
