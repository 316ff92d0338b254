"""Checks of single texts before they are compiled: tokens that somebody fills, labels short enough, no fear alone.

The same checks are made when a text is written, brought in from a sheet, approved and published.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from campaigns.editions.content import (
    MENU,
    MINE,
    QUIZ,
    ROOT,
    SHORT,
    SOURCE,
    WORDING,
    Content,
    Node,
    Words,
)
from campaigns.editions.figures import fact, is_figure
from campaigns.editions.problems import About, Problem
from campaigns.editions.tokens import KINDS

TOKEN = re.compile(r"\{([^{}]*)\}")
# Figures of three digits and more, years and phone numbers are tokens, or they grow old unseen.
# Ethiopic numerals are no decimal digits: two of them are a figure. Phone numbers come in pairs too: 77 12 34 56.
TYPED = re.compile(r"\d{2,}(?:[ \u00a0\u202f-]\d{2,}){2,}|\d(?:[.,]?\d){2,}|[\u1369-\u137c]{2,}")
# Marks of direction and widths of nothing: unseen by whoever approves, and each makes an SMS twice as dear.
UNSEEN = re.compile("[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff]")
BEFORE_KEY, AFTER_KEY = re.compile(r"(\w+) (?:\{key\}|00\b)"), re.compile(r"\{key\} (\w+)")
LONGEST = 1000  # characters of any text; more than a chat should say at once, far more than a phone
RISK = "risk"
# Where a text about dangers may lead its reader: nobody is left with fear alone.
WAYS_OUT = frozenset(
    (
        *(kind for kind in KINDS if kind != "labour"),
        "numbers",
        "menu:safe-ways",
        "menu:check-a-job",
        "menu:asylum",
        "menu:going-home",
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a text may name: tokens that somebody fills, and the placeholders of each wording in English.

    `orders`: language -> how it tells somebody to press a key, as in "reply 3": menus move, such words do not.
    """

    tokens: frozenset[str]
    wordings: Mapping[str, str]
    orders: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


def known(content: Content, figures: Iterable[str]) -> Known:
    topics = (node for node in content.nodes.values() if node.parent == ROOT and node.kind == MENU)
    menus = (f"menu:{node.code}" for node in topics if node.code != MINE)
    names = frozenset((*KINDS, "numbers", *menus, *figures))
    orders = {language: _orders(own) for language, own in content.wordings.items()}
    found = {language: pattern for language, pattern in orders.items() if pattern}
    return Known(names, content.wordings.get(SOURCE, {}), found)


def _orders(wordings: Mapping[str, str]) -> re.Pattern[str] | None:
    """The verbs with which the language's own route wordings name a key, beside a digit; None without any."""
    reply, press = (
        wordings.get("bot.route", ""),
        wordings.get("ussd.route", "").partition("{key}")[0],
    )
    before = {*BEFORE_KEY.findall(reply), *BEFORE_KEY.findall(press)}
    parts = [rf"\b{re.escape(one)} \d{{1,2}}\b" for one in sorted(before)]
    parts += [rf"\b\d{{1,2}} {re.escape(one)}\b" for one in sorted(AFTER_KEY.findall(reply))]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def text_problems(content: Content, language: str, figures: Iterable[str] = ()) -> list[Problem]:
    """What no screen can show and what nobody should send, in all texts of one language."""
    names = known(content, figures)
    found = []
    for code, text in content.texts[language].items():
        found += faults(content.nodes[code], text, names, language)
    for key, wording in content.wordings[language].items():
        found += wording_faults(key, wording, names, language)
    return found


def faults(node: Node, text: Words, names: Known, language: str) -> list[Problem]:
    """All that is wrong with the text of one item, each as a sentence with its place."""
    said = [
        *_named(text, names.tokens),
        *_labelled(node, text),
        *_complete(node, text),
        *_long(text),
        *_unseen(text),
        *_ordered(text, names.orders.get(language)),
        *_figures(text, names.tokens),
        *_way_out(node, text),
    ]
    return [Problem(sentence, About.TEXT, node.code, language, values) for sentence, values in said]


def wording_faults(key: str, wording: str, names: Known, language: str) -> list[Problem]:
    """A wording has the placeholders of the English one: no more, no less."""
    wanted = tokens(names.wordings.get(key, ""))
    if tokens(wording) == wanted:
        return []
    said = gettext_noop("it must have the placeholders of the English one ({placeholders}).")
    values = {"placeholders": " ".join(sorted(wanted)) or "-"}
    return [Problem(said, About.TEXT, f"ui.{key}", language, values)]


def tokens(text: str) -> set[str]:
    """The names in braces; a stray brace counts as a token nobody knows."""
    stray = {"brace"} if re.search(r"[{}]", TOKEN.sub("", text)) else set()
    return set(TOKEN.findall(text)) | stray


def all_tokens(text: Words) -> set[str]:
    return set().union(*map(tokens, text.parts()))


Said = tuple[str, dict[str, str]]  # a sentence and what stands in its places


def _named(text: Words, names: frozenset[str]) -> list[Said]:
    """Titles and labels are shown as they stand: a token in one is filled by nobody."""
    said = gettext_noop("nobody knows the token {token}.")
    unfilled = (all_tokens(text) - names) | tokens(text.title) | tokens(text.short)
    return [(said, {"token": f"{{{one}}}"}) for one in sorted(unfilled)]


def _labelled(node: Node, text: Words) -> list[Said]:
    if node.kind in (QUIZ, WORDING):
        return []
    found: list[Said] = []
    if len(text.short) > SHORT:
        said = gettext_noop("the label {label} has {number} characters; {most} at most.")
        values = {"label": repr(text.short), "number": str(len(text.short)), "most": str(SHORT)}
        found.append((said, values))
    if not text.short.strip() or not text.title.strip():
        found.append((gettext_noop("title or short label is empty."), {}))
    return found


def _complete(node: Node, text: Words) -> list[Said]:
    found: list[Said] = []
    if node.kind != MENU and not any(map(str.isalnum, text.body)):
        found.append((gettext_noop("the body is empty."), {}))
    if node.kind == QUIZ and node.correct is not None and len(text.options) <= node.correct:
        said = gettext_noop("its right option, number {number}, is missing.")
        found.append((said, {"number": str(node.correct + 1)}))
    if node.kind == QUIZ and (len(text.options) < 2 or len({*text.options}) < len(text.options)):
        found.append((gettext_noop("a quiz has two answers or more, no two of them the same."), {}))
    return found


def _long(text: Words) -> list[Said]:
    said = gettext_noop("it has {number} characters; {most} at most.")
    lengths = [len(part) for part in text.parts() if len(part) > LONGEST]
    return [(said, {"number": str(length), "most": str(LONGEST)}) for length in lengths]


def _unseen(text: Words) -> list[Said]:
    said = gettext_noop("it holds the invisible character {character}; take it out.")
    whole = "".join((text.title, text.short, *text.parts()))
    codes = dict.fromkeys(f"U+{ord(one):04X}" for one in UNSEEN.findall(whole))
    return [(said, {"character": code}) for code in codes]


def _ordered(text: Words, orders: re.Pattern[str] | None) -> list[Said]:
    """Keys move when menus do: the way to one is a token, never "reply 3"."""
    if orders is None:
        return []
    said = gettext_noop("“{words}” is typed; write the way to a menu as a token, such as {token}.")
    typed = dict.fromkeys(orders.findall(TOKEN.sub("", "\n".join(text.parts()))))
    return [(said, {"words": words, "token": "{menu:asylum}"}) for words in typed]


TYPED_SAID = gettext_noop("the figure {figure} is typed; write it as a token of a fact.")


def _figures(text: Words, names: frozenset[str]) -> list[Said]:
    """No typed figure; and a figure of a fact that has years stands beside one, in the same part."""
    shown = (text.title, text.short, *text.parts())
    typed = [one for part in shown for one in TYPED.findall(TOKEN.sub("", part))]
    found: list[Said] = [(TYPED_SAID, {"figure": one}) for one in typed]
    for part in text.parts():
        named = sorted(one for one in tokens(part) if is_figure(one))
        dated = {fact(one) for one in named if one.startswith("year:")}
        for code in dict.fromkeys(map(fact, named)):
            if code not in dated and f"year:{code}" in names:
                said = gettext_noop("the figure of {fact} stands without its year.")
                found.append((said, {"fact": code}))
    return found


def _way_out(node: Node, text: Words) -> list[Said]:
    """A text about dangers names a way out itself: it may be all that somebody reads."""
    if node.component != RISK or node.kind == QUIZ:
        return []
    parts = (text.body, *filter(None, (text.sms, text.ussd)))
    if all(tokens(part) & WAYS_OUT for part in parts):
        return []
    said = gettext_noop("it tells of dangers and names no way out, such as {token}.")
    return [(said, {"token": "{menu:safe-ways}"})]
