"""The matcher as the USSD door and the preview take it: no floor below may import the bot, so it is handed over."""

from collections.abc import Callable

from bot import matchers
from campaigns.editions.edition import Edition
from ussd.menu import Ask, Asked


def ask_of(edition: Edition) -> Ask:
    """What answers free questions from this edition's own phrasings; fitted in the background."""
    return _ask(matchers.asker(lambda: edition))


def try_of(edition: Edition, language: str) -> Ask | None:
    """The same for an edition that is only looked at; None while its matcher of this language is being fitted."""
    if not matchers.looked_at(edition).ready(language):
        return None
    return _ask(matchers.asker(lambda: edition, matchers.looked_at))


def _ask(hear: Callable[[str, str], tuple[tuple[str, ...], bool]]) -> Ask:
    def ask(text: str, language: str) -> Asked:
        items, danger = hear(text, language)
        return Asked(items, danger)

    return ask
