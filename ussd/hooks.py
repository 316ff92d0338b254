"""The USSD door: WSGI callables that answer from memory and the journal, without any store (D3)."""

import logging
import traceback
from collections.abc import Iterable, Mapping
from typing import Final

from gateways.base import BadForm, Gateway, ServiceCode, UssdEnd
from gateways.wire import Environ, Refused, StartResponse, Wsgi, answer, form, gate
from people.callers import caller, caller_if_any
from people.turnstile import DIALS, Turnstile, strangers
from ussd.hop import Call, Desk, answered, note_error, parting
from ussd.sessions import Shown

ECHO: Final = "HTTP_AT_USSD_HOP_METADATA"
NAME_MOST: Final = 128  # characters of a session's id, a code or a network
SORRY: Final = "Sorry, something went wrong. Please dial again."
BUSY: Final = "Please wait a little and try again."
NOBODY: Final = ServiceCode("", "")
log = logging.getLogger(__name__)


def door(desk: Desk) -> Wsgi:
    """The callable for `/hooks/<gateway>/<secret>/ussd` and `.../ussd-end`."""

    opened = gate(desk.gateways, strangers(desk.journal, desk.clock))
    dials = Turnstile(DIALS, desk.journal)

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            gateway, kind = opened(environ)
            if kind == "ussd":
                call = _call(desk, gateway, form(environ), environ.get(ECHO, ""))
                full = dials.full(call.token, call.at, gateway.name, call.country)
                shown = parting(_busy(desk, call)) if full else _shown(desk, call)
                start_response("200 OK", shown.headers)
                return shown.reply
            if kind != "ussd-end":
                return answer(start_response, "not here", status=404)
            _end(desk, gateway, gateway.ussd_end(form(environ)))
            return answer(start_response, "ok")
        except Refused as refused:
            return answer(start_response, refused.words, status=refused.status)
        except BadForm as bad:
            return answer(start_response, str(bad), status=400)

    return application


def _call(desk: Desk, gateway: Gateway, fields: Mapping[str, str], echo: str) -> Call:
    hop = gateway.ussd(fields)
    if max(len(hop.session), len(hop.code), len(hop.network)) > NAME_MOST:
        raise BadForm(f"a session id, code or network longer than {NAME_MOST} characters")
    service = gateway.codes.get(hop.code, NOBODY)
    met = caller(hop.phone, service.country)
    country = met.country or service.country
    return Call(gateway, hop, met.token, country, met.address, echo, desk.clock())


def _shown(desk: Desk, call: Call) -> Shown:
    """Whatever goes wrong inside, the caller gets a polite end and we get a count."""
    try:
        return answered(desk, call)
    except BadForm:
        raise
    except Exception as error:  # noqa: BLE001 - a door: nothing may reach the caller as an error page
        # where it went wrong may be logged; what was said there may not, it can be a person's words
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        log.error("a USSD hop failed with %s at\n%s", type(error).__name__, where)  # noqa: TRY400
        return note_error(desk, call, type(error).__name__, SORRY)


def _busy(desk: Desk, call: Call) -> str:
    """That phones are slower than this, in the language of the session where its edition has the words."""
    pin = desk.pins.get((call.gateway.name, call.hop.code, call.hop.session))
    edition = desk.shelf.get(pin.edition) if pin else desk.shelf.current(call.gateway.simulated)
    words = edition.words.get(pin.language, {}) if pin and edition else {}
    return f"{edition.mark if edition else ''}{words.get('bot.busy') or BUSY}"


def _end(desk: Desk, gateway: Gateway, end: UssdEnd) -> None:
    """Journal what the provider says of a session. What was typed and read in it is not in `end`; the way
    through the screens, which it repeats to us, is in nothing that we keep."""
    met = caller_if_any(end.phone, gateway.codes.get(end.code, NOBODY).country)
    body = {
        "at": desk.clock(),
        "g": gateway.name,
        "s": end.session[:NAME_MOST],
        "t": met.token,
        "c": met.country,
        "n": end.network[:NAME_MOST],
        "code": end.code[:NAME_MOST],
        "status": end.status,
        "cost": [str(end.cost.amount), end.cost.currency] if end.cost else None,
        "ms": end.milliseconds,
        "hops": end.hops,
    }
    desk.journal.append("end", body)
