"""What the bot may answer: curated texts of the edition, put together; pure, no clock, no store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.wording import HELP_ITEM, Choice, Speech, language_choices, speaking
from campaigns.editions.edition import Edition, Item
from campaigns.editions.screens import BYE, HELP, MAIN, SWITCH
from gateways import segments
from people import languages
from understanding import encoder, language_id
from understanding.safeguarding import Danger, hears_danger

LONGEST = 600  # characters of a question; danger is heard in the first 2000 of any text
KEY = 2  # digits of a key that chooses; longer ones may be what somebody has to say
DANGEROUS = {"risk", "rights"}  # components whose answers end with the way to help
Wish = Literal["", "stop", "start", "forget", "call", "minor", "person", "danger"]
Expects = Literal["", "stop", "start", "forget", "word", "age", "question", "danger"]
MINOR, ADULT = "age.minor", "age.adult"  # moves
Form = Literal["text", "voice", "picture", "place"]  # what a message is; a picture is any file too
ASK_PERSON = "person"  # the move of the offer below "I do not know" (bot.asking)
Rank = Callable[[str, str], Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation remembers, for minutes: nothing of it outlives the cache.

    `expects` is what a yes confirms, in the words of `edition`, or the word of a call-back; `question` the text asked, kept until "none
    of these"; `seen` how many answers were given; `last` the item answered last.
    """

    language: str = ""
    choices: tuple[Choice, ...] = ()
    expects: Expects = ""
    question: str = ""
    last: str = ""
    seen: int = 0
    edition: str = ""
    minor: bool = False  # they said in this conversation that they are under 18
    asked: str = ""  # what could not be answered, in case they want a person
    thread: bool = False  # a person has a question of this conversation


@dataclass(frozen=True, slots=True)
class Told:
    """What came in. `country` alpha-2; `brief` for SMS: short titles, the SMS form of answers.

    `reachable`: it was written from a number that could be called back. `form`: what came instead of, or with, the
    text; of voice, pictures and places nothing but this word is ever taken in.
    `reads`: hours until a person reads it, 0 for now and None where nobody said; absent where no answer could
    come back. `page`: it comes on the page alone.
    """

    text: str
    country: str
    language: str
    brief: bool = False
    reachable: bool = False
    form: Form = "text"
    reads: Callable[[], int | None] | None = field(default=None, compare=False, repr=False)
    page: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say and what it was. `items` are the content items shown, `wish` is confirmed where set.

    `decision`: sure, unsure, unknown, none (of the choices), danger, menu, help, item (by number),
    language, source, stop, start-ask, start, forget-ask, forget, age-ask, minor, left, long, empty, thanks, call,
    voice, picture, place, about (who answers here), calm (to abuse), person.
    `asked` belongs to the wish "person": the question for a person.
    `when` and `word` belong to the wish "call": when a call is safe, and what makes it known (bot.calls); of the
    wish "danger" `when` is yes or no (bot.alarm).
    """

    text: str
    decision: str
    state: State
    items: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    wish: Wish = ""
    danger: Danger | None = None
    question: str = ""  # for the editors: what could not be answered
    when: str = ""
    word: str = field(default="", repr=False)
    asked: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the steps of one turn work with."""

    edition: Edition
    rank: Rank
    state: State
    told: Told
    speech: Speech


# --- what a step may answer ---------------------------------------------------------------------------


def go(now: Turn, move: str) -> Reply:
    """Where a number leads: an answer, a language, a menu, or a wish to confirm."""
    if move.startswith(SWITCH):
        return switch(now, move.removeprefix(SWITCH))
    if move in (HELP, HELP_ITEM):
        return help_now(now)
    if move in now.edition.items:
        return answer(now, move, "item")
    return WISHED[move](now) if move in WISHED else menu(now, move)


def answer(now: Turn, item_id: str, decision: str, *, then: str = "") -> Reply:
    """The curated text, one hint what to ask next, and the care a sensitive one needs.

    `then`: an answer that was asked for as well; it is the hint.
    """
    item = now.edition.items[item_id]
    text = now.speech.text(item)
    if text is None:
        return unknown(now, now.told.text)
    hint = second(now.speech, item, then) if then else further(now.speech, item)
    help_line = f"8 {now.speech.ui('ussd.help')}" if item.component in DANGEROUS else ""
    care = now.speech.ui("bot.delete") if item.sensitive else ""
    more = listed(hint)
    said = fitted(
        now,
        [text, now.speech.listen(item), more, help_line, care],
        spare=[help_line] if then else [help_line, more],
    )
    hint = hint if more in said else ()
    state = after(now, choices=hint, last=item_id, seen=now.state.seen + 1)
    return Reply(said, decision, state, items=(item_id,), choices=hint)


def which(now: Turn, items: Sequence[str]) -> Reply:
    """Up to three titles to choose from; 0 says that it is none of them."""
    return _choose(now, numbered(now.speech, items), now.told.text)


def again(now: Turn) -> Reply:
    """A number that is none of those on offer: the same choices once more."""
    reply = _choose(now, now.state.choices, now.state.question)
    return replace(reply, text=f"{now.speech.ui('ussd.wrong')}\n{reply.text}")


def wrong(now: Turn) -> Reply:
    """A number that leads nowhere: said so above the menu, where an SMS has room for it."""
    reply, said = menu(now, MAIN), now.speech.ui("ussd.wrong")
    return replace(reply, text=fitted(now, [said, reply.text], spare=[said]))


def _choose(now: Turn, choices: tuple[Choice, ...], question: str) -> Reply:
    none = f"0 {now.speech.ui('bot.none_of_these')}"
    text = "\n".join([now.speech.ui("bot.choose"), listed(choices), none])
    return Reply(text, "unsure", after(now, choices=choices, question=question), choices=choices)


def unknown(now: Turn, question: str, decision: str = "unknown") -> Reply:
    """Honest: not known, passed on to a person; the menu, a person's answer and the way to help stay open."""
    choices = person_offer(now)
    lines = [now.speech.ui("bot.unknown"), listed(choices), f"8 {now.speech.ui('ussd.help')}"]
    state = replace(after(now, choices=choices), asked=question)
    text = "\n".join(filter(None, lines))
    return Reply(text, decision, state, choices=choices, question=question)


def person_offer(now: Turn) -> tuple[Choice, ...]:
    """The line that asks for a person; none where no answer could come back, or in an edition of before."""
    if now.told.reads is None or not now.speech.says("bot.person"):
        return ()
    return (Choice("1", ASK_PERSON, now.speech.ui("bot.person")),)


def none_of_these(now: Turn) -> Reply:
    """What danger was heard in has its case; who may not read cases, editors and the inbox, gets no copy of it."""
    reply = unknown(now, now.state.question, "none")
    if not hears_danger(reply.question, by=encoder.installed()):
        return reply
    return replace(reply, question="", state=replace(reply.state, asked=""))


def menu(now: Turn, place: str, *, decision: str = "menu", greet: bool = False) -> Reply:
    title, choices = now.speech.choices(place)
    if not choices and place != MAIN:
        return menu(now, MAIN)
    if place == MAIN:
        # USSD's own "ask a question" has no use where one can simply ask
        choices = tuple(one for one in choices if one.move not in {"ask", HELP, BYE})
        keys = {one.key for one in choices}
        always = [("8", "ussd.help"), ("9", "ussd.language")]
        extra = [Choice(key, "", now.speech.ui(name)) for key, name in always if key not in keys]
        title = now.speech.ui("bot.hello" if _greets(now, greet) else "bot.menu")
    else:
        extra = [Choice("0", "", now.speech.ui("ussd.back"))]
    text = "\n".join(filter(None, [title, listed((*choices, *extra))]))
    return Reply(text, decision, after(now, choices=choices), choices=choices)


def _greets(now: Turn, greet: bool) -> bool:
    """An SMS greets in its first answer only: the words cost a part."""
    return not now.state.language if now.told.brief else greet or not now.state.seen


def busy(edition: Edition, country: str, language: str) -> str:
    """Not now; but whoever writes too fast, or shares an address with those who do, may need help."""
    speech = speaking(edition, country, language)
    return f"{speech.ui('bot.busy')}\n{item_text(speech, HELP_ITEM)}"


def help_now(now: Turn) -> Reply:
    text = "\n".join([item_text(now.speech, HELP_ITEM), now.speech.ui("bot.delete")])
    state = after(now, last=HELP_ITEM, seen=now.state.seen + 1)
    return Reply(text, "help", state, items=(HELP_ITEM,))


def language_list(now: Turn) -> Reply:
    choices = language_choices(now.speech)
    text = f"{now.speech.ui('bot.languages')}\n{listed(choices)}"
    return Reply(text, "language", after(now, choices=choices), choices=choices)


def switch(now: Turn, language: str) -> Reply:
    speech = speaking(now.edition, now.told.country, language, brief=now.told.brief)
    now = replace(now, speech=speech)
    reply = menu(now, MAIN)
    text = f"{speech.ui('bot.language_set')}\n{reply.text}"
    return replace(
        reply, text=text, decision="language", state=replace(reply.state, seen=now.state.seen)
    )


def stopped(now: Turn) -> Reply:
    state = replace(after(now), thread=False)
    return Reply(now.speech.ui("bot.stopped"), "stop", state, wish="stop")


def forget_ask(now: Turn) -> Reply:
    return Reply(now.speech.ui("bot.forget_ask"), "forget-ask", after(now, expects="forget"))


def left(now: Turn) -> Reply:
    """Quick exit: harmless words, and nothing remembered but the language."""
    return Reply(now.speech.ui("bot.left"), "left", State(language=now.speech.language))


def begun(now: Turn) -> Reply:
    return Reply(now.speech.ui("bot.started"), "start", after(now), wish="start")


def age_ask(now: Turn) -> Reply:
    """Before anybody is put on a list: a child never is (S8). Without an answer nothing begins."""
    if now.state.minor:
        return minor(now)
    choices = (Choice("1", MINOR, now.speech.ui("ussd.who_under_18")), Choice("2", ADULT, "18+"))
    text = f"{now.speech.ui('ussd.who_age')}\n{listed(choices)}"
    state = replace(after(now, choices=choices, expects="age"), edition=now.state.edition)
    return Reply(text, "age-ask", state, choices=choices)


def minor(now: Turn) -> Reply:
    """Whom children can call, and who else helps; they are put on no list, and taken off it."""
    child = now.edition.fill(now.speech.ui("ussd.who_child"), now.speech.language, now.told.country)
    text = f"{child}\n8 {now.speech.ui('ussd.help')}"
    return Reply(text, "minor", replace(after(now), minor=True), wish="minor")


def forgotten(now: Turn) -> Reply:
    return Reply(now.speech.ui("bot.forgotten"), "forget", State(), wish="forget")


def main(now: Turn) -> Reply:
    return menu(now, MAIN)


WISHED: dict[str, Callable[[Turn], Reply]] = {
    "stop": stopped,
    "forget": forget_ask,
    MINOR: minor,
    ADULT: begun,
}


# --- what they are made of ----------------------------------------------------------------------------


def after(  # one argument a field that a step may set
    now: Turn,
    *,
    choices: tuple[Choice, ...] = (),
    expects: Expects = "",
    question: str = "",
    last: str = "",
    seen: int | None = None,
) -> State:
    """The next state: what was open is closed, the language stays."""
    return State(
        language=now.speech.language,
        choices=choices,
        expects=expects,
        question=question,
        last=last or now.state.last,
        seen=now.state.seen if seen is None else seen,
        minor=now.state.minor,
        thread=now.state.thread,
    )


def fitted(now: Turn, lines: Sequence[str], *, spare: Sequence[str]) -> str:
    """The lines that are not empty; of an SMS those `spare` (most wanted first) that cost no further part."""
    if not now.told.brief:
        return "\n".join(filter(None, lines))
    left = [line for line in lines if line and line not in spare]
    most = _parts(now, left)
    for one in filter(None, spare):
        more = [line for line in lines if line in (*left, one)]
        left = more if _parts(now, more) <= most else left
    return "\n".join(left)


def _parts(now: Turn, lines: Sequence[str]) -> int:
    return segments.count(now.edition.mark + "\n".join(lines)).parts


def listed(choices: Sequence[Choice]) -> str:
    return "\n".join(f"{one.key} {one.title}" for one in choices)


def numbered(speech: Speech, items: Sequence[str]) -> tuple[Choice, ...]:
    known = [item for item in items if speech.has(item)]
    return tuple(
        Choice(str(n), item, speech.title(speech.edition.items[item]))
        for n, item in enumerate(known, 1)
    )


def further(speech: Speech, item: Item) -> tuple[Choice, ...]:
    """The next answer of the same topic, as 1; none where the text itself names keys of the menu."""
    if "{menu:" in item.texts[speech.language].body:
        return ()
    others = [
        one.id
        for one in speech.edition.items.values()
        if one.topic == item.topic and one.serves(speech.country) and speech.has(one.id)
    ]
    after = others[others.index(item.id) + 1 :] if item.id in others else []
    return numbered(speech, after[:1])


def second(speech: Speech, item: Item, then: str) -> tuple[Choice, ...]:
    """The other answer asked for, under the first key that the text itself does not name."""
    named = speech.choices(MAIN)[1] if "{menu:" in item.texts[speech.language].body else ()
    taken = {one.key for one in named}
    key = next(one for one in "1234567" if one not in taken or one == "7")
    return tuple(replace(one, key=key) for one in numbered(speech, [then]))


def item_text(speech: Speech, item_id: str) -> str:
    item = speech.edition.items.get(item_id)
    return (speech.text(item) if item else None) or speech.ui("number.nothing")


def candidates(now: Turn, text: str) -> list[Turn]:
    """The turn in the language guessed (if it is another), then in the language spoken so far."""
    guessed = speech_of(now, text)
    same = guessed.language == now.speech.language
    return [now] if same else [replace(now, speech=guessed), now]


def speech_of(now: Turn, text: str) -> Speech:
    spoken = [*now.edition.words, *map(languages.base, now.edition.words)]
    guess = language_id.guess(text, stay=now.speech.language, offered=set(spoken))
    return speaking(now.edition, now.told.country, guess, brief=now.told.brief)


def ranked(now: Turn, text: str) -> list[tuple[str, float]]:
    """Answers that can be given in the turn's language."""
    ranked = now.rank(text, now.speech.language)
    return [(item, p) for item, p in ranked if now.speech.has(item)]
