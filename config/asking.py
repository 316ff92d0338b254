"""The matcher as the USSD door takes it: no floor below may import the bot, so it is handed over here."""

from bot import matchers
from campaigns.editions.edition import Edition
from ussd.menu import Ask, Asked


def ask_of(edition: Edition) -> Ask:
    """What answers free questions from this edition's own phrasings; fitted in the background."""
    hear = matchers.asker(lambda: edition)

    def ask(text: str, language: str) -> Asked:
        items, danger = hear(text, language)
        return Asked(items, danger)

    return ask
