"""The doors for inbound SMS and for flows that ask: WSGI callables, answering from memory and the journal."""

import json
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.conversation import TEXT_MOST, Desk, Heard, converse, marked
from bot.replies import Form, Reply, busy
from campaigns.press.shelf import Shelf
from gateways.base import BadForm, Gateway, Inbound
from gateways.wire import Environ, Refused, StartResponse, Wsgi, answer, body, form, gate
from people import consent, countries, identity, keywords
from people.callers import NOBODY, caller, caller_if_any, country_of
from people.turnstile import QUESTIONS, TEXTS, UNNAMED, Turnstile, strangers

NAME_MOST: Final = 128  # characters of an id or a code
KEPT_MOST: Final = 4000  # characters of a form nobody can read
ONCE: Final = "once:"  # the address of somebody whom a flow does not name
# Schemes of our own are nobody's address
PERSON: Final = re.compile(
    r"(tel:\+\d{6,15}|(?!(?:tel|once|letter):)[a-z]{2,16}:[\w.@+-]{1,64})", re.ASCII
)
NOT_YET: Final = "This service is not available yet. Please try again later."
OK: Final = "200 OK"
# What flows call the things that people send, besides texts
FORMS: Final[Mapping[str, Form]] = {
    "text": "text", "voice": "voice", "audio": "voice", "picture": "picture", "place": "place",
    "location": "place", "geo": "place",
}  # fmt: skip
SORRY: Final = "Sorry, something went wrong. Please try again."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """What both doors work with. `clock` gives epoch seconds."""

    gateways: Mapping[str, Gateway]
    shelf: Shelf
    desk: Desk
    clock: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Turnstiles:
    """What a phone or chat goes through before it is heard; the word STOP goes past them."""

    texts: Turnstile
    questions: Turnstile
    unnamed: Turnstile

    def full(self, heard: Heard) -> bool:
        """Whether this question is one too many: of its person, or of all whom a gateway does not name."""
        unnamed = heard.address.startswith(ONCE)
        gate, key = (self.unnamed, heard.gateway) if unnamed else (self.questions, heard.token)
        return gate.full(key, heard.at, heard.gateway, heard.country)


def door(room: Room) -> Wsgi:
    """The callable for `/hooks/<gateway>/<secret>/sms` and `.../ask`."""

    journal = room.desk.journal
    opened = gate(room.gateways, strangers(journal, room.clock))
    let = Turnstiles(*(Turnstile(limit, journal) for limit in (TEXTS, QUESTIONS, UNNAMED)))

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            gateway, kind = opened(environ)
            if kind == "ask":
                return _json(start_response, *_asked(room, let, gateway, body(environ)))
            if kind != "sms":
                return answer(start_response, "not here", status=404)
            fields = form(environ)
        except Refused as refused:
            return answer(start_response, refused.words, status=refused.status)
        _take(room, let, gateway, fields)
        return answer(start_response, "ok")

    return application


# --- inbound SMS: stored, answered later --------------------------------------------------------------


def _take(room: Room, let: Turnstiles, gateway: Gateway, fields: Mapping[str, str]) -> None:
    """Journal the message; the word STOP besides as an opt-out, so that it holds within seconds.

    Of a phone that writes too fast the opt-out alone is kept.
    """
    try:
        told = gateway.sms(fields)
        met = caller(told.phone, country_of(gateway, told.to))
    except BadForm as bad:
        # an error would only be posted again and again; kept sealed, counted by whoever looks
        sealed = identity.seal(repr(dict(fields))[:KEPT_MOST])
        entry = {"at": room.clock(), "g": gateway.name, "door": "sms", "what": str(bad)}
        room.desk.journal.append("error", {**entry, "form": sealed})
        return
    at = room.clock()
    if not let.texts.full(met.token, at, gateway.name, met.country):
        room.desk.journal.append("sms", _sms(gateway, told, met, at))
    if keywords.word(told.text) == "stop":
        sender = told.to[:NAME_MOST]
        line = consent.line(met, gateway=gateway.name, how="word", at=at, sender=sender)
        room.desk.journal.append("opt-out", line)


def _sms(gateway: Gateway, told: Inbound, met: identity.Met, at: float) -> dict[str, Any]:
    number = met.address.removeprefix("tel:")
    return {
        "at": at,
        "g": gateway.name,
        "id": told.reference[:NAME_MOST],
        "t": met.token,
        "num": identity.seal(number, identity.NUMBER),
        "c": met.country or country_of(gateway, told.to),
        "n": told.network[:NAME_MOST],
        "text": identity.seal(told.text[:TEXT_MOST]),
        "to": told.to[:NAME_MOST],
        **identity.trail(met.address),
    }


# --- flows that ask: answered at once -----------------------------------------------------------------


def _asked(room: Room, let: Turnstiles, gateway: Gateway, raw: bytes) -> tuple[str, dict[str, Any]]:
    """Status and answer for the flow; whatever goes wrong inside, it is one that can be shown to a person."""
    try:
        heard = _read(room, gateway, raw)
    except BadForm as bad:
        return "400 Bad Request", _shape("unknown", SORRY, error=str(bad))
    edition = room.shelf.current(gateway.simulated)
    if edition is None:
        return OK, _shape("unknown", NOT_YET)
    if let.full(heard) and keywords.word(heard.text) != "stop":
        said = busy(edition, heard.country, heard.language)
        return OK, _shape("unknown", marked(edition, said))
    try:
        reply = converse(room.desk, edition, heard)
    except Exception as error:  # noqa: BLE001 - a door: the flow must go on
        # where it went wrong may be logged; what was said there may not, it is a person's words
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        log.error("a question failed with %s at\n%s", type(error).__name__, where)  # noqa: TRY400
        return OK, _shape("unknown", SORRY, error=type(error).__name__)
    return OK, _told(reply, marked(edition, reply.text))


def _read(room: Room, gateway: Gateway, raw: bytes) -> Heard:
    """The question; a person not named is met once and forgotten. Raises BadForm."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadForm("the body is not JSON") from None
    if not isinstance(given, dict) or not isinstance(_words(given), str):
        raise BadForm("text is missing")
    named = given.get("person")
    if named and not PERSON.fullmatch(str(named)):
        raise BadForm("person must read tel:+254... or telegram:123")
    person = str(named or f"{ONCE}{uuid.uuid4()}")
    met = caller(person.removeprefix("tel:")) if person.startswith("tel:") else None
    told = str(given.get("country") or "")
    shared = NOBODY if met else _shared(given, told or country_of(gateway))
    country = told or (met or shared).country or country_of(gateway)
    return Heard(
        door="ask",
        gateway=gateway.name,
        address=met.address if met else person,
        text=_words(given).encode("utf-8", "replace").decode(),
        country=country if country in countries.CODES else "",
        language=str(given.get("language") or "")[:12],
        at=room.clock(),
        number=shared.address,
        form=_form(given),
    )


def _form(given: Mapping[str, Any]) -> Form:
    """What the flow says came: a text where it says nothing, any other thing is a file."""
    told = given.get("kind") or "text"
    return FORMS.get(told, "picture") if isinstance(told, str) else "picture"


def _words(given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """The text; a voice or a picture may come without one."""
    return given.get("text", "" if _form(given) != "text" else None)


def _shared(given: Mapping[str, Any], country: str) -> identity.Met:
    """The number that the person of a chat gave to the flow; nobody where it is none, or where nobody is named."""
    return caller_if_any(str(given.get("phone") or ""), country) if given.get("person") else NOBODY


def _told(reply: Reply, text: str) -> dict[str, Any]:
    choices = [{"key": one.key, "id": one.move, "title": one.title} for one in reply.choices]
    first = reply.items[0] if reply.items else ""
    return _shape(
        reply.decision, text, answer_id=first, choices=choices, language=reply.state.language
    )


def _shape(decision: str, text: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    empty: dict[str, Any] = {"answer_id": "", "choices": [], "language": ""}
    return {"decision": decision, "text": text, **empty, **more}


def _json(start_response: StartResponse, status: str, given: Mapping[str, Any]) -> list[bytes]:
    content = json.dumps(given, ensure_ascii=False).encode("utf-8", "replace")
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
    start_response(status, headers)
    return [content]
