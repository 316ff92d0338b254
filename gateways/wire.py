"""How a provider's request is opened and answered, for every hook: the same for all gateways.

A hook lies at `/hooks/<gateway>/<secret>/<kind>`. It runs once per USSD screen, so the form is split
by hand and only what is escaped is unescaped; parse_qsl alone would cost half of a whole hop.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import unquote_plus

from gateways.base import Gateway, authentic

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

BODY_LIMIT = 32 * 1024  # bytes; the longest real callback stays under 4 KiB
LONGEST_LENGTH = 9  # digits of a Content-Length that is worth reading
FIELD_LIMIT = 64  # fields; more would only serve to keep the door busy
METHODS = ("POST", "GET")  # Kannel calls with GET; a HEAD or TRACE of somebody's tool tells nothing
PATHS_MOST = 256  # remembered; there are six a gateway and secret
PLAIN_TEXT = ("Content-Type", "text/plain; charset=utf-8")
LINES = {
    200: "200 OK",
    400: "400 Bad Request",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    500: "500 Internal Server Error",
}


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The request is turned away with this HTTP status and these few words for the provider."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


Meant = tuple[Gateway, str]  # a gateway and the kind of hook


def gate(
    gateways: Mapping[str, Gateway], wrong: Callable[[str], None] | None = None
) -> Callable[[Environ], Meant]:
    """What lets requests in: gives the gateway one is meant for; anybody else learns only "not here".

    `wrong` is told the address of whoever had no secret of ours.

    Paths that were let in are remembered. Finding one again takes a time that tells nothing of a near
    miss: the dictionary compares hashes keyed by this process's own random seed, and only then texts.
    """
    known: dict[str, Meant] = {}

    def opened(environ: Environ) -> Meant:
        path = str(environ.get("PATH_INFO", ""))
        meant = known.get(path)
        if meant is None:
            meant = _meant(path, gateways)
            if meant is None:
                if wrong:
                    wrong(str(environ.get("REMOTE_ADDR", "")))
                raise Refused(404, "not here")
            if len(known) < PATHS_MOST:
                known[path] = meant
        allowed = meant[0].allowed
        if allowed and not _inside(str(environ.get("REMOTE_ADDR", "")), allowed):
            raise Refused(404, "not here")
        if environ.get("REQUEST_METHOD", "POST") not in METHODS:
            raise Refused(405, "POST it")
        return meant

    return opened


def _meant(path: str, gateways: Mapping[str, Gateway]) -> Meant | None:
    parts = path.split("/")
    gateway = gateways.get(parts[2]) if len(parts) == 5 else None
    if gateway is None or not authentic(gateway, parts[3]):
        return None
    return gateway, parts[4]


@lru_cache(maxsize=1024)
def _inside(address: str, networks: tuple[str, ...]) -> bool:
    try:
        return any(ip_address(address) in ip_network(network) for network in networks)
    except ValueError:
        return False


def near(address: str) -> bool:
    """Whether it is an address of this very machine."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def body(environ: Environ, most: int = BODY_LIMIT) -> bytes:
    """The request's body, at most `most` bytes of it."""
    length = environ.get("CONTENT_LENGTH") or "0"
    # by its digits first: Python refuses to read a number of thousands of them
    if length.isdecimal() and (len(length) > LONGEST_LENGTH or int(length) > most):
        raise Refused(413, "too large")
    raw: bytes = environ["wsgi.input"].read(most + 1)
    if len(raw) > most:
        raise Refused(413, "too large")
    return raw


def form(environ: Environ) -> dict[str, str]:
    """The fields of a POST and of its query, the body's word for a name first. Kannel calls with GET alone."""
    raw, query = body(environ), str(environ.get("QUERY_STRING", ""))
    if not raw:
        return fields(query)
    told = fields(raw.decode("utf-8", "replace"))
    return {**fields(query), **told} if query else told


def form_or_json(environ: Environ) -> dict[str, str]:
    """The same of a provider that may post JSON: what its object holds as text. Other JSON is one field without a name."""
    if not str(environ.get("CONTENT_TYPE") or "").startswith("application/json"):
        return form(environ)
    raw = body(environ)
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return {"": raw.decode("utf-8", "replace")}
    return {name: value for name, value in told.items() if isinstance(value, str)}


def fields(raw: str) -> dict[str, str]:
    """Name to value; what is not UTF-8 becomes the replacement sign, a later field wins."""
    found = {}
    for field in raw.split("&", FIELD_LIMIT):
        name, _, value = field.partition("=")
        if "%" in value or "+" in value:
            value = _plain(value)
        found[unquote_plus(name) if "%" in name or "+" in name else name] = value
    return found


def _plain(value: str) -> str:
    """unquote_plus, but quick for the three signs that USSD callbacks are full of: * + #."""
    quick = value.replace("+", " ").replace("%2A", "*").replace("%2B", "+").replace("%23", "#")
    return unquote_plus(value) if "%" in quick else quick


def answer(start_response: StartResponse, words: str, *, status: int = 200) -> list[bytes]:
    """A short plain answer; providers show it in their logs at most."""
    line, headers, content = _made(words, status)
    start_response(line, headers)
    return content


@lru_cache(maxsize=256)
def _made(words: str, status: int) -> tuple[str, list[tuple[str, str]], list[bytes]]:
    content = words.encode()
    return LINES[status], [PLAIN_TEXT, ("Content-Length", str(len(content)))], [content]
