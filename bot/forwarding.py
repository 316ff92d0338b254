"""Which texts go on to RapidPro's flows, and which stay here though they were sent to a code of RapidPro's.

Consent, danger and age stay, whatever a flow may make of them. Whether somebody may be sent to is decided here,
so STOP, START, "forget me" and what is answered to them must be. Danger opens a case for people who are trained for it,
and nobody else should read of it; its call-back is arranged here. A child is put on no list, so its age is heard here.
A flow would neither keep these promises nor know that it broke one.
"""

from collections.abc import Iterable

from bot import alarm, words
from bot.memory import Memory
from bot.replies import State
from campaigns.models.replies import Answer
from campaigns.replies import forwards
from journal.intake import Entry
from people import ages, identity, keywords
from understanding import normalise


def named(entry: Entry) -> str:
    """The message as its provider names it, else by our entry."""
    return str(entry.body.get("id") or f"entry:{entry.id}")


def dealt_with(entries: Iterable[Entry]) -> set[tuple[str, str]]:
    """Gateway and name of those already answered or passed on: a provider posts one again until it hears 200,
    and sometimes after.
    """
    names = {named(entry) for entry in entries}
    answered = Answer.objects.filter(reference__in=names)
    return {*answered.values_list("gateway", "reference"), *forwards.known(names)}


def passed_on(entry: Entry, reference: str, memory: Memory) -> bool:
    """Put the text into the queue to RapidPro, if it goes there; then nothing is answered or counted here.

    Raises KeyError, TypeError or ValueError for an entry that is no message.
    """
    body = entry.body
    gateway, code = str(body["g"]), str(body["to"])
    account = forwards.taker(gateway, code)
    if account is None:
        return False
    token, state = str(body["t"]), memory.get(str(body["t"]))
    if stays(state, identity.unseal(body["text"], identity.TEXT)):
        return False
    if state != State(minor=state.minor):
        memory.put(token, State(minor=state.minor))  # numbers answer the flow from now on
    now = identity.current([token]).get(token, token)
    came = forwards.Came(
        gateway, code, reference, now, str(body["num"]), str(body["text"]), entry.at
    )
    forwards.wait(came, account)
    return True


def stays(state: State, text: str) -> bool:
    """Whether the text is ours. An empty one tells a flow nothing."""
    return bool(not text.strip() or alarm.in_chat(text) or _wish(text) or _answers(state, text))


def _wish(text: str) -> bool:
    return bool(keywords.word(text) or words.word(text) == "forget" or ages.minor(text))


def _answers(state: State, text: str) -> bool:
    """Whether it answers what we said last: a confirmation, a call-back, a number or steering word.

    A conversation of ours has a language, for as long as it is remembered and nothing went on to RapidPro since.
    """
    steers = normalise.digits(text) or words.word(text)
    return bool(state.expects or (state.language and steers))
