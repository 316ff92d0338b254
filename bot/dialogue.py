"""One turn of a conversation: pure, the same for web chat, SMS and every flow that asks (D10).

Order: danger (bot.alarm), STOP and START, a call-back (bot.calls), an age, a person (bot.asking), numbers, steering words
(MENU ...), language, match, decide. What comes out are curated texts of the edition only; what the bot does not
know it says it does not know.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bot import alarm, asides, asking, calls, replies, words
from bot.replies import LONGEST, Rank, Reply, State, Told, Turn
from bot.wording import Speech, speaking
from campaigns.editions.edition import Edition
from campaigns.editions.screens import MAIN
from campaigns.editions.tongues import code_of
from people import ages, keywords, languages
from understanding import calibration, normalise
from understanding.calibration import Decision

Step = Callable[[Turn], Reply | None]
BETWEEN: Final = re.compile(r"[?؟፧\n]+")  # questions of one message
QUESTIONS_MOST: Final = 3
CODE = 3  # letters of a code: "aa" alone is a sigh and no wish for Afar
# Replies that say nothing of languages: the way out, help at once, what is said in a list of languages
SILENT = {"left", "danger", "help", "language", "stop"}


def turn(edition: Edition, rank: Rank, state: State, told: Told) -> Reply:
    """The reply to one message. Total: any text in any state gives one."""
    greeted = "" if state.language or told.language else words.greeting(told.text)
    wished = code_of(state.language or told.language or greeted, edition.languages)
    speech = speaking(edition, told.country, wished, brief=told.brief)
    now = Turn(edition, rank, state, told, speech)
    found = (reply for step in STEPS if (reply := step(now)) is not None)
    reply = next(found, None) or replies.unknown(now, told.text)
    return _owned_up(asking.along(now, reply), speech, wished)


def _owned_up(reply: Reply, speech: Speech, wished: str) -> Reply:
    """Whoever is not answered in the language they had is told, once: the reply as a whole is in another."""
    fell_back = wished and languages.base(wished) != languages.base(speech.language)
    if not fell_back or reply.state.language != speech.language or reply.decision in SILENT:
        return reply
    return replace(reply, text=f"{speech.ui('bot.language_set')}\n{reply.text}")


# --- the steps, in their order ----------------------------------------------------------------------


def _empty(now: Turn) -> Reply | None:
    """Nothing to read in it: an empty text, only signs or emoji."""
    if normalise.plain(now.told.text) or words.word(now.told.text):
        return None
    return replies.menu(now, MAIN, decision="empty", greet=True)


def _unheard(now: Turn) -> Reply | None:
    """A voice, a picture or a place without a word: nobody listens or looks, and it may have been a cry for help."""
    form = now.told.form
    if form == "text" or normalise.plain(now.told.text):
        return None
    return asides.aside(now, form, decision=form, helps=True)


def _age(now: Turn) -> Reply | None:
    """An age that was asked for, or a child's own word unasked, with nothing else to answer in it."""
    told = ages.answer(now.told.text) if now.state.expects == "age" else None
    if told is None:
        return replies.minor(now) if ages.minor(now.told.text) else None
    return replies.begun(now) if told == "adult" else replies.minor(now)


def _number(now: Turn) -> Reply | None:
    """A choice on offer, else a key of the main menu, else a key that means the same everywhere."""
    key = normalise.digits(now.told.text)
    if not key:
        return None
    choice = next((one for one in now.state.choices if one.key == key), None)
    if choice is not None:
        return replies.go(now, choice.move)
    if key == "0" and now.state.question:
        return replies.none_of_these(now)
    if key in PLACES:
        return PLACES[key](now)
    if now.state.question:
        return replies.again(now)
    _title, options = now.speech.choices(MAIN)
    move = next((one.move for one in options if one.key == key), "")
    return replies.go(now, move) if move else replies.wrong(now)


def _confirmed(now: Turn) -> Reply | None:
    """A yes or no to what was asked last; to nothing they mean nothing, and no editor wants them as a question."""
    said = words.word(now.told.text)
    if said == "no" and now.state.question and not now.state.expects:
        return replies.none_of_these(now)
    if said == "yes" and now.state.expects in DONE:
        return DONE[now.state.expects](now)
    return replies.menu(now, MAIN) if said in ("yes", "no") else None


def _stop_or_start(now: Turn) -> Reply | None:
    """STOP is done at once; START asks back, because it lifts a wish of before."""
    asked = keywords.word(now.told.text)
    if asked == "stop":
        return replies.stopped(now)
    if asked == "start":
        state = replace(replies.after(now, expects="start"), edition=now.edition.id)
        return Reply(now.speech.ui("bot.start_ask"), "start-ask", state)
    return None


def _steering(now: Turn) -> Reply | None:
    said = words.word(now.told.text)
    if said in OF_US:
        now = replace(now, speech=replies.speech_of(now, now.told.text))
    return STEERING[said](now) if said in STEERING else None


def _named_language(now: Turn) -> Reply | None:
    """A language by its name; for one that we know of and do not speak yet, the list of those we do."""
    code = words.language(now.told.text, now.edition.languages)
    if code in now.speech.offered():
        return replies.switch(now, code)
    return replies.language_list(now) if code and len(now.told.text.strip()) > CODE else None


def _long(now: Turn) -> Reply | None:
    if len(now.told.text) <= LONGEST:
        return None
    return Reply(now.speech.ui("bot.too_long"), "long", replies.after(now))


def _question(now: Turn) -> Reply | None:
    """Match in the language it seems to be in, and in the one spoken so far; the surer one answers.

    Of two questions in one message the first is answered and the second offered; of a known and an unknown one,
    the known is answered.
    """
    decision, spoken = _decided(now, now.told.text)
    sure = _surely(spoken, questions(now.told.text))
    if len(sure) > 1 or (sure and decision.kind != "sure"):
        return replies.answer(spoken, sure[0], "sure", then=next(iter(sure[1:]), ""))
    if decision.kind == "sure":
        return replies.answer(spoken, decision.choices[0], "sure")
    return replies.which(spoken, decision.choices) if decision.kind == "unsure" else None


def _decided(now: Turn, text: str) -> tuple[Decision, Turn]:
    found, spoken = max(
        ((replies.ranked(one, text), one) for one in replies.candidates(now, text)),
        key=lambda pair: pair[0][0][1] if pair[0] else 0.0,
    )
    return calibration.decide(found), spoken


def _surely(now: Turn, asked: Sequence[str]) -> list[str]:
    """The answers to those of several questions that are sure of theirs, each once, in their order."""
    decided = [calibration.decide(replies.ranked(now, one)) for one in asked]
    return list(dict.fromkeys(one.choices[0] for one in decided if one.kind == "sure"))


def questions(text: str) -> list[str]:
    """The questions of a message that asks more than one, three at most; [] of any other."""
    found = [one for one in BETWEEN.split(text) if len(one.split()) > 1]
    return found[:QUESTIONS_MOST] if len(found) > 1 else []


STEPS: tuple[Step, ...] = (
    alarm.heard,
    _stop_or_start,  # before _empty: one sign alone says stop
    _unheard,
    _empty,
    alarm.step,
    calls.step,
    _age,
    asking.step,
    _number,
    _confirmed,
    _steering,
    _named_language,
    _long,
    _question,
)


DONE: dict[str, Callable[[Turn], Reply]] = {
    "start": replies.age_ask,
    "forget": replies.forgotten,
    "stop": replies.stopped,
}
PLACES: dict[str, Callable[[Turn], Reply]] = {
    "0": replies.main,
    "00": replies.main,
    "8": replies.help_now,
    "9": replies.language_list,
    "99": replies.left,
}
OF_US = ("who", "free", "robot")
STEERING: dict[str, Callable[[Turn], Reply]] = {
    "menu": replies.main,
    "help": replies.help_now,
    "languages": replies.language_list,
    "source": asides.source,
    "person": asking.wished,
    "leave": replies.left,
    "forget": replies.forget_ask,
    "thanks": asides.thanks,
    **{word: partial(asides.about, word=word) for word in OF_US},
    "abuse": asides.calm,
}
