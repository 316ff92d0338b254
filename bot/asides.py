"""What is said of ourselves, and to what is no question: thanks, abuse, a voice, "are you a robot?"; pure.

These words came later than languages: an edition without them says the menu instead.
"""

import re
from dataclasses import replace

from bot import replies
from bot.replies import Reply, Turn
from bot.wording import Choice
from campaigns.editions.screens import MAIN

UNDATED = "undated"  # the word of campaigns/seed/sources.csv; no reader's language
NO_DATE = re.compile(r"\s*[,،፣]\s*(?=[.።]$)")  # where the sentence ends without its date
PRIVACY_ITEM = "faq-005"  # who sees messages, and what is kept


def source(now: Turn) -> Reply:
    """Where the last answer comes from; what has no source is our own word of how we work."""
    item = now.edition.items.get(now.state.last)
    if item is None or not item.source:
        word = "who" if item else "sources"
        return aside(now, word, decision="source") or replies.menu(now, MAIN)
    dated = item.dated if item.dated != UNDATED else ""
    text = now.speech.ui("bot.source", source=item.source, date=dated)
    return Reply(NO_DATE.sub("", text), "source", replace(now.state, language=now.speech.language))


def thanks(now: Turn) -> Reply:
    return aside(now, "welcome", decision="thanks") or replies.menu(now, MAIN, decision="thanks")


def calm(now: Turn) -> Reply:
    """To abuse: neither hurt nor a lecture, and help where the anger may come from."""
    return aside(now, "calm", decision="calm", helps=True) or replies.menu(now, MAIN)


def about(now: Turn, word: str) -> Reply:
    """Who answers, at what price, man or machine: one honest sentence, and what is done with messages as 1."""
    choices = replies.numbered(now.speech, [PRIVACY_ITEM])
    return aside(now, word, decision="about", choices=choices) or replies.menu(now, MAIN)


def aside(
    now: Turn, word: str, *, decision: str, choices: tuple[Choice, ...] = (), helps: bool = False
) -> Reply | None:
    """What is said of ourselves, and to what is no question; None in an edition of before these words.

    The conversation goes on where it was: without choices of its own, those on offer stay.
    """
    key = f"bot.aside_{word}"
    if not now.speech.says(key):
        return None
    more = [f"8 {now.speech.ui('ussd.help')}"] if helps else [replies.listed(choices)]
    text = replies.fitted(now, [now.speech.ui(key), *more], spare=[] if helps else more)
    kept = replace(now.state, language=now.speech.language)
    state = replies.after(now, choices=choices) if choices else kept
    return Reply(text, decision, state, choices=choices)
