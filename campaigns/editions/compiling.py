"""Compiling: content as plain values becomes an edition, every screen cut and measured (D5).

No database and no clock here: what the content is, which numbers and figures hold, is handed in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from django.utils.translation import gettext_noop

from campaigns.editions import menus, tongues
from campaigns.editions.content import (
    HELP_SORT,
    QUIZ,
    SHOWN,
    SOURCE,
    Content,
    as_item,
    lacking,
    structure_problems,
)
from campaigns.editions.edition import MARKS, Edition, Kind, make
from campaigns.editions.ethics import topics_without_asylum
from campaigns.editions.figures import NO_FIGURES, Figures
from campaigns.editions.problems import About, Problem, Refused, listed, once
from campaigns.editions.rendering import Known
from campaigns.editions.screens import STANDARD, Asking, Budget, Menu
from campaigns.editions.tokens import Number
from campaigns.editions.wording import all_tokens, text_problems
from gateways import segments
from people import languages
from people.countries import CODES
from people.languages import Language, seeded, seeded_orders

SMS_PARTS = {
    "GSM-7": 2,
    "UCS-2": 4,
}  # what an answer may cost; Ethiopic and Arabic take twice the parts
CARRIED = (*SHOWN, HELP_SORT, QUIZ)  # what an edition holds as items


@dataclass(frozen=True, slots=True)
class Making:
    """What an edition is made with beside its content. `countries`: those that get menus.

    `languages`: all that are known, by code; `orders`: country -> languages of its menu.
    """

    kind: Kind
    at: datetime
    numbers: Sequence[Number] = ()
    figures: Figures = NO_FIGURES
    budget: Budget = STANDARD
    countries: Sequence[str] = CODES
    languages: Mapping[str, Language] = field(default_factory=seeded)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=seeded_orders)
    districts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asking: Mapping[str, Asking] = field(default_factory=dict)

    def order(self, country: str) -> tuple[str, ...]:
        """Languages of the country's menu, the default first."""
        return self.orders.get(country, languages.NOWHERE)


@dataclass(frozen=True, slots=True)
class Screens:
    """The menus of all countries, their lists of languages, and what does not fit."""

    menus: list[Menu]
    lists: dict[tuple[str, str], Menu]
    problems: list[Problem]


def compose(
    content: Content, making: Making, *, served: Collection[str] = ()
) -> tuple[Edition, list[Problem]]:
    """The edition and what was left out of it; raises Refused with every problem at once.

    `served`: languages that people have now; one that cannot stand any more is a problem.
    """
    standing, missing = _standing(content, making)
    broken = structure_problems(content.nodes)
    for language in standing:
        broken += text_problems(content, language, making.figures.words)
    broken += _lost(content, set(served) - set(standing))
    if SOURCE not in standing:
        said = gettext_noop("the source language lacks {items}.")
        values = {"items": listed(lacking(content, SOURCE))}
        broken.append(Problem(said, About.LANGUAGE, "", SOURCE, values))
    if broken:
        raise Refused(broken)
    content, lapsed = _holding(content, making.figures)
    edition, problems = _edition(content, making, _screens(content, standing, making))
    if problems:
        raise Refused(problems)
    return edition, [*missing, *lapsed, *_letters(edition.menus.values())]


def recompose(content: Content, making: Making) -> Edition:
    """The edition whatever is wrong with its texts: for when an expired number must go at any price."""
    return measure(content, making)[0]


def measure(content: Content, making: Making) -> tuple[Edition, list[Problem]]:
    """The edition whatever is wrong with its texts, and all that does not fit in it."""
    standing, _ = _standing(content, making)
    return _edition(content, making, _screens(content, standing, making))


def _edition(content: Content, making: Making, screens: Screens) -> tuple[Edition, list[Problem]]:
    spoken = sorted({menu.language for menu in screens.menus})
    orders = {country: making.order(country) for country in making.countries}
    edition = make(
        kind=making.kind,
        made_at=making.at,
        items=[
            as_item(node, content, spoken)
            for node in content.nodes.values()
            if node.kind in CARRIED
        ],
        menus=screens.menus,
        lists=screens.lists,
        phrasings=_phrasings(content, spoken),
        words={one: content.wordings[one] for one in spoken},
        numbers=making.numbers,
        figures=making.figures.words,
        budget=making.budget,
        languages=tongues.carried({*spoken, *chain(*orders.values())}, making.languages),
        orders=orders,
        asking=making.asking,
    )
    afraid = [
        problem
        for menu in screens.menus
        for problem in topics_without_asylum(content, menu.country, menu.language)
    ]
    # others are offered where they can be shown; without English, plain phones would get nothing at all
    odd = [problem for problem in _letters(screens.menus) if problem.language == SOURCE]
    return edition, list(once([*screens.problems, *odd, *afraid, *_long_messages(edition)]))


def _standing(content: Content, making: Making) -> tuple[list[str], list[Problem]]:
    """Languages whose menu stands, and a sentence about each of the others."""
    gaps = {language: lacking(content, language) for language in content.texts}
    standing = [language for language, gap in gaps.items() if not gap]
    said = gettext_noop("it is left out: it lacks {items}.")
    missing = [
        Problem(said, About.LANGUAGE, "", language, {"items": listed(gap)})
        for language, gap in gaps.items()
        if gap
    ]
    said = gettext_noop("it gets English: none of its own languages is complete.")
    missing += [
        Problem(said, About.COUNTRY, country)
        for country in making.countries
        if not set(making.order(country)) & set(map(languages.base, standing))
    ]
    return standing, missing


def _lost(content: Content, gone: Collection[str]) -> list[Problem]:
    """Nobody loses a language unseen."""
    said = gettext_noop("people are served in it now and would lose it: it lacks {items}.")
    return [
        Problem(said, About.LANGUAGE, "", language, {"items": listed(_gap(content, language))})
        for language in sorted(gone)
    ]


def _gap(content: Content, language: str) -> list[str]:
    return lacking(content, language) if language in content.texts else sorted(content.nodes)


def _holding(content: Content, figures: Figures) -> tuple[Content, list[Problem]]:
    """The content without texts whose figures lapsed since it was chosen, and those texts."""
    if not figures.lapsed:
        return content, []
    said = gettext_noop("it rests on {fact}, which does not hold, and is left out.")
    left = [
        Problem(said, About.TEXT, code, language, {"fact": lapsed[0].code})
        for language, texts in content.texts.items()
        for code, words in texts.items()
        if (lapsed := figures.holds(sorted(all_tokens(words))))
    ]
    gone = {(problem.language, problem.code) for problem in left}
    texts = {
        language: {code: words for code, words in texts.items() if (language, code) not in gone}
        for language, texts in content.texts.items()
    }
    return replace(content, texts=texts), left


def _screens(content: Content, standing: list[str], making: Making) -> Screens:
    """Every country's menus and its two lists of languages, with all that does not fit."""
    made = Screens([], {}, [])
    known: Known = {}
    for country in making.countries:
        speaks = _speaks(making, country, standing)
        here = _country(content, country, speaks, making, known, made.problems)
        for script, shown in (("full", here), ("latin", [m for m in here if not m.unicode])):
            carried = tongues.carried([menu.base for menu in shown], making.languages)
            names = {menu.base: carried[menu.base].plain for menu in shown}
            made.lists[country, script], wrong = menus.languages(
                country, names.items(), content, mark=MARKS[making.kind], budget=making.budget
            )
            made.problems.extend(wrong)
        made.menus.extend(here)
    return made


def _country(
    content: Content,
    country: str,
    speaks: list[tuple[str, str]],
    making: Making,
    known: Known,
    problems: list[Problem],
) -> list[Menu]:
    here: list[Menu] = []
    filling = menus.Filling(making.numbers, making.figures.words, making.districts)
    for base, language in speaks:
        place = menus.Place(country, language, base, MARKS[making.kind], making.budget)
        menu, wrong = menus.menu(content, place, filling, known)
        here.append(menu)
        problems += wrong
        last = (base, language) == speaks[-1]
        if last and (SOURCE, SOURCE) not in speaks and all(one.unicode for one in here):
            speaks.append((SOURCE, SOURCE))  # for phones that show Latin letters only
    return here


def _speaks(making: Making, country: str, standing: list[str]) -> list[tuple[str, str]]:
    """(base, language) of what the country is offered, in its order, Latin variants beside their base.

    English stands in where none of the country's own languages is complete.
    """
    found = []
    for base in making.order(country):
        latin = languages.variant(base, making.languages, letters=False)
        scripts = dict.fromkeys((base, latin))
        found += [(base, language) for language in scripts if language in standing]
    return found or [(SOURCE, SOURCE)]


def _letters(made: Iterable[Menu]) -> list[Problem]:
    """Languages that phones without their letters cannot be offered, with the letters that are to blame."""
    plain = {(menu.country, menu.base) for menu in made if not menu.unicode}
    odd: dict[str, dict[str, None]] = {}
    for menu in made:
        if menu.unicode and (menu.country, menu.base) not in plain:
            letters = odd.setdefault(menu.language, {})
            for page in menu.pages.values():
                letters |= dict.fromkeys(segments.count(page.text).odd)
    said = gettext_noop(
        "it is offered only where the operator shows {letters}; write it without them or add a "
        "Latin-letter variant."
    )
    return [
        Problem(said, About.LANGUAGE, "", language, {"letters": _some(letters)})
        for language, letters in odd.items()
    ]


def _some(letters: Iterable[str], most: int = 12) -> str:
    shown = list(letters)
    return " ".join(shown[:most]) + (" ..." if len(shown) > most else "")


def _phrasings(content: Content, spoken: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """How people ask, by base language: those of a Latin variant teach the same matcher."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for language in spoken:
        asked = found.setdefault(languages.base(language), {})
        for code, text in content.texts[language].items():
            if text.phrasings:
                asked[code] = (*asked.get(code, ()), *text.phrasings)
    return found


def _long_messages(edition: Edition) -> list[Problem]:
    """Answers that cost too many SMS parts once their tokens are filled, each told once."""
    said = gettext_noop("as an SMS it takes {parts} parts ({encoding}); {most} at most.")
    problems: dict[tuple[str, str], Problem] = {}
    for country, language in edition.menus:
        for code, item in edition.items.items():
            try:
                text = edition.sms(code, language, country) if item.serves(country) else None
            except KeyError:  # told with its screens: it names a menu that is empty here
                continue
            counted = segments.count(text or "")
            most = SMS_PARTS[counted.encoding]
            if counted.parts > most:
                values = {
                    "parts": str(counted.parts),
                    "encoding": counted.encoding,
                    "most": str(most),
                }
                problems[language, code] = Problem(said, About.TEXT, code, language, values)
    return list(problems.values())
