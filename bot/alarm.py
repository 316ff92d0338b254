"""A cry for help in a conversation: help at once, then one question back, "are you in danger? 1 yes 2 no"; pure.

The help and the case do not wait for the answer. A yes is told to whoever has the case and offers a call; a no
goes back to what the words may have asked for: rules hear too much rather than too little.
"""

from dataclasses import replace
from typing import Final

from bot import calls, replies, words
from bot.replies import Reply, Turn
from bot.wording import HELP_ITEM, Choice, speaking
from campaigns.editions.screens import MAIN, SWITCH
from people import ages, keywords
from understanding import calibration, encoder, normalise
from understanding.encoder import Encoder
from understanding.safeguarding import LIKENESS, Danger, Language, hears_danger

YES: Final = "danger.yes"  # moves
NO: Final = "danger.no"
AGE_WORDS: Final = 5  # "I am a child" tells an age; more words may tell what is done to it


def danger_in(
    text: str, among: tuple[Language, ...] | None = None, by: Encoder | None = None
) -> Danger | None:
    """The danger that raises an alarm; what steers or tells an age is known, where likeness alone only guesses.

    A number alone, STOP and START are never a cry, whatever rule an officer writes: STOP must hold. `by`: the
    encoder, where there is time for it.
    """
    if normalise.digits(text) or keywords.word(text):
        return None
    danger = hears_danger(text, among, by)
    return None if danger and danger.rule == LIKENESS and _known(text) else danger


def in_chat(text: str) -> Danger | None:
    """The same of a message in a chat or an SMS: also by what it means, where an encoder is installed."""
    return danger_in(text, by=encoder.installed())


def _known(text: str) -> bool:
    return bool(words.word(text)) or (len(text.split()) <= AGE_WORDS and ages.minor(text))


def heard(now: Turn) -> Reply | None:
    """The reply to a text in which danger is heard."""
    danger = in_chat(now.told.text)
    if danger is None:
        return None
    spoken = replace(now, speech=replies.speech_of(now, now.told.text))
    return replace(_asked(spoken, now.told.text), danger=danger)


def _asked(now: Turn, cry: str) -> Reply:
    """Help, and the question, to these words of danger."""
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
            now, choices=choices, question=cry, expects="danger", seen=now.state.seen + 1
        ),
        items=(HELP_ITEM,),
        choices=choices,
    )


def step(now: Turn) -> Reply | None:
    """The turn, where it answers the question, or asks for another language to read it in."""
    if now.state.expects != "danger":
        return None
    key, said = normalise.digits(now.told.text), words.word(now.told.text)
    move = next((one.move for one in now.state.choices if one.key == key), "")
    asks = any(one.move == NO for one in now.state.choices)  # else the list of languages
    if move == YES or said == "yes":
        return _yes(now)
    if move == NO or said == "no" or (asks and key == "0"):
        return _no(now)
    listed = said == "languages" or (key == "9" and not move)
    return _listed(now) if listed else _in_language(now, move)


def _listed(now: Turn) -> Reply:
    """The list of languages; the question stays open behind it."""
    reply = replies.language_list(now)
    state = replace(reply.state, expects="danger", question=now.state.question)
    return replace(reply, state=state)


def _in_language(now: Turn, move: str) -> Reply | None:
    """Help and question again, in the language that was chosen meanwhile by number or by name."""
    named = words.language(now.told.text, now.edition.languages)
    code = move.removeprefix(SWITCH) if move.startswith(SWITCH) else named
    if code not in now.speech.offered():
        return None
    speech = speaking(now.edition, now.told.country, code, brief=now.told.brief)
    return _asked(replace(now, speech=speech), now.state.question)


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
