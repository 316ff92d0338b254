"""Attempting: drafts as one country's phones would show them, with all that is wrong told and shown where it can be.

For previews only. What is wrong is mended just enough to be seen: an unknown token stands as its name in
brackets, a language that is not complete borrows what its menu needs from English. It is always a
demonstration, so that what nobody approved can never be served to anybody's phone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns.editions.compiling import Making, measure
from campaigns.editions.content import (
    HELP_ITEM,
    MENU,
    MINE,
    ROOT,
    SOURCE,
    Content,
    Node,
    Words,
    lacking,
    structure_problems,
)
from campaigns.editions.edition import Edition, Kind
from campaigns.editions.problems import About, Problem, listed, once
from campaigns.editions.wording import TOKEN, known, text_problems, wording_faults
from campaigns.press import directory
from campaigns.press.drafts import UI, gather
from campaigns.press.facts import figures
from people import inquiry, languages

NEEDED = frozenset((ROOT, MINE, HELP_ITEM))  # no menu stands without these
LISTED = 7  # languages that a list has keys for
STRAY = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Attempt:
    """`edition` None: nothing can be shown at all, for the reasons told."""

    edition: Edition | None
    problems: tuple[Problem, ...]


def attempt(country: str, language: str, *, at: datetime) -> Attempt:
    """The newest texts of one country, whatever their status. `language` is shown though it be incomplete."""
    known_figures = figures(Kind.DEMONSTRATION, on=timezone.localdate(at))
    content, _ = gather(Kind.DEMONSTRATION, known_figures)
    numbers, _ = directory.numbers(Kind.DEMONSTRATION, on=timezone.localdate(at))
    orders = languages.orders()
    making = Making(
        Kind.DEMONSTRATION,
        at,
        tuple(numbers),
        known_figures,
        countries=(country,),
        languages=languages.known(),
        orders={**orders, country: _order(orders.get(country, languages.NOWHERE), language)},
        districts=inquiry.districts(),
    )
    return tried(content, making, language)


def tried(content: Content, making: Making, language: str) -> Attempt:
    """The edition of content that may be broken."""
    content = _spoken(content, making)
    told = structure_problems(content.nodes)
    for one in _scripts(making, language):
        told += text_problems(content, one, making.figures.words) if one in content.texts else []
    if missing := sorted(NEEDED & {*lacking(content, SOURCE)}):
        said = gettext_noop("the source language lacks {items}.")
        problem = Problem(said, About.LANGUAGE, "", SOURCE, {"items": ", ".join(missing)})
        return Attempt(None, (problem, *told))
    content = _sound(content, told, making.figures.words)
    for one in _scripts(making, language):
        content, lent = _borrowed(content, one)
        told += lent
    try:
        edition, screens = measure(content, making)
    except KeyError as error:  # the way to a menu that has nothing in this country or language
        said = gettext_noop("nobody knows the token {token}.")
        return Attempt(None, (*told, Problem(said, values={"token": f"{{{error.args[0]}}}"})))
    return Attempt(edition, tuple(once([*told, *_of(screens, language)])))


def _order(order: tuple[str, ...], language: str) -> tuple[str, ...]:
    """The country's languages with the one that is asked for among those that have a key."""
    base = languages.base(language)
    if not base or base in order[:LISTED]:
        return order
    return (base, *order)


def _scripts(making: Making, language: str) -> list[str]:
    """The language in its own letters and in Latin ones."""
    base = languages.base(language)
    latin = languages.variant(base, making.languages, letters=False)
    return [one for one in dict.fromkeys((base, latin, language)) if one]


def _spoken(content: Content, making: Making) -> Content:
    """The languages of these countries only, and English."""
    wanted = {SOURCE}
    for country in making.countries:
        for base in making.order(country):
            wanted |= {base, languages.variant(base, making.languages, letters=False)}
    texts = {one: texts for one, texts in content.texts.items() if one in wanted}
    wordings = {one: words for one, words in content.wordings.items() if one in wanted}
    return Content(content.nodes, texts, wordings)


# --- mending what is broken, just enough to be seen ---------------------------------------------------


def _sound(content: Content, told: Iterable[Problem], figures: Iterable[str]) -> Content:
    """Without items whose place in the menus makes no sense, and with texts that can be filled."""
    lost = {one.values.get("other", one.code) for one in told if one.about is About.ITEM}
    nodes = {code: node for code, node in content.nodes.items() if code not in lost - NEEDED}
    names = known(replace(content, nodes=nodes), figures)
    texts = {
        language: {
            code: _filled(words, nodes[code], names.tokens)
            for code, words in texts.items()
            if code in nodes and (words.body.strip() or nodes[code].kind == MENU)
        }
        for language, texts in content.texts.items()
    }
    wordings = {
        language: {
            key: one for key, one in words.items() if not wording_faults(key, one, names, "")
        }
        for language, words in content.wordings.items()
    }
    english = texts.get(SOURCE, {})
    nodes = {code: _optional(node, english) for code, node in nodes.items()}
    kept = {c: n for c, n in nodes.items() if n.kind != MENU or c in english}
    texts = {one: {c: w for c, w in words.items() if c in kept} for one, words in texts.items()}
    return Content(kept, texts, wordings)


def _optional(node: Node, english: Mapping[str, Words]) -> Node:
    """What English lacks cannot be asked of any language."""
    return node if node.code in english else replace(node, core=False)


def _filled(words: Words, node: Node, tokens: frozenset[str]) -> Words:
    """The text with each token that nobody knows as a word in brackets, and something to press."""

    def clear(text: str) -> str:
        parts = TOKEN.split(text)  # every second one stands in braces
        said = [
            STRAY.sub("?", part)
            if n % 2 == 0
            else f"{{{part}}}"
            if part in tokens
            else f"({part}?)"
            for n, part in enumerate(parts)
        ]
        return "".join(said)

    return replace(
        words,
        title=words.title.strip() or node.code,
        short=words.short.strip() or node.code,
        body=clear(words.body),
        sms=clear(words.sms),
        ussd=clear(words.ussd),
        options=tuple(map(clear, words.options)),
    )


def _borrowed(content: Content, language: str) -> tuple[Content, list[Problem]]:
    """The language with what it lacks taken from English; only one that has texts of its own."""
    own = content.texts.get(language)
    gap = lacking(content, language) if own else []
    if not gap:
        return content, []
    english = content.texts[SOURCE]
    texts = {
        **content.texts,
        language: {**{c: english[c] for c in gap if c in english}, **(own or {})},
    }
    spoken = {**content.wordings[SOURCE], **content.wordings.get(language, {})}
    said = gettext_noop("it is not complete; what it lacks is shown in English: {items}.")
    values = {"items": listed([code.removeprefix(UI) for code in gap])}
    told = Problem(said, About.LANGUAGE, "", language, values)
    return Content(content.nodes, texts, {**content.wordings, language: spoken}), [told]


def _of(problems: Iterable[Problem], language: str) -> Iterable[Problem]:
    """Those of the language that is asked for, in either script, and those of none."""
    base = languages.base(language)
    return (one for one in problems if not base or languages.base(one.language) in ("", base))
