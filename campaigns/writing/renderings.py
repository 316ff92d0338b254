"""What one text becomes: USSD screens, an SMS and a chat answer, with units, encoding, parts and money.

Nothing is stored; the same code that compiles an edition makes the screens, so what is seen while writing
is what phones show.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from campaigns.editions.content import (
    HELP_ITEM,
    MENU,
    MINE,
    QUIZ,
    ROOT,
    SHOWN,
    WORDING,
    Node,
    Words,
)
from campaigns.editions.menus import WITH_HELP
from campaigns.editions.problems import Problem, nowhere
from campaigns.editions.screens import HELP, STANDARD
from campaigns.editions.tokens import fill
from campaigns.models import Price
from campaigns.writing import gsm_safe
from campaigns.writing.workbench import Workbench
from gateways import segments
from gateways.network.operators import NETWORKS
from people.countries import CALLING

PEOPLE = 1000  # what costs are told for
BLANK = "\u2423"  # stands for a space or sign that nobody would see
OWN_LETTERS = 0.3  # share of foreign letters from which a text is written in a script of its own
NAMES_KEYS = "{menu:"  # a text with it names keys of its own


class Piece(NamedTuple):
    """A stretch of a text; `odd` is the name of the character that forces UCS-2, else ""."""

    text: str
    odd: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """One USSD screen. `units` of `limit` are taken, in its own encoding."""

    text: str
    encoding: segments.Encoding
    units: int
    limit: int

    @property
    def fits(self) -> bool:
        return self.units <= self.limit


@dataclass(frozen=True, slots=True)
class Message:
    """The SMS as it is sent. `plain_parts`: what it would take if made GSM-7 safe; None if it cannot be."""

    text: str
    encoding: segments.Encoding
    units: int
    parts: int
    sizes: tuple[int, ...]
    pieces: tuple[Piece, ...]
    plain_parts: int | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """The answer in a chat: below it numbered replies to choose from; `audio` is an address."""

    text: str
    replies: tuple[tuple[str, str], ...] = ()
    audio: str = ""


@dataclass(frozen=True, slots=True)
class Odd:
    """A character that forces UCS-2, its name, and where it stands in the text as written."""

    character: str
    name: str
    code: str
    times: int

    @property
    def seen(self) -> str:
        return BLANK if _unseen(self.character) else self.character


@dataclass(frozen=True, slots=True)
class Cost:
    """What a thousand people cost in one country through one gateway; from the cheapest to the dearest network."""

    country: str
    parts: int
    encoding: segments.Encoding
    gateway: str = ""
    low: Decimal | None = None  # None: nobody has noted a price
    high: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """All forms of one text in one country and language, and what stands against it."""

    country: str
    language: str
    screens: tuple[Screen, ...]
    message: Message | None
    chat: Chat | None
    odd: tuple[Odd, ...]
    own_letters: bool  # written in a script that never fits GSM-7: no character is to blame
    problems: tuple[Problem, ...]


def show(bench: Workbench, node: Node, words: Words, country: str, language: str) -> Shown:
    """The text as each channel shows it there. A token that leads nowhere is a problem, and empties the form."""
    problems = {str(one): one for one in bench.faults(node, words, language)}
    screens: tuple[Screen, ...] = ()
    sent: Message | None = None
    chat: Chat | None = None
    try:
        screens = _screens(bench, node, words, country, language)
        sent = _message(bench, node, words, country, language)
        chat = _chat(bench, node, words, country, language)
    except KeyError as token:
        if not problems:
            problem = nowhere(node.code, language, country, token)
            problems[str(problem)] = problem
    odd = _odd(words)
    return Shown(
        country,
        language,
        screens,
        sent,
        chat,
        odd,
        _own_letters(words, odd),
        tuple(problems.values()),
    )


def _screens(
    bench: Workbench, node: Node, words: Words, country: str, language: str
) -> tuple[Screen, ...]:
    if node.kind not in (*SHOWN, MENU) and node.code != HELP_ITEM:
        return ()
    place = {HELP_ITEM: HELP, ROOT: ROOT, MINE: MINE}.get(node.code, node.code)
    made = bench.screens(words, node, country, language).pages.values()
    return tuple(
        screen(page.text)
        for page in made
        if page.place == place or re.fullmatch(rf"{re.escape(place)}\.\d+", page.place)
    )


def screen(text: str) -> Screen:
    """A text as one screen, measured."""
    counted = segments.count(text)
    limit = STANDARD.ucs2 if counted.odd else STANDARD.gsm
    return Screen(text, counted.encoding, counted.units, limit)


def _message(
    bench: Workbench, node: Node, words: Words, country: str, language: str
) -> Message | None:
    """Menus are never sent; a wording is measured as it stands, its places unfilled."""
    if node.kind == MENU:
        return None
    return message(words.body if node.kind == WORDING else bench.sms(words, country, language))


def message(text: str) -> Message:
    """A text as an SMS, tokens filled."""
    counted = segments.count(text)
    plain = gsm_safe.apply(text, [one.character for one in gsm_safe.suggest(text)])
    safe = segments.count(plain)
    return Message(
        text,
        counted.encoding,
        counted.units,
        counted.parts,
        segments.sizes(text),
        tuple(marked(text)),
        safe.parts if counted.odd and not safe.odd else None,
    )


def marked(text: str) -> Iterator[Piece]:
    """The text in stretches, each character that forces UCS-2 in one of its own with its name."""
    for odd, group in groupby(text, key=lambda one: one not in segments.GSM):
        stretch = "".join(group)
        if not odd:
            yield Piece(stretch)
            continue
        for one in stretch:
            yield Piece(BLANK if _unseen(one) else one, gsm_safe.name(one))


def _unseen(character: str) -> bool:
    return character.isspace() or not character.isprintable()


def _chat(bench: Workbench, node: Node, words: Words, country: str, language: str) -> Chat | None:
    """As the bot answers: the text, what to ask next, the way to help, and the care a sensitive one needs."""
    if node.kind == WORDING:
        return None
    ui = bench.ui(language)
    if node.kind == MENU:
        title = ui["bot.menu"] if node.code == ROOT else words.title
        return Chat(title, tuple(_listed(bench, node, country, language)))
    if node.kind == QUIZ:
        options = enumerate(words.options, 1)
        return Chat(
            _filled(bench, words, country, language), tuple((str(n), o) for n, o in options)
        )
    below = [ui["bot.listen"].format(address=words.audio)] if words.audio else []
    below += [ui["bot.delete"]] if node.sensitive else []
    replies = list(_further(bench, node, words, country, language))
    if node.component in WITH_HELP and node.code != HELP_ITEM:
        replies.append(("8", ui["ussd.help"]))
    text = "\n".join([_filled(bench, words, country, language), *below])
    return Chat(text, tuple(replies), words.audio)


def _filled(bench: Workbench, words: Words, country: str, language: str) -> str:
    return fill(words.body, bench.tokens(country, language))


def _listed(bench: Workbench, node: Node, country: str, language: str) -> Iterator[tuple[str, str]]:
    if language in bench.content.texts:
        texts = bench.content.texts[language]
        for one in bench.content.listed(node.code, country, language):
            yield one.key, texts[one.code].short if one.kind == MENU else texts[one.code].title


def _further(
    bench: Workbench, node: Node, words: Words, country: str, language: str
) -> Iterator[tuple[str, str]]:
    """The next answer of the same topic, where the text itself names no key of the menu."""
    texts = bench.content.texts.get(language, {})
    if NAMES_KEYS in words.body or node.code == HELP_ITEM:
        return
    same = [
        one.code
        for one in bench.content.nodes.values()
        if one.kind in (*SHOWN, QUIZ)
        and one.topic == node.topic
        and one.serves(country)
        and (one.code in texts or one.code == node.code)
    ]
    after = same[same.index(node.code) + 1 :] if node.code in same else []
    yield from (("1", texts[one].title) for one in after[:1])


def _odd(words: Words) -> tuple[Odd, ...]:
    """Over everything that can be sent or shown, as it was written."""
    written = "\n".join((words.short, words.title, *words.parts()))
    return tuple(
        Odd(one.character, one.name, one.code, len(one.places)) for one in gsm_safe.suggest(written)
    )


def _own_letters(words: Words, odd: Iterable[Odd]) -> bool:
    written = "".join((words.short, words.title, *words.parts()))
    foreign = sum(one.times for one in odd)
    return foreign > OWN_LETTERS * max(1, sum(map(str.isalpha, written)))


def costs(
    bench: Workbench, node: Node, words: Words, language: str, prices: Iterable[Price]
) -> list[Cost]:
    """For each country where the text may be sent: parts, and what a thousand people cost.

    A country whose tokens lead nowhere is not listed: the problem is told elsewhere.
    """
    if node.kind in (MENU, WORDING):
        return []
    known: dict[str, list[Price]] = {}
    for price in prices:
        known.setdefault(price.country, []).append(price)
    found: list[Cost] = []
    for country in bench.countries(node, language):
        try:
            counted = segments.count(bench.sms(words, country, language))
        except KeyError:
            continue
        found += _priced(country, counted, known.get(country, []))
    return found


def _priced(country: str, counted: segments.Count, prices: list[Price]) -> Iterator[Cost]:
    """One line for each gateway and currency."""
    if not prices:
        yield Cost(country, counted.parts, counted.encoding)
    lines: dict[tuple[str, str], list[Decimal]] = {}
    for price in prices:
        lines.setdefault((price.gateway, price.currency), []).append(price.per_part)
    for (gateway, currency), each in lines.items():
        low, high = (PEOPLE * counted.parts * one for one in (min(each), max(each)))
        yield Cost(country, counted.parts, counted.encoding, gateway, low, high, currency)


def showing(country: str, able: Mapping[str, bool]) -> tuple[list[str], list[str]]:
    """Networks of the country that show letters outside GSM-7 on USSD, and those that do not, as far as known.

    `able`: network -> whether it does, as the gateways are set up; a network not named does not.
    """
    here = sorted({n for prefix, n in NETWORKS.items() if CALLING[prefix[1:4]] == country})
    return [n for n in here if able.get(n)], [n for n in here if not able.get(n)]


@dataclass(frozen=True, slots=True)
class Token:
    """A token to put into a text: what to type, what it becomes now, and for a figure what it says."""

    written: str
    becomes: str
    says: str = ""


def insertable(
    bench: Workbench, country: str, language: str, claims: Mapping[str, str]
) -> dict[str, list[Token]]:
    """Every token by sort: numbers, menus, figures. `claims`: fact -> what it says."""
    tokens = bench.tokens(country, language)
    sorts: dict[str, list[Token]] = {"number": [], "menu": [], "figure": []}
    for name in sorted(bench.known.tokens):
        becomes = _becomes(tokens, name)
        if becomes is None:
            continue
        sort = name.partition(":")[0]
        sort = {"menu": "menu", "figure": "figure", "year": "figure"}.get(sort, "number")
        fact = name.partition(":")[2].partition(".")[0]
        sorts[sort].append(Token(f"{{{name}}}", becomes, claims.get(fact, "")))
    return sorts


def _becomes(tokens: Mapping[str, str], name: str) -> str | None:
    try:
        return tokens[name]
    except KeyError:
        return None  # a menu that this country does not have
