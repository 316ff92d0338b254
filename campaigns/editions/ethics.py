"""Message ethics, checked on what people will see: whoever hears of dangers hears of asylum too.

A topic that only frightens keeps refugees from asking for protection. Single texts are checked in
`wording`: a way out in each text about dangers, figures with their year, none typed.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from campaigns.editions.content import MENU, ROOT, SHOWN, Content, Node
from campaigns.editions.problems import About, Problem
from campaigns.editions.wording import RISK, all_tokens

ASYLUM = frozenset(("menu:asylum", "asylum"))


def topics_without_asylum(content: Content, country: str, language: str) -> list[Problem]:
    """Danger topics, most of whose texts tell of dangers, in which none names the way to asylum."""
    said = gettext_noop("tells of dangers and no text of it in {language} names the way to asylum.")
    return [
        Problem(said, About.ITEM, menu.code, "", {"language": f"{country} {language}"})
        for menu in content.nodes.values()
        if menu.kind == MENU and menu.code != ROOT
        if _frightens(list(_below(menu, content, country, language)), content, language)
    ]


def _below(menu: Node, content: Content, country: str, language: str) -> Iterator[Node]:
    return (node for node in content.listed(menu.code, country, language) if node.kind in SHOWN)


def _frightens(items: list[Node], content: Content, language: str) -> bool:
    if sum(node.component == RISK for node in items) * 2 <= len(items):
        return False
    texts = content.texts[language]
    return not any(all_tokens(texts[node.code]) & ASYLUM for node in items)
