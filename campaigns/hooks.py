"""The doors for delivery receipts and opt-outs: journalled at once, classified later.

An authentic request is never answered with an error: providers post a refused one again every minute
for hours. What cannot be read is kept sealed and counted.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gateways.base import BadForm, Gateway, OptOut, Reason, Receipt
from gateways.rapidpro import RapidPro
from gateways.wire import Environ, Refused, StartResponse, Wsgi, answer, form, form_or_json, gate
from journal.writer import Journal
from people import consent, identity
from people.callers import caller, caller_if_any, country_of
from people.masking import SHORTEST, masked
from people.turnstile import RECEIPTS, Turnstile, strangers

NAME_MOST: Final = 128  # characters of an id or a word
KEPT_MOST: Final = 4000  # characters of a form nobody can read
# A blast of a million is followed by a million receipts: their lines are put together by hand, which
# costs a third of json.dumps. Names, tokens and reasons are ours and need no escaping.
_text = json.encoder.encode_basestring_ascii


@dataclass(frozen=True, slots=True)
class Post:
    """Where what comes in goes: the journal, once the turnstile let a receipt through."""

    journal: Journal
    receipts: Turnstile


def door(
    *, gateways: Mapping[str, Gateway], journal: Journal, clock: Callable[[], float] = time.time
) -> Wsgi:
    """The callable for `/hooks/<gateway>/<secret>/receipt`, `.../opt-out` and `.../external`."""

    opened = gate(gateways, strangers(journal, clock))
    post = Post(journal, Turnstile(RECEIPTS, journal))

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            gateway, kind = opened(environ)
            take = TAKERS.get(kind)
            if take is None:
                return answer(start_response, "not here", status=404)
            fields = form_or_json(environ) if kind == "external" else form(environ)
        except Refused as refused:
            return answer(start_response, refused.words, status=refused.status)
        try:
            take(gateway, fields, post, clock())
        except BadForm as bad:
            _odd(gateway, kind, bad, fields, journal, clock())
        return answer(start_response, "ok")

    return application


def _receipt(gateway: Gateway, fields: Mapping[str, str], post: Post, at: float) -> None:
    note(gateway, gateway.receipt(fields), post, at)


def note(gateway: Gateway, receipt: Receipt, post: Post, at: float) -> None:
    """Journal a receipt, whichever hook it came in at."""
    met = caller_if_any(receipt.phone, country_of(gateway))
    held = met.token and post.receipts.full(met.token, at, gateway.name, met.country)
    if not held:
        post.journal.write(_line(gateway, receipt, met, at))
    if receipt.reason is Reason.OPTED_OUT and met.token:
        line = consent.line(met, gateway=gateway.name, how="provider", at=at, sender=gateway.sender)
        post.journal.append("opt-out", line)


def _line(gateway: Gateway, receipt: Receipt, met: identity.Met, at: float) -> bytes:
    return (
        f'receipt\t{{"at":{at:.3f},"g":"{gateway.name}","id":{_text(receipt.reference[:NAME_MOST])}'
        f',"t":"{met.token}","n":{_said(receipt.network[:NAME_MOST])},"status":{_said(receipt.word)}'
        f',"rank":{int(receipt.status)},"reason":"{receipt.reason}"}}\n'
    ).encode("ascii")


def _said(word: str) -> str:
    """A provider's word as it is; whatever is longer than a word may hold a number, and is masked."""
    return _text(word if word.isalpha() or len(word) < SHORTEST else masked(word))


def _opt_out(gateway: Gateway, fields: Mapping[str, str], post: Post, at: float) -> None:
    told: OptOut = gateway.opt_out(fields)
    met, sender = caller(told.phone, country_of(gateway)), told.sender[:NAME_MOST]
    line = consent.line(met, gateway=gateway.name, how="provider", at=at, sender=sender)
    post.journal.append("opt-out", line)


def _external(gateway: Gateway, fields: Mapping[str, str], post: Post, at: float) -> None:
    """What RapidPro wants sent, number and text sealed; sent by a worker, if it may be sent at all."""
    if not isinstance(gateway, RapidPro):
        raise BadForm("only RapidPro has messages sent through us")
    wanted = gateway.external(fields)
    met = caller(wanted.number)
    body = {
        "at": at,
        "g": gateway.name,
        "id": wanted.id,
        "c": met.country,
        "num": identity.seal(wanted.number, identity.NUMBER),
        "text": identity.seal(wanted.text),
        "answers": wanted.answers,
    }
    post.journal.append("external", body)


def _odd(
    gateway: Gateway,
    kind: str,
    bad: BadForm,
    fields: Mapping[str, str],
    journal: Journal,
    at: float,
) -> None:
    """Keep, sealed because numbers may be in it, what our reading of the provider does not cover."""
    sealed = identity.seal(repr(dict(fields))[:KEPT_MOST])
    body = {"at": at, "g": gateway.name, "door": kind, "what": str(bad), "form": sealed}
    journal.append("error", body)


TAKERS: Mapping[str, Callable[[Gateway, Mapping[str, str], Post, float], None]] = {
    "receipt": _receipt,
    "opt-out": _opt_out,
    "external": _external,
}
