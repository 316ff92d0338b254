"""A cry for help in a conversation: help at once, then one question back, "are you in danger? 1 yes 2 no"; pure.

The help and the case do not wait for the answer. A yes is told to whoever has the case and offers a call; a no
goes back to what the words may have asked for: rules hear too much rather than too little.
"""

from dataclasses import replace
from typing import Final

from bot import calls, replies, words
from bot.replies import Reply, Turn
from bot.wording import HELP_ITEM, Choice
from campaigns.editions.screens import MAIN
from people import ages, consent
from understanding import calibration, encoder, normalise
from understanding.encoder import Encoder
from understanding.safeguarding import LIKENESS, Danger, Language, hears_danger

YES: Final = "danger.yes"  # moves
NO: Final = "danger.no"
AGE_WORDS: Final = 5  # "I am a child" tells an age; more words may tell what is done to it


def danger_in(
    text: str, among: tuple[Language, ...] | None = None, by: Encoder | None = None
) -> Danger | None:
    """The danger that raises an alarm; what steers, stops or tells an age is known, where likeness alone only guesses.

    `by`: the encoder, where there is time for it.
    """
    danger = hears_danger(text, among, by)
    return None if danger and danger.rule == LIKENESS and _known(text) else danger


def in_chat(text: str) -> Danger | None:
    """The same of a message in a chat or an SMS: also by what it means, where an encoder is installed."""
    return danger_in(text, by=encoder.installed())


def _known(text: str) -> bool:
    said = words.word(text) or consent.word(text)
    return bool(said) or (len(text.split()) <= AGE_WORDS and ages.minor(text))


def heard(now: Turn) -> Reply | None:
    """The reply to a text in which danger is heard."""
    danger = in_chat(now.told.text)
    if danger is None:
        return None
    now = replace(now, speech=replies.speech_of(now, now.told.text))
    choices = (
        Choice("1", YES, now.speech.ui("bot.yes")),
        Choice("2", NO, now.speech.ui("bot.no")),
        *calls.offer(now, 2),
    )
    lines = [replies.item_text(now.speech, HELP_ITEM), now.speech.ui("bot.human")]
    lines += [now.speech.ui("bot.danger"), replies.listed(choices), now.speech.ui("bot.delete")]
    return Reply(
        text="\n".join(lines),
        decision="danger",
        state=replies.after(
            now,
            choices=choices,
            question=now.told.text,
            expects="danger",
            seen=now.state.seen + 1,
        ),
        items=(HELP_ITEM,),
        choices=choices,
        danger=danger,
    )


def step(now: Turn) -> Reply | None:
    """The turn, where it answers the question."""
    if now.state.expects != "danger":
        return None
    key, said = normalise.digits(now.told.text), words.word(now.told.text)
    if key == "1" or said == "yes":
        return _yes(now)
    return _no(now) if key in ("0", "2") or said == "no" else None


def _yes(now: Turn) -> Reply:
    """Nothing more to do for them but a call: the numbers stand above."""
    choices = calls.offer(now, 0)
    lines = [now.speech.ui("bot.human"), replies.listed(choices)]
    lines += [f"8 {now.speech.ui('ussd.help')}", now.speech.ui("bot.delete")]
    return Reply(
        text="\n".join(filter(None, lines)),
        decision="danger",
        state=replies.after(now, choices=choices),
        choices=choices,
        wish="danger",
        when="yes",
    )


def _no(now: Turn) -> Reply:
    """What the words may have asked for, else the menu; never a word that could betray them."""
    asked = replace(now, told=replace(now.told, text=now.state.question))
    decision = calibration.decide(replies.ranked(asked, now.state.question))
    if decision.kind == "sure":
        reply = replies.answer(asked, decision.choices[0], "sure")
    elif decision.kind == "unsure":
        reply = replies.which(asked, decision.choices)
    else:
        reply = replies.menu(now, MAIN)
    return replace(reply, wish="danger", when="no")
