"""Asking for a call-back in a conversation (S5): is it safe, when, and a word of their own; pure.

Offered below the answer to danger, and only where the number is the one they write from: a number typed into a
chat could be anybody's.
"""

from typing import Final

from bot import replies, words
from bot.replies import Reply, Turn
from bot.wording import Choice
from understanding import normalise

ASK: Final = "call"  # the move of the offer
AT: Final = "call:"  # begins the moves of the times
TIMES: Final = ("now", "morning", "afternoon", "evening", "never")
LONGEST: Final = 40  # characters of a word of their own


def offer(now: Turn, taken: int) -> tuple[Choice, ...]:
    """The line that asks for a call, numbered after the `taken` ones; none where nobody could be called."""
    if not now.told.reachable:
        return ()
    return (Choice(str(taken + 1), ASK, now.speech.ui("bot.call_me")),)


def step(now: Turn) -> Reply | None:
    """The turn, where it belongs to a call-back."""
    if now.state.expects == "word":
        return _word(now)
    key = normalise.digits(now.told.text)
    move = next((one.move for one in now.state.choices if one.key == key), "")
    if move == ASK:
        return _when(now)
    return _at(now, move.removeprefix(AT)) if move.startswith(AT) else None


def _when(now: Turn) -> Reply:
    choices = tuple(
        Choice(str(n), f"{AT}{time}", now.speech.ui(f"bot.call_{time}"))
        for n, time in enumerate(TIMES, 1)
    )
    text = f"{now.speech.ui('bot.call_ask')}\n{replies.listed(choices)}"
    return Reply(text, "call", replies.after(now, choices=choices), choices=choices)


def _at(now: Turn, time: str) -> Reply:
    """When they may be called is kept at once: whoever says no word has said this."""
    if time == "never":
        said = now.speech.ui("bot.call_not")
        return Reply(said, "call", replies.after(now), wish="call", when=time)
    said, state = now.speech.ui("bot.call_word"), replies.after(now, expects="word")
    return Reply(said, "call", state, wish="call", when=time)


def _word(now: Turn) -> Reply | None:
    """Their word; a key or a steering word is what it is everywhere."""
    text = " ".join(now.told.text.split())
    key, said = normalise.digits(text), words.word(text)
    if key == "0" or said == "no":
        return _done(now)
    if (key and len(key) <= replies.KEY) or said not in ("", "yes"):
        return None
    if said == "yes" or len(text) > LONGEST:
        return Reply(now.speech.ui("bot.call_word"), "call", replies.after(now, expects="word"))
    return _done(now, word=text)


def _done(now: Turn, word: str = "") -> Reply:
    text = f"{now.speech.ui('bot.call_set')}\n{now.speech.ui('bot.delete')}"
    return Reply(text, "call", replies.after(now), wish="call" if word else "", word=word)
