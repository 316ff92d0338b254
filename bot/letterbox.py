"""The door of chat apps: what Telegram and WhatsApp post is proved, stored, and answered by a worker.

Who cannot prove to be the app learns only "not here", and nothing is kept of it. What is proved and cannot be read
is kept sealed and answered 200: an error would only be posted again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from bot.conversation import TEXT_MOST
from bot.hooks import KEPT_MOST, Room
from campaigns import hooks
from gateways.base import BadForm, Gateway
from gateways.messenger import Event, Left, Messenger, Written
from gateways.wire import Environ, Refused, StartResponse, Wsgi, answer, body, fields, gate
from people import consent, identity, keywords, languages
from people.callers import NOBODY, caller, caller_if_any
from people.turnstile import RECEIPTS, TEXTS, Turnstile, strangers

NAME_MOST: Final = 160  # characters of a message's name; WhatsApp's have some 60
TEL: Final = "tel:"


@dataclass(frozen=True, slots=True)
class Slot:
    """What a posted event passes through."""

    room: Room
    texts: Turnstile
    post: hooks.Post


def door(room: Room) -> Wsgi:
    """The callable for `/hooks/<gateway>/<secret>/telegram` and `.../whatsapp`."""

    journal = room.desk.journal
    wrong = strangers(journal, room.clock)
    opened = gate(room.gateways, wrong)
    receipts = hooks.Post(journal, Turnstile(RECEIPTS, journal))
    slot = Slot(room, Turnstile(TEXTS, journal), receipts)

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            account = _account(*opened(environ))
            if environ.get("REQUEST_METHOD") == "GET":
                return answer(start_response, _challenge(account, environ))
            raw = _proved(account, environ, wrong)
        except Refused as refused:
            return answer(start_response, refused.words, status=refused.status)
        _take(slot, account, raw)
        return answer(start_response, "ok")

    return application


def _account(gateway: Gateway, kind: str) -> Messenger:
    """The app's account whose hook this is. Raises Refused."""
    if isinstance(gateway, Messenger) and gateway.kind == kind:
        return gateway
    raise Refused(404, "not here")


def _proved(account: Messenger, environ: Environ, wrong: Callable[[str], None]) -> bytes:
    """The body that the app itself posted. Raises Refused, once `wrong` knows who else it was."""
    raw = body(environ, account.body_most)
    if account.vouches(raw, str(environ.get(account.header, ""))):
        return raw
    wrong(str(environ.get("REMOTE_ADDR", "")))
    raise Refused(404, "not here")


def _challenge(account: Messenger, environ: Environ) -> str:
    try:
        return account.challenge(fields(str(environ.get("QUERY_STRING", ""))))
    except BadForm:
        raise Refused(404, "not here") from None


def _take(slot: Slot, account: Messenger, raw: bytes) -> None:
    """Journal all that a post tells."""
    try:
        events = list(account.events(raw))
    except BadForm as bad:
        _odd(slot, account, raw.decode("utf-8", "replace"), bad)
        return
    for event in events:
        try:
            _store(slot, account, event)
        except BadForm as bad:
            _odd(slot, account, str(event.address if isinstance(event, Written) else ""), bad)


def _odd(slot: Slot, account: Messenger, form: str, bad: BadForm) -> None:
    """Keep, sealed because a person's words may be in it, what our reading of the app does not cover."""
    at, sealed = slot.room.clock(), identity.seal(form[:KEPT_MOST])
    entry = {"at": at, "g": account.name, "door": account.kind, "what": str(bad), "form": sealed}
    slot.room.desk.journal.append("error", entry)


def _store(slot: Slot, account: Messenger, event: Event) -> None:
    at, journal = slot.room.clock(), slot.room.desk.journal
    if isinstance(event, Written):
        met = _met(event.address, account)
        if not slot.texts.full(met.token, at, account.name, met.country):
            journal.append("letter", _letter(account, event, met, at))
        if keywords.word(event.text) == "stop":
            chat = not met.address.startswith(TEL)
            line = consent.line(met, gateway=account.name, how="word", at=at, chat=chat)
            journal.append("opt-out", line)
    elif isinstance(event, Left):  # a chat closed to us says nothing of the number shared in it
        met = _met(event.address, account)
        line = consent.line(met, gateway=account.name, how="provider", at=at)
        journal.append("opt-out", line)
    else:
        hooks.note(account, event, slot.post, at)


def _met(address: str, account: Messenger) -> identity.Met:
    """Who writes. A number that is none raises BadForm; a chat's country is its account's, if it has one."""
    if address.startswith(TEL):
        return caller(address.removeprefix(TEL), account.country)
    return identity.Met(address, identity.token(address), account.country)


def _letter(account: Messenger, told: Written, met: identity.Met, at: float) -> dict[str, Any]:
    """The journal line: address, number and words sealed."""
    number = met.address.removeprefix(TEL) if met.address.startswith(TEL) else ""
    shared = caller_if_any(told.number, account.country) if told.number else NOBODY
    return {
        "at": at,
        "g": account.name,
        "door": account.kind,
        "id": told.reference[:NAME_MOST],
        "t": met.token,
        "adr": identity.seal(met.address, identity.NUMBER),
        "num": identity.seal(number, identity.NUMBER) if number else "",
        "c": met.country or shared.country,
        "l": languages.base(told.language),
        "text": identity.seal(told.text[:TEXT_MOST]),
        "form": told.form,
        **identity.shared(shared.address),
        **identity.trail(met.address),
    }
