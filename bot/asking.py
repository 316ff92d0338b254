"""Asking for a person in a conversation: said by a word or a number, with the question, and honestly when it is read; pure.

Offered below "I do not know". Where no answer could come back nothing is promised: a flow that does not say who
asks is one of these. From then on, as long as the conversation is remembered, what is asked goes to the person too.
"""

from dataclasses import replace
from typing import Final

from bot import replies, words
from bot.replies import ASK_PERSON, LONGEST, Reply, Turn
from understanding import normalise

QUESTIONS: Final = {"sure", "unsure", "unknown"}  # decisions about a text that was a question


def step(now: Turn) -> Reply | None:
    """The turn, where it belongs to a wish for a person."""
    if now.state.expects == "question":
        return _question(now)
    key = normalise.digits(now.told.text)
    chosen = any(one.key == key and one.move == ASK_PERSON for one in now.state.choices)
    return wished(now) if chosen else None


def wished(now: Turn) -> Reply:
    """They want a person: with the question that was not answered, or asked for it."""
    if not now.speech.says("bot.person"):
        return replies.main(now)
    if now.told.reads is None:
        lines = [now.speech.ui("bot.person_not"), f"8 {now.speech.ui('ussd.help')}"]
        return Reply("\n".join(lines), "person", replies.after(now))
    if now.state.asked:
        return _open(now, now.state.asked)
    said = now.speech.ui("bot.person_write")
    return Reply(said, "person", replies.after(now, expects="question"))


def _question(now: Turn) -> Reply | None:
    """Their question; a key or a steering word is what it is everywhere."""
    key, said = normalise.digits(now.told.text), words.word(now.told.text)
    if (key and len(key) <= replies.KEY) or said not in ("", "yes", "person"):
        return None
    if said or len(now.told.text) > LONGEST:
        name = "bot.person_write" if said else "bot.too_long"
        return Reply(now.speech.ui(name), "person", replies.after(now, expects="question"))
    now = replace(now, speech=replies.speech_of(now, now.told.text))  # whoever answers reads it so
    return _open(now, now.told.text)


def _open(now: Turn, question: str) -> Reply:
    """Kept for a person, with when it is read and where the answer comes."""
    where = "bot.person_page" if now.told.page else "bot.person_phone"
    state = replace(replies.after(now), thread=True)
    text = f"{_when(now)}\n{now.speech.ui(where)}"
    return Reply(text, "person", state, wish="person", asked=question)


def _when(now: Turn) -> str:
    wait = now.told.reads() if now.told.reads else None
    if wait is None:
        return now.speech.ui("bot.human")
    return (
        now.speech.ui("bot.person_later", hours=wait) if wait else now.speech.ui("bot.person_now")
    )


def along(now: Turn, reply: Reply) -> Reply:
    """The reply, where a person has a question of this conversation: what is asked more goes there as well.

    An answer that is known is given all the same; guesses would only talk between the two.
    """
    known = now.speech.says("bot.person")
    if not now.state.thread or not known or reply.wish or reply.decision not in QUESTIONS:
        return reply
    if reply.decision == "sure":
        return replace(reply, wish="person", asked=now.told.text)
    said = now.speech.ui("bot.person_more")
    return Reply(said, "person", replies.after(now), wish="person", asked=now.told.text)
