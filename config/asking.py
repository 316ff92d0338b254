"""The matcher as the USSD door takes it: a floor below may not import it, so it is handed over here."""

from ussd.menu import Asked


def ask(text: str, language: str) -> Asked:
    """Nothing found, until the bot's matchers are there."""
    del text, language
    return Asked()
