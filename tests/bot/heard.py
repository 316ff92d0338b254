"""What people say to the bot as its doors journal it, and what the ledger then counts."""

import json
from datetime import UTC, datetime
from typing import Any

from analytics.models import Exposure
from bot.hooks import Room, door
from people import identity
from tests.doors import PHONE, SECRET, knock

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ASK = f"/hooks/sim/{SECRET}/ask"


def chat(**changes: Any) -> dict[str, Any]:
    return {
        "at": AT.timestamp(),
        "g": "",
        "id": "one",
        "door": "web",
        "t": "t1.web",
        "num": "",
        "lk": False,
        "c": "KE",
        "l": "en",
        "text": identity.seal("hello"),
        "q": "",
        "i": [],
        "d": 0,
        "decision": "menu",
        "w": "",
        "rule": "",
        **changes,
    }


def sms(text: str, reference: str = "sms-1", phone: str = PHONE, **changes: Any) -> dict[str, Any]:
    return {
        "at": AT.timestamp(),
        "g": "sim",
        "id": reference,
        "t": identity.token(f"tel:{phone}"),
        "num": identity.seal(phone, identity.NUMBER),
        "c": "KE",
        "n": "63902",
        "text": identity.seal(text),
        "to": "NJIA",
        **changes,
    }


def counted() -> list[tuple[str, str]]:
    return list(Exposure.objects.order_by("sequence").values_list("tier", "item"))


def ask(room: Room, **body):
    """What the door answers a flow."""
    return knock(door(room), ASK, json.dumps(body).encode())
