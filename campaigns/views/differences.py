"""The difference between two editions as a page shows it: by language, with the words that came and went marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from campaigns.editions import comparing
from campaigns.editions.comparing import Comparison, Part, PhrasingChange, Span, TextChange, Turn
from campaigns.editions.edition import Edition
from campaigns.press import announcing
from campaigns.writing.titles import titled
from people import languages

MOST = 60  # texts of one language on a page
LONG = 160  # characters; longer ones are folded
PARTS: Mapping[str, Promise] = {
    "title": gettext_lazy("title"),
    "short": gettext_lazy("short label"),
    "body": gettext_lazy("body"),
    "sms": gettext_lazy("SMS"),
    "ussd": gettext_lazy("USSD screens"),
    "options": gettext_lazy("answers of the quiz"),
    "audio": gettext_lazy("audio"),
    "wording": gettext_lazy("wording"),
    "kind": gettext_lazy("kind"),
    "topic": gettext_lazy("topic"),
    "indicators": gettext_lazy("indicators"),
    "sensitive": gettext_lazy("sensitive"),
    "countries": gettext_lazy("countries"),
    "component": gettext_lazy("what it gives: risk, rights, safe way or help"),
    "source": gettext_lazy("source"),
    "dated": gettext_lazy("date of the source"),
    "correct": gettext_lazy("right answer"),
    "explains": gettext_lazy("answer that says why"),
}
TURNS: Mapping[Turn, Promise] = {
    Turn.ADDED: gettext_lazy("new"),
    Turn.CHANGED: gettext_lazy("changed"),
    Turn.REMOVED: gettext_lazy("gone"),
}


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One field, word by word. `folded`: too long to stand open."""

    name: str
    spans: tuple[Span, ...]

    @property
    def folded(self) -> bool:
        return sum(len(span.text) for span in self.spans) > LONG


@dataclass(frozen=True, slots=True)
class Row:
    """Something that changed: its name, its code, and what is different in it."""

    name: str
    code: str
    turn: str
    parts: tuple[ShownPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that changed in one language; `more`: how many texts are not shown."""

    code: str
    name: str
    direction: str
    counted: list[tuple[str, int]]
    rows: list[Row]
    more: int


def difference(old: Edition, new: Edition) -> dict[str, Any]:
    """What a page needs: the comparison, its sentences, and each change ready to be shown."""
    found = comparing.compare(old, new)
    return told(found)


def told(found: Comparison) -> dict[str, Any]:
    known = languages.known()
    names = announcing.Names(titled(announcing.codes(found)), known)
    return {
        "found": found,
        "sentences": announcing.sentences(found, names),
        "languages": [
            (
                TURNS[one.turn],
                names.language(one.language),
                announcing.countries(one.countries),
            )
            for one in found.languages
        ],
        "keys": _keys(found, names),
        "texts": list(_texts(found, names)),
        "items": [
            Row(names.place(one.code), one.code, str(TURNS[one.turn]), _parts(one.parts))
            for one in found.items
        ],
        "numbers": [
            (announcing.countries([one.country]), one.kind, one.before, one.after)
            for one in found.numbers
        ],
        "figures": found.figures,
        "phrasings": [_phrasing(one, names) for one in found.phrasings[:MOST]],
        "screens": [_screen(one, names) for one in found.screens[:MOST]],
        "screens_more": max(0, len(found.screens) - MOST),
    }


def _keys(found: Comparison, names: announcing.Names) -> list[dict[str, Any]]:
    """Each change of a key once, with the countries in which it is one."""
    places: dict[tuple[str, str, str, str], list[str]] = {}
    for one in found.keys:
        places.setdefault((one.menu, one.key, one.before, one.after), []).append(one.country)
    return [
        {
            "menu": names.place(menu),
            "key": key,
            "before": names.place(before),
            "after": names.place(after),
            "moved": bool(before and after),
            "countries": announcing.countries(countries),
        }
        for (menu, key, before, after), countries in places.items()
    ]


def _texts(found: Comparison, names: announcing.Names) -> Iterable[Spoken]:
    """By language; one that is wholly new or gone is counted only."""
    whole = {one.language for one in found.languages} - {
        one.language for one in found.texts if one.turn is Turn.CHANGED
    }
    spoken: dict[str, list[TextChange]] = {}
    for change in found.texts:
        spoken.setdefault(change.language, []).append(change)
    for code, changes in spoken.items():
        shown = [] if code in whole else changes[:MOST]
        yield Spoken(
            code=code,
            name=names.language(code),
            direction=_direction(code, names),
            counted=_counted(changes),
            rows=[_text(change, names) for change in shown],
            more=len(changes) - len(shown),
        )


def _counted(changes: Sequence[TextChange]) -> list[tuple[str, int]]:
    numbers = ((turn, sum(one.turn is turn for one in changes)) for turn in Turn)
    return [(str(TURNS[turn]), number) for turn, number in numbers if number]


def _text(change: TextChange, names: announcing.Names) -> Row:
    parts = _parts(change.parts)
    return Row(names.place(change.code), change.code, str(TURNS[change.turn]), parts)


def _parts(parts: Iterable[Part]) -> tuple[ShownPart, ...]:
    """Parts that have words; the SMS is told apart from the body only where it says something else."""
    bodies = {(one.before, one.after) for one in parts if one.name == "body"}
    return tuple(
        ShownPart(str(PARTS.get(one.name, one.name)), comparing.words(one.before, one.after))
        for one in parts
        if (one.before or one.after)
        and not (one.name == "sms" and (one.before, one.after) in bodies)
    )


def _phrasing(change: PhrasingChange, names: announcing.Names) -> dict[str, Any]:
    return {
        "name": names.place(change.code),
        "language": change.language,
        "direction": _direction(change.language, names),
        "added": change.added,
        "removed": change.removed,
    }


def _screen(change: comparing.ScreenChange, names: announcing.Names) -> dict[str, Any]:
    return {
        "name": names.place(change.place),
        "language": change.language or "en",
        "direction": _direction(change.language, names),
        "countries": announcing.countries(change.countries),
        "spans": comparing.words(change.before, change.after),
    }


def _direction(code: str, names: announcing.Names) -> str:
    return names.known[code].direction if code in names.known else "ltr"
