"""Comparing two editions: all that somebody who dials, chats or gets an SMS would notice, as values (D5).

Texts are compared with their tokens unfilled, so that a new number is told once, and not for every text.
"""

import difflib
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from campaigns.editions.edition import Edition, Item
from campaigns.editions.rendering import MORE
from campaigns.editions.screens import LANGUAGES_AGAIN, NEVER, Asking, Menu, Page

WORDING = "ui."  # what the code of a short text of the screens begins with
LATER_PAGE = re.compile(r"\.\d+$")  # "dangers.2": what its first page says of keys holds there too
PIECES = re.compile(r"\s+|\S+")
K = TypeVar("K", bound=Hashable)


class Turn(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Part:
    """One field before and after; "" where there was or is none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """An item, or a wording ("ui.…"), in one language."""

    language: str
    code: str
    turn: Turn
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that came, went, or serves other countries, counts for another indicator and the like."""

    code: str
    turn: Turn
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key of a menu that leads elsewhere: to an item, another menu, or "=am" a language; "" nowhere.

    `languages`: those whose menu it is, none for the list of languages.
    """

    country: str
    menu: str
    key: str
    before: str
    after: str
    languages: tuple[str, ...] = ()

    @property
    def moved(self) -> bool:
        """It means something else now: whoever learnt it, or reads it on a poster, goes astray."""
        return bool(self.before and self.after)


@dataclass(frozen=True, slots=True)
class LanguageChange:
    """A language that some countries gained or lost."""

    language: str
    turn: Turn
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A kind of help in a country: the numbers that were and are shown, each with its name."""

    country: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhrasingChange:
    """Ways to ask for an item that the matcher learns or forgets."""

    language: str
    code: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScreenChange:
    """A menu or notice that looks different, in countries that see the very same; "" where there is none."""

    language: str
    place: str
    countries: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AskingChange:
    """How often, or what, callers of a country are asked about themselves."""

    country: str
    before: Asking
    after: Asking


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs; all empty: nobody notices more than where a screen is cut."""

    texts: tuple[TextChange, ...] = ()
    items: tuple[ItemChange, ...] = ()
    keys: tuple[KeyChange, ...] = ()
    languages: tuple[LanguageChange, ...] = ()
    numbers: tuple[NumberChange, ...] = ()
    figures: tuple[Part, ...] = ()
    phrasings: tuple[PhrasingChange, ...] = ()
    screens: tuple[ScreenChange, ...] = ()
    asking: tuple[AskingChange, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text; turn None: it stayed."""

    text: str
    turn: Turn | None = None


def compare(old: Edition, new: Edition) -> Comparison:
    """What changes for people if `new` is served after `old`."""
    return Comparison(
        texts=(*_texts(old, new), *_wordings(old, new)),
        items=tuple(_items(old, new)),
        keys=tuple(_keys(old, new)),
        languages=tuple(_languages(old, new)),
        numbers=tuple(_numbers(old, new)),
        figures=tuple(_figures(old, new)),
        phrasings=tuple(_phrasings(old, new)),
        screens=tuple(_screens(old, new)),
        asking=tuple(_asking(old, new)),
    )


def words(before: str, after: str) -> tuple[Span, ...]:
    """The text after, word by word, with what went and what came."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    found: list[Span] = []
    matched = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, start, end in matched.get_opcodes():
        if tag == "equal":
            found.append(Span("".join(new[start:end])))
            continue
        if first < last:
            found.append(Span("".join(old[first:last]), Turn.REMOVED))
        if start < end:
            found.append(Span("".join(new[start:end]), Turn.ADDED))
    return tuple(found)


def _both(old: Mapping[K, Any], new: Mapping[K, Any]) -> list[K]:
    """The keys of both, in the order of the new one, what is gone last."""
    return list(dict.fromkeys([*new, *old]))


def _turn(before: object, after: object) -> Turn:
    if before is None:
        return Turn.ADDED
    return Turn.REMOVED if after is None else Turn.CHANGED


# --- texts ----------------------------------------------------------------------------------------


def _texts(old: Edition, new: Edition) -> Iterator[TextChange]:
    before, after = _rendered(old), _rendered(new)
    for language, code in sorted(_both(before, after)):
        was, now = before.get((language, code)), after.get((language, code))
        if was != now:
            yield TextChange(language, code, _turn(was, now), _parts(was, now))


def _rendered(edition: Edition) -> dict[tuple[str, str], Any]:
    """(language, code) -> the item in that language."""
    return {
        (language, item.id): text
        for item in edition.items.values()
        for language, text in item.texts.items()
    }


def _parts(before: Any, after: Any) -> tuple[Part, ...]:  # noqa: ANN401 - dataclasses, or None
    """The fields that differ, as text."""
    names = [one.name for one in fields(before if after is None else after)]
    pairs = ((name, _as_text(before, name), _as_text(after, name)) for name in names)
    return tuple(Part(name, was, now) for name, was, now in pairs if was != now)


def _as_text(value: object, name: str) -> str:
    found = getattr(value, name, None)
    if isinstance(found, tuple):
        return "\n".join(map(str, found))
    return "" if found is None else str(found)


def _wordings(old: Edition, new: Edition) -> Iterator[TextChange]:
    for language in sorted(_both(old.words, new.words)):
        before, after = old.words.get(language, {}), new.words.get(language, {})
        for key in sorted(_both(before, after)):
            was, now = before.get(key), after.get(key)
            if was != now:
                part = Part("wording", was or "", now or "")
                yield TextChange(language, WORDING + key, _turn(was, now), (part,))


def _phrasings(old: Edition, new: Edition) -> Iterator[PhrasingChange]:
    """Of languages that both have: whoever gains or loses one is told so."""
    for language in sorted(set(old.phrasings) & set(new.phrasings)):
        before, after = old.phrasings[language], new.phrasings[language]
        for code in sorted(_both(before, after)):
            was, now = before.get(code, ()), after.get(code, ())
            added = tuple(one for one in now if one not in was)
            removed = tuple(one for one in was if one not in now)
            if added or removed:
                yield PhrasingChange(language, code, added, removed)


# --- items, numbers, figures ------------------------------------------------------------------------


def _items(old: Edition, new: Edition) -> Iterator[ItemChange]:
    for code in sorted(_both(old.items, new.items)):
        was, now = old.items.get(code), new.items.get(code)
        if was is None or now is None:
            yield ItemChange(code, _turn(was, now))
        elif parts := _traits(was, now):
            yield ItemChange(code, Turn.CHANGED, parts)


def _traits(was: Item, now: Item) -> tuple[Part, ...]:
    return tuple(part for part in _parts(was, now) if part.name != "texts")


def _numbers(old: Edition, new: Edition) -> Iterator[NumberChange]:
    before, after = _directory(old), _directory(new)
    for country, kind in sorted(_both(before, after)):
        was, now = before.get((country, kind), ()), after.get((country, kind), ())
        if was != now:
            yield NumberChange(country, kind, was, now)


def _directory(edition: Edition) -> dict[tuple[str, str], tuple[str, ...]]:
    """(country, kind) -> its numbers. Only their day of expiry may differ without anybody noticing."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for number in edition.numbers:
        key = (number.country, number.kind)
        found[key] = (*found.get(key, ()), f"{number.name}: {number.number}")
    return found


def _figures(old: Edition, new: Edition) -> Iterator[Part]:
    """Each token once: "figure:F01" says the same as "figure:F01.1"."""
    for token in sorted(_both(old.figures, new.figures)):
        was, now = old.figures.get(token, ""), new.figures.get(token, "")
        twin = f"{token}.1"
        if was != now and twin not in old.figures and twin not in new.figures:
            yield Part(token, was, now)


# --- menus ----------------------------------------------------------------------------------------


def _languages(old: Edition, new: Edition) -> Iterator[LanguageChange]:
    before, after = set(old.menus), set(new.menus)
    for turn, places in ((Turn.REMOVED, before - after), (Turn.ADDED, after - before)):
        spoken: dict[str, list[str]] = {}
        for country, language in sorted(places):
            spoken.setdefault(language, []).append(country)
        for language, countries in sorted(spoken.items()):
            yield LanguageChange(language, turn, tuple(countries))


def _menus(old: Edition, new: Edition) -> Iterator[tuple[str, str, Menu, Menu]]:
    """(country, language, before, after) of menus that both have; language "" the list of languages."""
    for country, language in sorted(set(old.menus) & set(new.menus)):
        yield country, language, old.menus[country, language], new.menus[country, language]
    for country, script in sorted(set(old.lists) & set(new.lists)):
        if script == "full":
            yield country, "", old.lists[country, script], new.lists[country, script]


def _keys(old: Edition, new: Edition) -> list[KeyChange]:
    found: dict[tuple[str, str, str, str, str], list[str]] = {}
    for country, language, before, after in _menus(old, new):
        was, now = _moves(before), _moves(after)
        for menu, key in _both(was, now):
            pair = was.get((menu, key), ""), now.get((menu, key), "")
            if pair[0] != pair[1]:
                found.setdefault((country, menu, key, *pair), []).append(language)
    spoken = ((place, tuple(filter(None, languages))) for place, languages in found.items())
    return sorted(
        (KeyChange(*place, languages) for place, languages in spoken),
        key=lambda one: (not one.moved, one.menu, one.key, one.country),
    )


def _moves(menu: Menu) -> dict[tuple[str, str], str]:
    """(menu, key) -> where it leads. Answers have no options of their own."""
    return {
        (page.place, key): to
        for page in _itemless(menu.pages.values())
        if not LATER_PAGE.search(page.place)
        for key, to in page.moves.items()
        if key != MORE
    }


def _screens(old: Edition, new: Edition) -> Iterator[ScreenChange]:
    """Menus and notices; what items say is told as their texts."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for country, language, before, after in _menus(old, new):
        was, now = _shown(before, old.mark), _shown(after, new.mark)
        for place in _both(was, now):
            pair = was.get(place, ""), now.get(place, "")
            if pair[0] != pair[1]:
                found.setdefault((language, place, *pair), []).append(country)
    for (language, place, one, other), countries in sorted(found.items(), key=_first(2)):
        yield ScreenChange(language, place, tuple(countries), one, other)


def _first(number: int) -> Callable[[tuple[tuple[str, ...], list[str]]], tuple[object, ...]]:
    """Order by so many parts of the key, then by the first country."""
    return lambda pair: (*pair[0][:number], pair[1])


def _shown(menu: Menu, mark: str) -> dict[str, str]:
    """Place -> its words, all pages of a menu as one."""
    found: dict[str, list[str]] = {}
    for page in _itemless(menu.pages.values()):
        found.setdefault(LATER_PAGE.sub("", page.place), []).append(page.text.removeprefix(mark))
    return {place: "\n".join(texts) for place, texts in found.items()}


def _itemless(pages: Iterable[Page]) -> Iterator[Page]:
    """Screens without an item; of the two lists of languages the first."""
    for page in pages:
        if not page.item and page.place != LANGUAGES_AGAIN:
            yield page


def _asking(old: Edition, new: Edition) -> Iterator[AskingChange]:
    for country in sorted(_both(old.asking, new.asking)):
        before, after = (one.asking.get(country, NEVER) for one in (old, new))
        if before != after:
            yield AskingChange(country, before, after)
