"""STOP and START typed into any screen, in every language and spelling of `people.keywords` (S9); pure.

STOP is done at once. START asks once more: on a screen made on the spot of the words that chat uses, since no
menu leads there.
"""

from collections.abc import Mapping

from campaigns.editions.edition import Edition
from campaigns.editions.screens import BACK, Budget, Page
from gateways import segments

STOP_DONE, START, START_DONE = "stop.yes", "start", "start.yes"
WISHED = "start"  # the wish of Screen


def start_pages(edition: Edition, language: str, budget: Budget) -> Mapping[str, Page]:
    """The question and what follows its yes; {} where the language lacks a word or a screen the room."""
    words = edition.words.get(language, {})
    said = [words.get(key) for key in ("bot.start_ask", "bot.started", "ussd.yes", "ussd.back")]
    if not all(said):
        return {}
    ask, done, yes, back = map(str, said)
    text = f"{edition.mark}{ask}\n1 {yes}\n0 {back}"
    moves = {"1": START_DONE, yes.casefold(): START_DONE, "0": BACK}
    done = edition.mark + done
    if not (_fits(text, budget) and _fits(done, budget)):
        return {}
    return {
        START: Page(START, text, text, moves=moves),
        START_DONE: Page(START_DONE, done, done, ends=True, wish=WISHED),
    }


def _fits(text: str, budget: Budget) -> bool:
    counted = segments.count(text)
    return counted.units <= (budget.gsm if counted.encoding == "GSM-7" else budget.ucs2)
