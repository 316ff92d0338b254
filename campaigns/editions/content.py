"""Content as plain values between the tables and the edition, and what a language needs to stand."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from campaigns.editions.edition import Item, Rendered
from campaigns.editions.problems import Problem
from campaigns.editions.tokens import EVERYBODY, Option

MENU, FAQ, HELP_SORT, WORDING = "menu", "faq", "help", "wording"
ARTICLE, STORY, QUIZ = "article", "story", "quiz"
SHOWN = (FAQ, ARTICLE, STORY)  # what menus list and screens tell
ROOT, MINE, HELP_ITEM = "main", "mine", "get-help"
SOURCE = "en"  # the language all others are translated from
TOPIC_KEYS = tuple("1234567")  # 8, 9 and 0 mean the same on every screen
SHORT = 20  # characters of a menu label
# Wordings that came later than languages: one without them stands, its menus only lack what they say.
OPTIONAL = ("ussd.sms", "ussd.quiz", "ussd.who_", "bot.aside_")


@dataclass(frozen=True, slots=True)
class Node:
    """A content item without words: where it hangs, whom it serves, what it counts for."""

    code: str
    kind: str
    parent: str
    key: str
    countries: tuple[str, ...] = (EVERYBODY,)
    indicators: tuple[str, ...] = ()
    component: str = ""
    sensitive: bool = False
    core: bool = False
    topic: str = ""
    source: str = ""
    dated: str = ""
    correct: int | None = None  # of a quiz item: its right option, from 0
    explains: str = ""  # of a quiz item: the answer that says why

    def serves(self, country: str) -> bool:
        return EVERYBODY in self.countries or country in self.countries


@dataclass(frozen=True, slots=True)
class Words:
    """An item in one language; `sms` or `ussd` empty means that the body serves. `audio`: an address."""

    title: str
    short: str
    body: str = ""
    sms: str = ""
    phrasings: tuple[str, ...] = ()
    ussd: str = ""
    options: tuple[str, ...] = ()
    audio: str = ""

    def parts(self) -> tuple[str, ...]:
        """All that can be sent or shown, and so holds tokens."""
        return (self.body, self.sms, self.ussd, *self.options)


@dataclass(frozen=True, slots=True)
class Content:
    """All that may be said: nodes by code, words by language and code, wordings by language and key."""

    nodes: Mapping[str, Node]
    texts: Mapping[str, Mapping[str, Words]]
    wordings: Mapping[str, Mapping[str, str]]

    def children(self, menu: str, country: str) -> list[Node]:
        """What the menu lists in that country, by key; menus without anything below are not listed."""
        found = [
            node
            for node in self.nodes.values()
            if node.parent == menu
            and node.serves(country)
            and (node.kind in SHOWN or (node.kind == MENU and self.children(node.code, country)))
        ]
        return sorted(found, key=lambda node: node.key)

    def listed(self, menu: str, country: str, language: str) -> list[Node]:
        """The children that have words in the language; menus with something below them, and "mine"."""
        texts = self.texts[language]
        return [
            node
            for node in self.children(menu, country)
            if node.code in texts
            and (
                node.kind in SHOWN or node.code == MINE or self.listed(node.code, country, language)
            )
        ]

    def main(self, country: str, language: str) -> tuple[Option, ...]:
        """The topics of the main menu there, in that language."""
        return tuple(
            Option(node.key, node.code, self.texts[language][node.code].short)
            for node in self.listed(ROOT, country, language)
            if node.code != MINE
        )


def topic(code: str, parents: Mapping[str, str]) -> str:
    """The line of the main menu an item hangs under; itself where its parent is unknown."""
    above = parents.get(code, "")
    while above not in ("", ROOT):
        code, above = above, parents.get(above, "")
    return code


def structure_problems(nodes: Mapping[str, Node]) -> list[Problem]:
    """Broken structure: a missing parent, a key that is no option, two items on one key, a lost quiz."""
    problems = []
    for node in nodes.values():
        if node.kind == QUIZ:
            problems += _quiz_problems(node, nodes)
        elif node.kind != WORDING and node.code not in (ROOT, HELP_ITEM):
            problems += _hanging(node, nodes)
    return problems + _shared_keys(nodes.values())


def _hanging(node: Node, nodes: Mapping[str, Node]) -> list[Problem]:
    problems = []
    parent = nodes.get(node.parent)
    if parent is None or parent.kind != MENU:
        said = gettext_noop("its menu {menu} does not exist.")
        problems.append(Problem(said, code=node.code, values={"menu": repr(node.parent)}))
    elif _circular(node, nodes):
        problems.append(Problem(gettext_noop("its menus run in a circle."), code=node.code))
    if node.key not in TOPIC_KEYS:
        said = gettext_noop("key {key} is not one of 1 to 7.")
        problems.append(Problem(said, code=node.code, values={"key": repr(node.key)}))
    return problems


def _quiz_problems(node: Node, nodes: Mapping[str, Node]) -> list[Problem]:
    problems = []
    if node.correct is None:
        problems.append(Problem(gettext_noop("it has no right answer."), code=node.code))
    explaining = nodes.get(node.explains)
    if explaining is None or explaining.kind not in SHOWN:
        said = gettext_noop("nothing explains its answer: {item} does not exist.")
        problems.append(Problem(said, code=node.code, values={"item": repr(node.explains)}))
    elif not all(map(explaining.serves, node.countries)):
        said = gettext_noop("{item} explains its answer, but not in all its countries.")
        problems.append(Problem(said, code=node.code, values={"item": node.explains}))
    return problems


def _circular(node: Node, nodes: Mapping[str, Node]) -> bool:
    seen = set()
    while node.parent:
        if node.code in seen or node.parent not in nodes:
            return node.code in seen
        seen.add(node.code)
        node = nodes[node.parent]
    return False


def _shared_keys(nodes: Iterable[Node]) -> list[Problem]:
    """Two items of one menu may share a key only if no country sees both."""
    taken: dict[tuple[str, str], list[Node]] = {}
    problems: list[Problem] = []
    for node in nodes:
        if node.parent and node.code != HELP_ITEM:
            rivals = taken.setdefault((node.parent, node.key), [])
            problems += [
                _shared(node, rival)
                for rival in rivals
                if EVERYBODY in node.countries or any(map(node.serves, rival.countries))
            ]
            rivals.append(node)
    return problems


def _shared(node: Node, rival: Node) -> Problem:
    said = gettext_noop("key {key} opens {one} and {other}.")
    values = {"key": node.key, "one": rival.code, "other": node.code}
    return Problem(said, code=node.parent, values=values)


def lacking(content: Content, language: str) -> list[str]:
    """What the language still needs before its menu can stand; empty when it stands."""
    texts, wordings = content.texts.get(language, {}), content.wordings.get(language, {})
    wanted = (key for key in content.wordings.get(SOURCE, {}) if not key.startswith(OPTIONAL))
    keys = [f"ui.{key}" for key in wanted if not wordings.get(key)]
    needed = [node for node in content.nodes.values() if node.kind == MENU or node.core]
    return keys + [node.code for node in needed if node.code not in texts]


def labels(content: Content, language: str) -> dict[str, str]:
    """Item -> label that stands alone, among choices from several menus.

    "How dangerous is it?" is clear under "Road to Europe" only: a label that two answers share becomes
    that of their menu.
    """
    texts = content.texts[language]
    own = {code: text.short for code, text in texts.items() if content.nodes[code].kind in SHOWN}
    shared = Counter(own.values())
    return {
        code: texts[content.nodes[code].parent].short
        if shared[label] > 1 and content.nodes[code].parent in texts
        else label
        for code, label in own.items()
    }


def as_item(node: Node, content: Content, spoken: Iterable[str]) -> Item:
    """The item of an edition, in those of the spoken languages that have it."""
    return Item(
        id=node.code,
        kind=node.kind,
        topic=node.topic,
        indicators=node.indicators,
        sensitive=node.sensitive,
        countries=node.countries,
        component=node.component,
        source=node.source,
        dated=node.dated,
        correct=node.correct,
        explains=node.explains,
        texts={
            language: Rendered(
                text.title,
                text.body,
                text.sms or text.body,
                labels(content, language).get(node.code, text.short),
                text.options,
                text.audio,
                text.ussd,
            )
            for language in spoken
            if (text := content.texts[language].get(node.code))
        },
    )
