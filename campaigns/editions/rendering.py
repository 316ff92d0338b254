"""Screens: texts cut into pages that fit the operator's budget, never inside a word, number or token.

Every page is measured with the line "not a choice" above it too; where both do not fit, that line
takes the place of the title, or the keys below are shown as bare digits. A text is measured once, not at
every place where it might be cut; countries that say the same in the same language share their screens.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.translation import gettext_noop

from campaigns.editions.measuring import GLUE, Frame, Measured, Size
from campaigns.editions.problems import About, Problem
from campaigns.editions.screens import TELL, Budget, Page
from gateways import segments

MORE = "98"
PICKS = 7  # of a long list on one page: the keys 1 to 7
STOPS = ".?!።፧؟\u06d4"  # ends of sentences: Latin, Ethiopic, Arabic
LEADS = ":፦"  # no end: the number or the list behind belongs to them


@dataclass(frozen=True, slots=True)
class Line:
    """A key and what it does: "1 Dangers" goes to `place`; place "" only shows a key of everywhere."""

    key: str
    label: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.key} {self.label}"


class Made(NamedTuple):
    """Screens made before, and what was wrong with them."""

    pages: tuple[Page, ...]
    problems: tuple[Problem, ...]


Known = dict[tuple[object, ...], Made]  # everything that shapes a screen -> the screens


@dataclass(slots=True)
class Screens:
    """The screens of one language in one country as they are made, and what went wrong with them.

    `known` may be shared by the screens of several countries: what is said there in the very same words,
    with the same keys, is made once.
    """

    mark: str  # before every screen: "DEMO " in demonstrations
    wrong: str
    more: str
    budget: Budget
    known: Known = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    frames: dict[tuple[Line, ...], Frame] = field(default_factory=dict)

    def story(
        self,
        place: str,
        text: str,
        keys: Sequence[Line],
        *,
        last: Sequence[Line] = (),
        item: str = "",
    ) -> None:
        """A text in as many pages as it needs; `keys` under each page, `last` only under the last one."""
        self._once(
            Screens._story,
            place,
            text.strip(),
            (Line(MORE, self.more), *keys),
            (*last, *keys),
            item,
        )

    def _story(
        self, place: str, text: str, keys: Sequence[Line], last: Sequence[Line], item: str
    ) -> None:
        moves = _moves(last)
        parts = self._cut(place, text, keys, last)
        for number, part in enumerate(parts, 1):
            final = number == len(parts)
            onward = {} if final else {MORE: f"{place}.{number + 1}"}
            shown = last if final else keys
            self._add(_name(place, number), "", part, shown, {**moves, **onward}, item=item)

    def menu(self, place: str, title: str, options: Sequence[Line], out: Line, back: Line) -> None:
        """Options in as many pages as they need; every key works on every page, so that dialling stays true."""
        self._once(Screens._menu, place, title, tuple(options), out, back)

    def _menu(self, place: str, title: str, options: Sequence[Line], out: Line, back: Line) -> None:
        more = Line(MORE, self.more)
        moves = _moves(options)
        rest, number, head = list(options), 1, title
        while rest or number == 1:
            below = out if number == 1 else back
            taken = self._take(head, rest, below, more)
            rest = rest[len(taken) :] if taken else rest[1:]
            onward = {MORE: f"{place}.{number + 1}"} if rest else {}
            keys = (more, below) if rest else (below,)
            body = "\n".join(map(str, taken))
            self._add(_name(place, number), head, body, keys, {**moves, **onward})
            number, head = number + 1, ""

    def question(
        self,
        place: str,
        text: str,
        options: Sequence[Line],
        keys: Sequence[Line],
        *,
        quiz: str = "",
    ) -> None:
        """A question and its answers: on one screen, or text first; every key works on every page."""
        self._once(Screens._question, place, text.strip(), tuple(options), tuple(keys), quiz)

    def _question(
        self, place: str, text: str, options: Sequence[Line], keys: Sequence[Line], quiz: str
    ) -> None:
        moves = _moves(options)
        whole = _joined((text, *options))
        if self._holds("", whole, keys):
            self._lay(place, [(whole, moves)], keys, quiz)
            return
        bodies, rest = self._before_more(place, text, keys), list(options)
        while rest:
            count = self._fitting(rest, len(rest), keys)
            bodies.append(_joined(rest[:count]))
            rest = rest[count:]
        self._lay(place, [(body, moves) for body in bodies], keys, quiz)

    def picks(self, place: str, text: str, names: Sequence[str], keys: Sequence[Line]) -> None:
        """A long list to choose from: the keys of each page begin at 1 again and mean what it shows."""
        self._once(Screens._picks, place, text.strip(), tuple(names), tuple(keys))

    def _picks(self, place: str, text: str, names: Sequence[str], keys: Sequence[Line]) -> None:
        pages: list[tuple[str, Mapping[str, str]]] = [
            (body, {}) for body in self._before_more(place, text, keys)
        ]
        rest = list(names)
        while rest:
            lines = [Line(str(n), name, TELL + name) for n, name in enumerate(rest[:PICKS], 1)]
            lines = lines[: self._fitting(lines, len(rest), keys)]
            pages.append((_joined(lines), _moves(lines)))
            rest = rest[len(lines) :]
        self._lay(place, pages, keys)

    def _before_more(self, place: str, text: str, keys: Sequence[Line]) -> list[str]:
        """A text in parts that are all followed by more."""
        more = (Line(MORE, self.more), *keys)
        return self._cut(place, text, more, more)

    def _fitting(self, lines: Sequence[Line], left: int, keys: Sequence[Line]) -> int:
        """How many of these lines a page holds, when `left` are still to come; one at least, told if too long."""
        more = (Line(MORE, self.more), *keys)
        for count in range(len(lines), 0, -1):
            if self._holds("", _joined(lines[:count]), keys if count == left else more):
                return count
        self._too_long(lines[0])
        return 1

    def _lay(
        self,
        place: str,
        pages: Sequence[tuple[str, Mapping[str, str]]],
        keys: Sequence[Line],
        quiz: str = "",
    ) -> None:
        """Pages of a body and its own moves, each but the last with the key to the next."""
        more = (Line(MORE, self.more), *keys)
        for number, (body, moves) in enumerate(pages, 1):
            final = number == len(pages)
            onward = {} if final else {MORE: _name(place, number + 1)}
            shown = keys if final else more
            name = _name(place, number)
            self._add(name, "", body, shown, {**moves, **onward})
            self.pages[name] = replace(self.pages[name], quiz=quiz)

    def _once(self, make: Callable[..., None], *shaped: object) -> None:
        """Make these screens, unless they are known: `shaped` and the language's own words say all."""
        key = (make.__name__, self.mark, self.wrong, self.more, self.budget, *shaped)
        made = self.known.get(key)
        if made is None:
            fresh = replace(self, pages={}, problems=[])
            make(fresh, *shaped)
            made = self.known[key] = Made(tuple(fresh.pages.values()), tuple(fresh.problems))
        self.pages |= {page.place: page for page in made.pages}
        self.problems += made.problems

    def notice(self, place: str, text: str, *, wish: str = "") -> None:
        """The last words of a call, on one screen."""
        shown = self.mark + text
        if not self.budget.holds(shown):
            self._tell(
                place,
                gettext_noop("{units} units are too long for one screen."),
                units=str(segments.units(shown)),
            )
        self.pages[place] = Page(place, shown, shown, ends=True, wish=wish)

    def _take(self, head: str, options: list[Line], below: Line, more: Line) -> list[Line]:
        """As many options as the page holds."""
        for count in range(len(options), 0, -1):
            keys = (below,) if count == len(options) else (more, below)
            body = "\n".join(map(str, options[:count]))
            if self._holds(head, body, keys):
                return options[:count]
        if options:
            self._too_long(options[0])
        return []

    def _too_long(self, option: Line) -> None:
        said = gettext_noop("the option {option} is too long for a screen.")
        self._tell(option.place, said, option=str(option))

    def _cut(self, place: str, text: str, keys: Sequence[Line], last: Sequence[Line]) -> list[str]:
        """The text in as few parts as can be; after sentences, if that costs no further part."""
        measured, around, around_last = Measured(text), self._frame(keys), self._frame(last)
        shortest = _parts(measured, around, around_last, sentences=False)
        if shortest is None:
            self._tell(place, gettext_noop("a word is too long for a screen."))
            return [text]
        kindest = _parts(measured, around, around_last, sentences=True)
        return kindest if kindest and len(kindest) <= len(shortest) else shortest

    def _frame(self, keys: Sequence[Line]) -> Frame:
        """What a page of a story has around its text: keys and, when told so, "not a choice"."""
        keys = tuple(keys)
        frame = self.frames.get(keys)
        if frame is None:
            around = (_page(self.mark, "", "x", keys), *self._wrongs("", "x", keys))
            plain, *wrong = (_less_one(Measured(text).size(0, len(text))) for text in around)
            frame = self.frames[keys] = Frame(plain, tuple(wrong), self.budget)
        return frame

    def _holds(self, head: str, body: str, keys: Sequence[Line]) -> bool:
        plain = _page(self.mark, head, body, keys)
        return self.budget.holds(plain) and self._wrong(head, body, keys) is not None

    def _wrong(self, head: str, body: str, keys: Sequence[Line]) -> str | None:
        """The first form of the page under "not a choice" that fits."""
        return next(filter(self.budget.holds, self._wrongs(head, body, keys)), None)

    def _wrongs(self, head: str, body: str, keys: Sequence[Line]) -> tuple[str, str, str]:
        """The page under "not a choice": whole, or without its title, or with bare keys."""
        bare = " ".join(line.key for line in keys)
        return (
            _page(self.mark + self.wrong + "\n", head, body, keys),
            _page(self.mark + self.wrong + "\n", "", body, keys),
            (self.mark + "\n".join(filter(None, (self.wrong, body, bare)))).replace(GLUE, " "),
        )

    def _tell(self, place: str, said: str, **values: str) -> None:
        self.problems.append(Problem(said, About.TEXT, place, values=values))

    def _add(
        self,
        place: str,
        head: str,
        body: str,
        keys: Sequence[Line],
        moves: Mapping[str, str],
        *,
        item: str = "",
    ) -> None:
        text = _page(self.mark, head, body, keys)
        wrong = self._wrong(head, body, keys)
        if wrong is None or not self.budget.holds(text):
            self._tell(
                place,
                gettext_noop("{units} units do not fit a screen."),
                units=str(segments.units(text)),
            )
        self.pages[place] = Page(place, text, wrong or text, item, dict(moves))


def _joined(lines: Iterable[object]) -> str:
    return "\n".join(filter(None, map(str, lines)))


def _page(mark: str, head: str, body: str, keys: Iterable[Line]) -> str:
    return (mark + "\n".join(filter(None, (head, body, *map(str, keys))))).replace(GLUE, " ")


def _less_one(size: Size) -> Size:
    return Size(size.odd, size.septets - 1, size.units - 1)


def _parts(text: Measured, keys: Frame, last: Frame, *, sentences: bool) -> list[str] | None:
    """Parts that end at a blank, the last with room for its own keys; None where no cut helps."""
    start, end = 0, len(text.text)
    parts: list[str] = []
    while not last.holds(text.size(start, end)):
        cut = _longest(text, start, keys, sentences=sentences)
        if not cut:
            return None
        parts.append(text.text[start:cut].strip())
        start = end - len(text.text[cut:].lstrip())
    return [*parts, text.text[start:]]


def _longest(text: Measured, start: int, keys: Frame, *, sentences: bool) -> int:
    """Where the page from `start` on ends: after a word, or after a sentence that fills half of it; 0: nowhere."""
    blanks = text.blanks_within(start, max(keys.budget))
    fits = (at for at in blanks if keys.holds(text.size(start, text.stripped(at))))
    fitting = next(fits, 0)
    if fitting and text.text[fitting - 1] in LEADS:
        fitting = next(fits, fitting)
    if not sentences:
        return fitting
    for at in blanks:
        if (at - start) * 2 < fitting - start:
            break
        ended = at <= fitting and (text.text[at - 1] in STOPS or text.text[at] == "\n")
        if ended and keys.holds(text.size(start, text.stripped(at))):
            return at
    return fitting


def _moves(lines: Iterable[Line]) -> dict[str, str]:
    return {line.key: line.place for line in lines if line.place}


def _name(place: str, number: int) -> str:
    return place if number == 1 else f"{place}.{number}"
