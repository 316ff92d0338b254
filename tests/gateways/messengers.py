"""Accounts of chat apps for tests, and what their servers were recorded to post, with invented people."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from gateways.messenger import Event, Letter
from gateways.telegram import Telegram
from gateways.whatsapp import WhatsApp

PAYLOADS = Path(__file__).resolve().parent.parent / "payloads"
UPDATES: dict[str, Any] = json.loads((PAYLOADS / "telegram" / "updates.json").read_text("utf-8"))
WEBHOOKS: dict[str, Any] = json.loads((PAYLOADS / "whatsapp" / "webhooks.json").read_text("utf-8"))
TOKEN = "7000:" + "A" * 35
APP_SECRET, VERIFY, NUMBER_ID = "f" * 32, "verify-" * 3, "106540352242922"
SECRET, OTHER_SECRET = "t" * 32, "w" * 32
CHAT, PHONE = "telegram:900100200", "tel:+254711000001"
NOWHERE = "http://127.0.0.1:1"
TITLES = (("1", "Is the job real?"), ("2", "What does it cost?"))


def telegram(base: str = NOWHERE, **more: Any) -> Telegram:
    given = {"token": TOKEN, "public": "https://njia.example", "country": "KE", **more}
    return Telegram(name="tg", secrets=(SECRET,), base=base, **given)


def whatsapp(base: str = NOWHERE, **more: Any) -> WhatsApp:
    given = {
        "number_id": NUMBER_ID,
        "token": "EAA",
        "app_secret": APP_SECRET,
        "verify": VERIFY,
        **more,
    }
    return WhatsApp(name="wa", secrets=(OTHER_SECRET,), base=base, **given)


def update(name: str) -> bytes:
    return json.dumps(UPDATES[name]).encode()


def webhook(name: str) -> bytes:
    return json.dumps(WEBHOOKS[name]).encode()


def signed(raw: bytes, secret: str = APP_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def heard(raw: bytes, account: Telegram | WhatsApp) -> list[Event]:
    return list(account.events(raw))


def letter(to: str = CHAT, text: str = "Which one?", **more: Any) -> Letter:
    return Letter(to, text, **more)


FILE = """
[gateways.tg]
adapter = "telegram"
simulated = true
base = "{url}"
token = "{token}"
country = "KE"
secret = "{secret}"
[gateways.wa]
adapter = "whatsapp"
simulated = true
base = "{url}"
number_id = "{number_id}"
token = "EAA"
app_secret = "{app_secret}"
verify = "{verify}"
secret = "{other}"
"""


def file(url: str) -> str:
    """A gateways file with both apps, whose servers listen at `url`."""
    return FILE.format(
        url=url,
        token=TOKEN,
        secret=SECRET,
        other=OTHER_SECRET,
        number_id=NUMBER_ID,
        app_secret=APP_SECRET,
        verify=VERIFY,
    )
