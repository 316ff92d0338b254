"""What a publication would change, said in numbers before anybody presses: sentences in the reader's language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import get_language_info, gettext, gettext_noop, ngettext

from campaigns.editions.comparing import (
    AskingChange,
    Comparison,
    KeyChange,
    LanguageChange,
    TextChange,
    Turn,
)
from campaigns.editions.screens import ASK, HELP, LANGUAGES, MAIN, SWITCH
from people.countries import COUNTRIES
from people.languages import Language

NAMED = 3  # keys that are told one by one; of more only the number
OPEN, CLOSE = "\u2068", "\u2069"  # isolate a name whose letters may run the other way


# languages of the content that Django has no name for
NAMELESS = (
    gettext_noop("Amharic"),
    gettext_noop("Oromo"),
    gettext_noop("Somali"),
    gettext_noop("Tigrinya"),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What places and codes are called on a page. `titles`: item or menu -> its title; `known`: languages."""

    titles: Mapping[str, str]
    known: Mapping[str, Language]

    def place(self, code: str) -> str:
        """A menu, an item, a language ("=am"), or nothing."""
        if code.startswith(SWITCH):
            return self.language(code[len(SWITCH) :])
        own = {
            "": gettext("nothing"),
            MAIN: gettext("main menu"),
            LANGUAGES: gettext("list of languages"),
            ASK: gettext("ask a question"),
            HELP: gettext("get help"),
        }
        return own.get(code) or self.titles.get(code, code)

    def language(self, code: str) -> str:
        """In the words of whoever reads, with its code; as the tables call it where there are none."""
        name = self.known[code].name if code in self.known else code
        try:
            name = str(get_language_info(code)["name_translated"])
        except KeyError:
            name = gettext(name)
        return f"{apart(name)} ({apart(code)})"


def codes(found: Comparison) -> set[str]:
    """All that a page about it has to name."""
    named = {text.code for text in found.texts} | {item.code for item in found.items}
    named |= {one.code for one in found.phrasings}
    for key in found.keys:
        named |= {key.menu, key.before, key.after}
    return named | {screen.place for screen in found.screens}


def sentences(found: Comparison, names: Names) -> list[str]:
    """All that would change, the gravest first; empty where nobody would notice anything."""
    return [
        *_lost(found.languages, names),
        *_moved([key for key in found.keys if key.moved], names),
        *_asking(found.asking),
        *_texts(found.texts),
        *_items(found),
        *_others(found),
    ]


def apart(name: str) -> str:
    """A name that keeps its own direction within a sentence."""
    return f"{OPEN}{name}{CLOSE}"


def countries(chosen: Iterable[str]) -> str:
    """Names of countries, in the words of whoever reads."""
    return ", ".join(str(COUNTRIES[code].name) if code in COUNTRIES else code for code in chosen)


def _lost(changes: Iterable[LanguageChange], names: Names) -> Iterator[str]:
    for change in changes:
        where = countries(change.countries)
        values = {"language": names.language(change.language), "countries": where}
        if change.turn is Turn.REMOVED:
            yield gettext("%(language)s is lost in %(countries)s.") % values
        else:
            yield gettext("%(language)s is new in %(countries)s.") % values


def _moved(keys: list[KeyChange], names: Names) -> Iterator[str]:
    places: dict[tuple[str, str, str, str], set[str]] = {}
    for key in keys:
        places.setdefault((key.menu, key.key, key.before, key.after), set()).add(key.country)
    for (menu, digit, before, after), where in list(places.items())[:NAMED]:
        yield ngettext(
            "Key %(key)s of the menu “%(menu)s” opens “%(after)s” instead of “%(before)s” in %(number)s country.",
            "Key %(key)s of the menu “%(menu)s” opens “%(after)s” instead of “%(before)s” in %(number)s countries.",
            len(where),
        ) % {
            "key": digit,
            "menu": apart(names.place(menu)),
            "before": apart(names.place(before)),
            "after": apart(names.place(after)),
            "number": number_format(len(where)),
        }
    if (more := len(places) - NAMED) > 0:
        yield ngettext(
            "%(number)s more key changes its meaning.",
            "%(number)s more keys change their meaning.",
            more,
        ) % {"number": number_format(more)}


def _asking(changes: Iterable[AskingChange]) -> Iterator[str]:
    """Whoever publishes it answers for the question: it is told of each country by itself."""
    for change in changes:
        values = {"country": countries([change.country])}
        if not change.after.one_in:
            yield (
                gettext("%(country)s: callers are asked nothing about themselves any more.")
                % values
            )
            continue
        yield gettext(
            "%(country)s: callers are asked about themselves, one call in %(calls)s, one of %(questions)s."
        ) % {
            **values,
            "calls": number_format(change.after.one_in),
            "questions": ngettext(
                "%(number)s question", "%(number)s questions", len(change.after.questions)
            )
            % {"number": number_format(len(change.after.questions))},
        }


def _texts(changes: Iterable[TextChange]) -> Iterator[str]:
    for turn in Turn:
        here = [change for change in changes if change.turn is turn]
        if not here:
            continue
        spoken = len({change.language for change in here})
        yield gettext("%(texts)s in %(languages)s.") % {
            "texts": _counted(turn, len(here)),
            "languages": ngettext("%(number)s language", "%(number)s languages", spoken)
            % {"number": number_format(spoken)},
        }


def _counted(turn: Turn, number: int) -> str:
    said = {
        Turn.ADDED: ngettext("%(number)s text is new", "%(number)s texts are new", number),
        Turn.CHANGED: ngettext("%(number)s text changes", "%(number)s texts change", number),
        Turn.REMOVED: ngettext("%(number)s text goes", "%(number)s texts go", number),
    }[turn]
    return said % {"number": number_format(number)}


def _items(found: Comparison) -> Iterator[str]:
    numbers = {turn: sum(one.turn is turn for one in found.items) for turn in Turn}
    said = {
        Turn.ADDED: ngettext(
            "%(number)s item is new.", "%(number)s items are new.", numbers[Turn.ADDED]
        ),
        Turn.CHANGED: ngettext(
            "%(number)s item serves or counts for others.",
            "%(number)s items serve or count for others.",
            numbers[Turn.CHANGED],
        ),
        Turn.REMOVED: ngettext(
            "%(number)s item goes.", "%(number)s items go.", numbers[Turn.REMOVED]
        ),
    }
    for turn, number in numbers.items():
        if number:
            yield said[turn] % {"number": number_format(number)}


def _others(found: Comparison) -> Iterator[str]:
    keys = len({(k.menu, k.key, k.before, k.after) for k in found.keys if not k.moved})
    screens = len({screen.place for screen in found.screens})
    counted = (
        (
            len(found.numbers),
            ngettext(
                "The phone numbers of %(number)s kind of help change.",
                "The phone numbers of %(number)s kinds of help change.",
                len(found.numbers),
            ),
        ),
        (
            len(found.figures),
            ngettext(
                "%(number)s figure changes.", "%(number)s figures change.", len(found.figures)
            ),
        ),
        (
            keys,
            ngettext(
                "%(number)s key of a menu is new or gone.",
                "%(number)s keys of menus are new or gone.",
                keys,
            ),
        ),
        (
            len(found.phrasings),
            ngettext(
                "%(number)s item is asked for in other words.",
                "%(number)s items are asked for in other words.",
                len(found.phrasings),
            ),
        ),
        (
            screens,
            ngettext(
                "%(number)s menu looks different.", "%(number)s menus look different.", screens
            ),
        ),
    )
    for number, said in counted:
        if number:
            yield said % {"number": number_format(number)}
