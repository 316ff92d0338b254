"""The fold of letters: what people wrote in Telegram and WhatsApp is answered there, once, and kept as chats are."""

from functools import partial
from typing import Final, cast

from bot import meanings, office, pressing, ways
from bot.conversation import marked
from bot.dialogue import turn
from bot.folding import BATCH, LOOP_MOST, Find, current, hear, keep
from bot.forwarding import dealt_with, named
from bot.memory import Memory
from bot.replies import Reply, State, Told
from bot.said import Said, answered
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.models.replies import Answer
from campaigns.replies import chats
from campaigns.replies.retention import LOOP
from gateways.messenger import Form, Letter, pressed
from journal import intake
from journal.intake import Entry
from people import consent, identity

ENDS: Final = ("stop", "forget")  # wishes after which nothing is sent by itself


def fold_letters(find: Find, memory: Memory, *, limit: int = BATCH) -> int:
    """Take a batch of letters, answer each once (the answers wait in their table), keep what they tell; how many."""
    with intake.take("letter", limit) as entries:
        known = dealt_with(entries)
        for entry in entries:
            name = (str(entry.body.get("g")), named(entry))
            if name not in known:
                known.add(name)
                _fold_one(entry, find, memory)
        return len(entries)


def _fold_one(entry: Entry, find: Find, memory: Memory) -> None:
    """An entry that is no letter, or that comes through a gateway with nothing to say, is set aside."""
    try:
        edition = find(routes.gateway(str(entry.body["g"])).simulated)
        to = identity.unseal(str(entry.body["adr"]), identity.NUMBER)
        said, reply = _reply(entry, to, edition, memory)
    except routes.NoRoute:
        hear(entry)
        intake.set_aside(entry, "nothing is published for its gateway")
    except (KeyError, TypeError, ValueError) as error:
        intake.set_aside(entry, f"no letter: {type(error).__name__}")
    else:
        keep([said], edition)
        if said.wish in ENDS:
            _end(said, to)
        _answer(said, to, edition, reply)


def _reply(entry: Entry, to: str, edition: Edition, memory: Memory) -> tuple[Said, Reply]:
    """The turn of one letter. Raises KeyError, TypeError or ValueError for an entry that is none."""
    body = entry.body
    token, country, number = str(body["t"]), str(body["c"]), str(body["num"])
    before = memory.get(token)
    text = _meant(identity.unseal(str(body["text"]), identity.TEXT), before, edition)
    form = cast("Form", str(body.get("form") or "text"))
    reads = partial(office.reads_in, country, entry.at)
    told = Told(text, country, str(body["l"]), reachable=bool(number), form=form, reads=reads)
    reply = turn(edition, meanings.of(edition).rank, before, told)
    memory.put(token, reply.state)
    shared = tuple(map(str, body.get("ln") or ()))
    said = Said(
        entry=entry.id,
        reference=named(entry),
        door=str(body["door"])[:8],
        channel="chat",
        gateway=str(body["g"]),
        token=token,
        linked=bool(number or shared),
        number=number,
        country=country,
        network="",
        code="",
        text=str(body["text"]),
        at=entry.at,
        former=tuple(map(str, body.get("f") or ())),
        shared=shared,
        address=ways.letter_address(to) if reply.asked else "",
        **answered(reply, before),
    )
    return current([said])[0], reply


def _meant(text: str, state: State, edition: Edition) -> str:
    """The key, where a text is the label of one on offer; apps send the label itself."""
    offered = {one.key: one.title for one in state.choices}
    always = (
        pressed(text, {key: title}) for key, title in pressing.always(edition, state.language)
    )
    return pressed(text, offered) or next(filter(None, always), "") or text


def _end(said: Said, to: str) -> None:
    """STOP chosen by a number, or "forget me": the door heard only the word."""
    how = "word" if said.wish == "stop" else said.wish
    token = identity.suppression_token(to)
    consent.suppress([consent.OptOut(token, said.at, how, said.country[:2])])


def _answer(said: Said, to: str, edition: Edition, reply: Reply) -> None:
    """Put the answer into the queue; a chat that writes without end is heard but answered no more."""
    lately = Answer.objects.filter(token=said.token, made_at__gt=said.at - LOOP).count()
    letter = Letter(to, marked(edition, reply.text), pressing.keys(edition, reply))
    posting = chats.Posting(said.gateway, said.reference, said.country, said.token, letter, said.at)
    if lately >= LOOP_MOST:
        chats.refuse(posting, "too-many", at=said.at)
    else:
        chats.wait(posting, at=said.at)
