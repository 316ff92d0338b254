"""Knocking at a WSGI door as a provider does, without a server; and a hand-made desk behind it."""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import ussd.hooks
from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from gateways.africastalking import AfricasTalking
from gateways.base import Gateway, ServiceCode
from gateways.wire import Wsgi
from journal.writer import Journal
from people.languages import Remembered
from ussd.hop import Desk
from ussd.menu import Asked

SECRET, OLD_SECRET = "s" * 32, "o" * 32
PHONE, OTHER_PHONE = "+254711000001", "+254711000002"
CODE = "*384*1234#"
USSD = f"/hooks/sim/{SECRET}/ussd"
HOP = {
    "sessionId": "ATUid_1",
    "serviceCode": CODE,
    "phoneNumber": PHONE,
    "networkCode": "63902",
    "text": "",
}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str


def gateway(name: str = "sim", **settings: Any) -> AfricasTalking:
    """A simulated account unless `settings` say otherwise."""
    given: dict[str, Any] = {
        "simulated": True,
        "secrets": (SECRET, OLD_SECRET),
        "sender": "NJIA",
        "codes": {CODE: ServiceCode(CODE, "KE")},
        "base": "http://127.0.0.1:1/version1",
    }
    return AfricasTalking(name=name, username="u", key="k", **{**given, **settings})


def desk(folder: Path, *gateways: Gateway, editions: Iterable[Edition] = (), **parts: Any) -> Desk:
    """A desk over files in `folder`; `parts` replace what stands on it."""
    shelf = Shelf(folder / "editions")
    for one in editions:
        shelf.put(one)
    made = Desk(
        gateways={one.name: one for one in gateways or (gateway(),)},
        shelf=shelf,
        journal=Journal(folder / "journal"),
        ask=lambda _edition: lambda _text, _language: Asked(),
        remembered=Remembered(),
    )
    return replace(made, **parts)


def knock(
    door: Wsgi,
    path: str,
    body: bytes | Mapping[str, str] = b"",
    *,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    content: str = "",
) -> Reply:
    """POST `body` of the type `content` (GET with a query and no body), and read the whole answer."""
    raw = body if isinstance(body, bytes) else urlencode(body).encode()
    heard: dict[str, Any] = {}

    def start_response(status: str, given: list[tuple[str, str]]) -> None:
        heard.update(
            status=int(status.split(maxsplit=1)[0]), headers={k.lower(): v for k, v in given}
        )

    environ = {
        "REQUEST_METHOD": "POST" if raw else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(raw)),
        "CONTENT_TYPE": content,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(raw),
        **{f"HTTP_{name.upper().replace('-', '_')}": v for name, v in (headers or {}).items()},
    }
    parts = door(environ, start_response)
    return Reply(heard["status"], heard["headers"], b"".join(parts).decode())


def journalled(journal: Journal, kind: str = "") -> list[dict[str, Any]]:
    """Bodies in the journal's files, of one kind or with each body's kind under "kind"."""
    lines = [
        line.partition("\t")
        for file in sorted(journal.folder.iterdir())
        for line in file.read_text(encoding="ascii").splitlines()
    ]
    found = [{"kind": which, **json.loads(body)} for which, _, body in lines]
    return [one for one in found if kind in ("", one["kind"])]


def dial(
    own: Desk,
    *texts: str,
    path: str = USSD,
    headers: Mapping[str, str] | None = None,
    **fields: Any,
) -> Reply:
    """Hops of one session; the last answer."""
    answers = [
        knock(ussd.hooks.door(own), path, {**HOP, **fields, "text": text}, headers=headers)
        for text in texts
    ]
    return answers[-1]
