"""The last resort: an edition that cannot be made again as it should be, without the numbers that lapsed.

However it comes out, too long or plain, no expired number is shown, and no neighbour's (D5).
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from campaigns.editions.compiling import Making, recompose
from campaigns.editions.content import Content
from campaigns.editions.edition import Edition, make
from campaigns.editions.figures import Figures
from campaigns.editions.screens import Menu, Page
from campaigns.editions.tokens import EVERYBODY, Number
from people import inquiry, languages

BARE = "-"  # where the words for "no number" do not fit the screen


def gone(edition: Edition, today: Iterable[Number]) -> list[Number]:
    """Numbers of the edition that may not be shown any more."""
    holds = set(map(_named, today))
    return [number for number in edition.numbers if _named(number) not in holds]


def _named(number: Number) -> tuple[str, str, str]:
    return number.country, number.kind, number.number


def remade(content: Content, edition: Edition, today: Sequence[Number], *, at: datetime) -> Edition:
    """The edition's content with the numbers of today and the figures it had, whatever its length."""
    making = Making(
        edition.kind,
        at,
        today,
        Figures(words=edition.figures),
        edition.budget,
        languages=languages.known(),
        orders=edition.orders,
        districts=inquiry.districts(),
        asking=edition.asking,
    )
    return recompose(content, making)


def struck(edition: Edition, today: Sequence[Number], *, at: datetime) -> Edition:
    """The edition with each lapsed number on its screens replaced by the words for "no number"."""
    lapsed = gone(edition, today)
    holds = {_named(number): number for number in today}
    numbers = [holds[_named(one)] for one in edition.numbers if _named(one) in holds]
    return make(
        kind=edition.kind,
        made_at=at,
        items=edition.items.values(),
        menus=[_struck(menu, edition, lapsed) for menu in edition.menus.values()],
        lists=edition.lists,
        phrasings=edition.phrasings,
        words=edition.words,
        numbers=numbers,
        figures=edition.figures,
        budget=edition.budget,
        languages=edition.languages,
        orders=edition.orders,
        asking=edition.asking,
    )


def _struck(menu: Menu, edition: Edition, lapsed: Iterable[Number]) -> Menu:
    shown = {one.number for one in lapsed if one.country in (menu.country, EVERYBODY)}
    if not shown:
        return menu
    nothing = edition.ui(menu.language, "number.none")
    pages = {place: _wiped(page, shown, nothing, edition) for place, page in menu.pages.items()}
    return replace(menu, pages=pages)


def _wiped(page: Page, shown: Collection[str], nothing: str, edition: Edition) -> Page:
    """The screen without these numbers; with a dash where the words would not fit."""
    if not holds(page.text, shown):
        return page
    text, wrong = (wipe(one, shown, nothing) for one in (page.text, page.wrong))
    if not edition.budget.holds(text, wrong):
        text, wrong = (wipe(one, shown, BARE) for one in (page.text, page.wrong))
    return replace(page, text=text, wrong=wrong)


def holds(text: str, shown: Iterable[str]) -> bool:
    """Whether one of the numbers stands in the text, and not as a part of a longer one."""
    return any(re.search(_whole(number), text) for number in shown)


def wipe(text: str, shown: Iterable[str], instead: str) -> str:
    for number in sorted(shown, key=len, reverse=True):
        text = re.sub(_whole(number), lambda _: instead, text)
    return text


def _whole(number: str) -> str:
    return rf"(?<!\d){re.escape(number)}(?!\d)"
