"""STOP and START typed into any screen, in every language and spelling of `people.keywords` (S9); pure.

STOP is done at once. START asks once more, and then for the age, as chat does: nobody under 18 is put on a list
(S8). Its screens are made on the spot of the words that chat uses, since no menu leads there.
"""

from collections.abc import Mapping

from campaigns.editions.edition import Edition
from campaigns.editions.screens import BACK, Budget, Page

STOP_DONE, START, START_AGE, START_DONE = "stop.yes", "start", "start.age", "start.yes"
ADULT = "18+"
WISHED = "start"  # the wish of Screen
WORDS = (
    "bot.start_ask", "bot.started", "ussd.yes", "ussd.back", "ussd.who_age", "ussd.who_under_18",
)  # fmt: skip


def start_pages(edition: Edition, language: str, budget: Budget, child: str) -> Mapping[str, Page]:
    """The two questions and what follows them; {} where the language lacks a word or a screen the room.

    `child`: the place for whoever says they are under 18.
    """
    words = edition.words.get(language, {})
    said = [words.get(key) for key in WORDS]
    if not all(said):
        return {}
    ask, done, yes, back, age, under = map(str, said)
    first = f"{edition.mark}{ask}\n1 {yes}\n0 {back}"
    second = f"{edition.mark}{age}\n1 {under}\n2 {ADULT}\n0 {back}"
    done = edition.mark + done
    agreed = {"1": START_AGE, yes.casefold(): START_AGE, "0": BACK}
    aged = {"1": child, under.casefold(): child, "2": START_DONE, "0": BACK}
    if not budget.holds(first, second, done):
        return {}
    return {
        START: Page(START, first, first, moves=agreed),
        START_AGE: Page(START_AGE, second, second, moves=aged),
        START_DONE: Page(START_DONE, done, done, ends=True, wish=WISHED),
    }
