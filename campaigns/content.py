"""Content as plain values between the tables and the edition, and what a language needs to stand."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaigns.edition import Item, Rendered
from campaigns.tokens import EVERYBODY

MENU, FAQ, HELP_SORT, WORDING = "menu", "faq", "help", "wording"
ROOT, MINE, HELP_ITEM = "main", "mine", "get-help"
SOURCE = "en"  # the language all others are translated from
TOPIC_KEYS = tuple("1234567")  # 8, 9 and 0 mean the same on every screen
SHORT = 20  # characters of a menu label


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

    def serves(self, country: str) -> bool:
        return EVERYBODY in self.countries or country in self.countries


@dataclass(frozen=True, slots=True)
class Words:
    """An item in one language; `sms` empty means that the body serves."""

    title: str
    short: str
    body: str = ""
    sms: str = ""
    phrasings: tuple[str, ...] = ()


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
            and (node.kind == FAQ or (node.kind == MENU and self.children(node.code, country)))
        ]
        return sorted(found, key=lambda node: node.key)


def topic(code: str, parents: Mapping[str, str]) -> str:
    """The line of the main menu an item hangs under; itself where its parent is unknown."""
    above = parents.get(code, "")
    while above not in ("", ROOT):
        code, above = above, parents.get(above, "")
    return code


def structure_problems(nodes: Mapping[str, Node]) -> list[str]:
    """Broken structure in plain words: a missing parent, a key that is no option, two items on one key."""
    problems = []
    for node in nodes.values():
        if node.kind == WORDING or node.code in (ROOT, HELP_ITEM):
            continue
        parent = nodes.get(node.parent)
        if parent is None or parent.kind != MENU:
            problems.append(f"{node.code}: its menu {node.parent!r} does not exist.")
        elif _circular(node, nodes):
            problems.append(f"{node.code}: its menus run in a circle.")
        if node.key not in TOPIC_KEYS:
            problems.append(f"{node.code}: key {node.key!r} is not one of 1 to 7.")
    return problems + _shared_keys(nodes.values())


def _circular(node: Node, nodes: Mapping[str, Node]) -> bool:
    seen = set()
    while node.parent:
        if node.code in seen or node.parent not in nodes:
            return node.code in seen
        seen.add(node.code)
        node = nodes[node.parent]
    return False


def _shared_keys(nodes: Iterable[Node]) -> list[str]:
    """Two items of one menu may share a key only if no country sees both."""
    taken: dict[tuple[str, str], list[Node]] = {}
    problems: list[str] = []
    for node in nodes:
        if node.parent and node.code != HELP_ITEM:
            rivals = taken.setdefault((node.parent, node.key), [])
            problems += [
                f"{node.parent}: key {node.key} opens {rival.code} and {node.code}."
                for rival in rivals
                if EVERYBODY in node.countries or any(map(node.serves, rival.countries))
            ]
            rivals.append(node)
    return problems


def lacking(content: Content, language: str) -> list[str]:
    """What the language still needs before its menu can stand; empty when it stands."""
    texts, wordings = content.texts.get(language, {}), content.wordings.get(language, {})
    keys = [f"ui.{key}" for key in content.wordings.get(SOURCE, {}) if not wordings.get(key)]
    needed = [node for node in content.nodes.values() if node.kind == MENU or node.core]
    return keys + [node.code for node in needed if node.code not in texts]


def labels(content: Content, language: str) -> dict[str, str]:
    """Item -> label that stands alone, among choices from several menus.

    "How dangerous is it?" is clear under "Road to Europe" only: a label that two answers share becomes
    that of their menu.
    """
    texts = content.texts[language]
    own = {code: text.short for code, text in texts.items() if content.nodes[code].kind == FAQ}
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
        texts={
            language: Rendered(
                text.title,
                text.body,
                text.sms or text.body,
                labels(content, language).get(node.code, text.short),
            )
            for language in spoken
            if (text := content.texts[language].get(node.code))
        },
    )
