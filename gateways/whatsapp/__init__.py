"""WhatsApp's Cloud API: a business number's chats. Source of the wire: developers.facebook.com/docs/whatsapp/cloud-api.

A person is their phone number, the same person as by SMS and USSD. They may be answered for 24 hours after each of
their messages; what WhatsApp sells for later (templates) is not used.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from gateways.account import BadSettings
from gateways.base import BadForm, Batch, Reason, State
from gateways.messenger import Event, Letter, Messenger, one
from gateways.whatsapp import letters, replies, webhooks

VISIBLE = re.compile(r"[!-~]+")
NUMBER = re.compile(r"tel:\+[1-9][0-9]{6,14}")
LEAST_VERIFY = 16  # characters


@dataclass(frozen=True, kw_only=True, eq=False)
class WhatsApp(Messenger):
    """number_id: the id of the business number, not the number. token: a lasting one of a system account.

    app_secret: signs what is posted to us. verify: a word of ours, typed where the hook is set up.
    """

    base: str = "https://graph.facebook.com/v23.0"
    number_id: str
    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify: str = field(repr=False)
    rate: float = 20.0

    kind: ClassVar[str] = "whatsapp"
    header: ClassVar[str] = "HTTP_X_HUB_SIGNATURE_256"
    window: ClassVar[timedelta | None] = timedelta(hours=24)
    body_most: ClassVar[int] = 3 * 1024 * 1024  # as documented

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.number_id.isdecimal() or not self.number_id.isascii():
            raise BadSettings(
                f"Gateway {self.name}: number_id is the phone number ID, digits alone."
            )
        if not VISIBLE.fullmatch(self.token) or not VISIBLE.fullmatch(self.app_secret):
            raise BadSettings(
                f"Gateway {self.name}: token and app_secret may hold no blanks and no letters outside ASCII."
            )
        if len(self.verify) < LEAST_VERIFY:
            raise BadSettings(
                f"Gateway {self.name}: verify must be a word of {LEAST_VERIFY} or more characters; "
                "`openssl rand -hex 12` makes one."
            )

    def vouches(self, raw: bytes, said: str) -> bool:
        own = hmac.new(self.app_secret.encode(), raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(said.encode(), f"sha256={own}".encode())

    def challenge(self, query: Mapping[str, str]) -> str:
        given = query.get("hub.verify_token", "")
        known = hmac.compare_digest(given.encode(), self.verify.encode())
        word = query.get("hub.challenge", "")
        if not known or query.get("hub.mode") != "subscribe" or not word:
            raise BadForm("no verification of ours")
        return word

    def events(self, raw: bytes) -> Iterator[Event]:
        """Of this account's number alone: an app may have several, and posts all to one address."""
        return webhooks.events(raw, self.number_id)

    def _written(self, letter: Letter) -> Batch:
        if not NUMBER.fullmatch(letter.to):
            return one(letter, State.REFUSED, Reason.BAD_NUMBER)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        url = f"{self.base.rstrip('/')}/{self.number_id}/messages"
        data = json.dumps(letters.body(letter))
        return replies.fate(letter, self.carriage.ask("POST", url, headers=headers, data=data))
