"""The menu as a tree: its screens in the order in which keys lead to them, of one country or several."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from campaigns.editions.edition import Edition
from campaigns.editions.screens import BACK, LANGUAGES, MAIN, SWITCH, Menu
from ussd.funnel import SENSITIVE, shown_as

PARTS = (
    "why",
    "after",
    "right",
    "wrong",
)  # of a question of the quiz, as `editions.quizzes` names them


@dataclass(frozen=True, slots=True)
class Branch:
    """A screen of the menu, without its further pages. `level`: how many keys lead there from the main menu."""

    place: str
    level: int


@dataclass(frozen=True, slots=True)
class Tree:
    """`sensitive`: how many screens are not in `branches`, because they are told of as one."""

    branches: tuple[Branch, ...]
    sensitive: int


NOTHING = Tree((), 0)


def tree(edition: Edition | None, countries: Sequence[str], language: str = "") -> Tree:
    """The menus of these countries as one, in the language where they have it. Never a sensitive screen."""
    if edition is None:
        return NOTHING
    menus = [menu for country in countries for menu in _menu(edition, country, language)]
    seen: dict[str, int] = {LANGUAGES: 0} if menus else {}
    _walk(menus, MAIN, 0, seen)
    for place in [page.place for menu in menus for page in menu.pages.values() if page.quiz]:
        if "." not in place:  # of a topic without a free key: only another question leads there
            _walk(menus, place, 1, seen)
    items = {page.place: page.item for menu in menus for page in menu.pages.values()}
    told = {place: shown_as(place, filter(None, [item]), edition) for place, item in items.items()}
    return Tree(
        branches=tuple(
            Branch(place, level) for place, level in seen.items() if told.get(place) != SENSITIVE
        ),
        sensitive=sum(name == SENSITIVE for name in told.values()),
    )


def _menu(edition: Edition, country: str, language: str) -> Iterator[Menu]:
    """The country's menu in the language, else in the first of its list that has one."""
    wanted = (language, *edition.orders.get(country, ()), "en")
    own = (edition.menus[country, one] for one in wanted if (country, one) in edition.menus)
    yield from islice(own, 1)


def _walk(menus: Sequence[Menu], place: str, level: int, seen: dict[str, int]) -> None:
    """Depth first, by key; an answer that two menus list stands where a caller meets it first."""
    pages = [menu.pages[place] for menu in menus if place in menu.pages]
    if place in seen or not pages:
        return
    seen[place] = level
    if any(page.quiz for page in pages):
        parts = (f"{place}.{part}" for part in PARTS)
        seen.update(
            (part, level + 1) for part in parts if any(part in menu.pages for menu in menus)
        )
    elif not any(page.item for page in pages):
        for _key, onward in sorted({move for page in pages for move in page.moves.items()}):
            if onward[0] not in (BACK, SWITCH) and "." not in onward:
                _walk(menus, onward, level + 1, seen)
