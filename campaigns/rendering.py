"""Screens: texts cut into pages that fit the operator's budget, never inside a word, number or token.

Every page is measured with the line "not a choice" above it too; where both do not fit, that line
takes the place of the title, or the keys below are shown as bare digits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from campaigns.edition import Budget, Page
from gateways import segments

GLUE = "\x1f"  # a space that no page may break at
MORE = "98"
BLANKS = " \n"
STOPS = ".?!:።፧؟\u06d4"  # ends of sentences: Latin, Ethiopic, Arabic


@dataclass(frozen=True, slots=True)
class Line:
    """A key and what it does: "1 Dangers" goes to `place`; place "" only shows a key of everywhere."""

    key: str
    label: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.key} {self.label}"


@dataclass(slots=True)
class Screens:
    """The screens of one language in one country as they are made, and what went wrong with them."""

    mark: str  # before every screen: "DEMO " in demonstrations
    wrong: str
    more: str
    budget: Budget
    pages: dict[str, Page] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def fits(self, text: str) -> bool:
        return segments.fits(text, gsm7=self.budget.gsm, ucs2=self.budget.ucs2)

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
        more = Line(MORE, self.more)
        moves = _moves([*last, *keys])
        parts = self._cut(place, text, (more, *keys), (*last, *keys))
        for number, part in enumerate(parts, 1):
            final = number == len(parts)
            onward = {} if final else {MORE: f"{place}.{number + 1}"}
            shown = (*last, *keys) if final else (more, *keys)
            self._add(_name(place, number), "", part, shown, {**moves, **onward}, item=item)

    def menu(self, place: str, title: str, options: Sequence[Line], out: Line, back: Line) -> None:
        """Options in as many pages as they need; every key works on every page, so that dialling stays true."""
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

    def notice(self, place: str, text: str, *, wish: str = "") -> None:
        """The last words of a call, on one screen."""
        shown = self.mark + text
        if not self.fits(shown):
            self.problems.append(
                f"{place}: {segments.units(shown)} units are too long for one screen."
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
            self.problems.append(f"the option {options[0]} is too long for a screen.")
        return []

    def _cut(self, place: str, text: str, keys: Sequence[Line], last: Sequence[Line]) -> list[str]:
        """The text in as few parts as can be; after sentences, if that costs no further part."""
        shortest = self._parts(text, keys, last, sentences=False)
        kindest = self._parts(text, keys, last, sentences=True)
        if shortest is None or kindest is None:
            self.problems.append(f"{place}: a word is too long for a screen.")
            return [text]
        return kindest if len(kindest) <= len(shortest) else shortest

    def _parts(
        self, text: str, keys: Sequence[Line], last: Sequence[Line], *, sentences: bool
    ) -> list[str] | None:
        """Parts that end at a blank, the last with room for its own keys; None where no cut helps."""
        rest = text
        parts: list[str] = []
        while not self._holds("", rest, last):
            cut = self._longest(rest, keys, sentences=sentences)
            if not cut:
                return None
            parts.append(rest[:cut].strip())
            rest = rest[cut:].strip()
        return [*parts, rest]

    def _longest(self, text: str, keys: Sequence[Line], *, sentences: bool) -> int:
        """Where the first page ends: after a word, or after a sentence that fills half the page."""
        blanks = [i for i, letter in enumerate(text) if letter in BLANKS and text[:i].strip()]
        fitting = [i for i in blanks if self._holds("", text[:i].strip(), keys)]
        if not fitting:
            return 0
        ends = [i for i in fitting if text[i - 1] in STOPS or text[i] == "\n"]
        return ends[-1] if sentences and ends and ends[-1] * 2 >= fitting[-1] else fitting[-1]

    def _holds(self, head: str, body: str, keys: Sequence[Line]) -> bool:
        plain = _page(self.mark, head, body, keys)
        return self.fits(plain) and self._wrong(head, body, keys) is not None

    def _wrong(self, head: str, body: str, keys: Sequence[Line]) -> str | None:
        """The page under "not a choice": whole, or without its title, or with bare keys."""
        bare = " ".join(line.key for line in keys)
        for text in (
            _page(self.mark + self.wrong + "\n", head, body, keys),
            _page(self.mark + self.wrong + "\n", "", body, keys),
            (self.mark + "\n".join(filter(None, (self.wrong, body, bare)))).replace(GLUE, " "),
        ):
            if self.fits(text):
                return text
        return None

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
        if wrong is None or not self.fits(text):
            self.problems.append(f"{place}: {segments.units(text)} units do not fit a screen.")
        self.pages[place] = Page(place, text, wrong or text, item, dict(moves))


def _page(mark: str, head: str, body: str, keys: Iterable[Line]) -> str:
    return (mark + "\n".join(filter(None, (head, body, *map(str, keys))))).replace(GLUE, " ")


def _moves(lines: Iterable[Line]) -> dict[str, str]:
    return {line.key: line.place for line in lines if line.place}


def _name(place: str, number: int) -> str:
    return place if number == 1 else f"{place}.{number}"
