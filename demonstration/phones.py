"""The doors of the product in this process, with a clock of their own: what is posted to them is journalled as of then.

The same WSGI callables as where the product runs, and the same forms as the simulated network posts.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import bot.conversation
import bot.hooks
import campaigns.hooks
import ussd.hooks
from bot import matchers
from bot.memory import Memory
from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from gateways.base import Gateway
from gateways.network.operators import network
from gateways.wire import Wsgi
from journal.writer import Journal
from people.languages import Remembered
from ussd.hop import HOP_METADATA, Desk
from ussd.menu import Ask, Asked

COST = "KES 0.10"


class Phones:
    """Invented phones before the doors. `folder`: where their journal lies until it is drained."""

    def __init__(self, folder: Path, gateway: Gateway, shelf: Shelf) -> None:
        self.now = 0.0  # epoch seconds
        self._folder, self._gateway = folder, gateway
        self._codes = {one.country: code for code, one in sorted(gateway.codes.items())}
        self._journal = Journal(folder, rotate_at=2**30)
        self._doors = _doors(self._journal, gateway, shelf, self._clock)

    def _clock(self) -> float:
        return self.now

    def hop(self, session: str, number: str, country: str, text: str) -> tuple[str, bool]:
        """One input of a USSD session: the place it leads to, and whether the session is over."""
        form = {**self._session(session, number, country), "text": text}
        headers, said = self._post("ussd", urlencode(form).encode())
        return headers.get(HOP_METADATA, ""), said.startswith(b"END")

    def end(
        self, session: str, number: str, country: str, *, whole: bool, hops: int, seconds: float
    ) -> None:
        """What a provider tells of a session that is over; `whole`: we ended it; `seconds` it took."""
        told = {
            "status": "Success" if whole else "Incomplete",
            "cost": COST,
            "durationInMillis": str(round(seconds * 1000)),
            "hopsCount": str(hops),
        }
        form = {**self._session(session, number, country), **told}
        self._post("ussd-end", urlencode(form).encode())

    def _session(self, session: str, number: str, country: str) -> dict[str, str]:
        return {
            "sessionId": session,
            "serviceCode": self._codes[country],
            "phoneNumber": number,
            "networkCode": network(number),
        }

    def receipt(self, reference: str, number: str, status: str, reason: str = "") -> None:
        form = {
            "id": reference,
            "phoneNumber": number,
            "networkCode": network(number),
            "status": status,
            **({"failureReason": reason} if reason else {}),
        }
        self._post("receipt", urlencode(form).encode())

    def opt_out(self, number: str) -> None:
        """Somebody blocked the sender at their provider."""
        form = {"phoneNumber": number, "senderId": self._gateway.sender}
        self._post("opt-out", urlencode(form).encode())

    def ask(self, person: str, country: str, language: str, text: str) -> Mapping[str, Any]:
        """A message of a chat; the answer as a flow gets it."""
        told = {"person": person, "country": country, "language": language, "text": text}
        _, said = self._post("ask", json.dumps(told).encode())
        found: dict[str, Any] = json.loads(said)
        return found

    def drain(self) -> bytes:
        """All lines since the last time, in order; they are nowhere else after that."""
        self._journal.close()
        files = sorted(self._folder.glob("*.journal"))
        lines = b"".join(file.read_bytes() for file in files)
        for file in files:
            file.unlink()
        return lines

    def _post(self, kind: str, body: bytes) -> tuple[dict[str, str], bytes]:
        heard: dict[str, str] = {}

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            heard.update(headers, status=status)

        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/hooks/{self._gateway.name}/{self._gateway.secrets[0]}/{kind}",
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
        }
        return heard, b"".join(self._doors[kind](environ, start_response))


def _doors(journal: Journal, gateway: Gateway, shelf: Shelf, clock: Any) -> Mapping[str, Wsgi]:  # noqa: ANN401
    known = {gateway.name: gateway}
    desk = Desk(known, shelf, journal, _ask_of, Remembered(), clock=clock)
    chats = bot.conversation.Desk(journal, Memory(clock=clock), lambda _country, _at: None)
    talk = ussd.hooks.door(desk)
    told = campaigns.hooks.door(gateways=known, journal=journal, clock=clock)
    heard = bot.hooks.door(bot.hooks.Room(known, shelf, chats, clock))
    return {"ussd": talk, "ussd-end": talk, "receipt": told, "opt-out": told, "ask": heard}


def _ask_of(edition: Edition) -> Ask:
    """The matcher as the USSD door takes it."""
    hear = matchers.asker(lambda: edition)
    return lambda text, language: Asked(*hear(text, language))
