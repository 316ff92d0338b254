"""Telegram: a bot's private chats. Source of the wire: core.telegram.org/bots/api.

A person is the id of a chat; a number is known only where they share their own contact. Telegram has no receipts.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from gateways.account import BadSettings
from gateways.base import Batch, Reason, State
from gateways.carriage import Answer
from gateways.messenger import Event, Letter, Messenger, cut, label, one
from gateways.telegram import replies, updates

TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,80}")
CHAT = re.compile(r"telegram:([0-9]{1,19})")
JSON: Mapping[str, str] = {"Content-Type": "application/json"}
MOST_LABEL = 60  # characters of a key; phones show about 30 of them in a line
HEARD = ("message", "edited_message", "callback_query", "my_chat_member")  # updates asked for


@dataclass(frozen=True, kw_only=True, eq=False)
class Telegram(Messenger):
    """token: of the bot, as BotFather gives it. rate: messages a second; Telegram allows 30."""

    base: str = "https://api.telegram.org"
    token: str = field(repr=False)
    rate: float = 25.0

    kind: ClassVar[str] = "telegram"
    header: ClassVar[str] = "HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not TOKEN.fullmatch(self.token):
            raise BadSettings(
                f"Gateway {self.name}: token must read 123456:ABC-DEF..., as BotFather gives it."
            )

    @property
    def header_secret(self) -> str:
        """What Telegram sends with every update. Made of the token, so that it needs no setting of its own."""
        return hmac.new(self.token.encode(), b"njia salama webhook", hashlib.sha256).hexdigest()

    def vouches(self, raw: bytes, said: str) -> bool:
        return hmac.compare_digest(said.encode(), self.header_secret.encode())

    def events(self, raw: bytes) -> Iterator[Event]:
        return updates.events(raw)

    def _written(self, letter: Letter) -> Batch:
        chat = CHAT.fullmatch(letter.to)
        if chat is None:
            return one(letter, State.REFUSED, Reason.BAD_NUMBER)
        wanted = {
            "chat_id": int(chat[1]),
            "text": cut(letter.text),
            "link_preview_options": {"is_disabled": True},  # else Telegram fetches what we name
            "reply_markup": _keys(letter),
        }
        return replies.fate(letter, self._asked("sendMessage", wanted))

    def register(self) -> Answer:
        """Have Telegram post its updates to us. Raises NotSent, AnswerLost."""
        wanted = {
            "url": self.callback,
            "secret_token": self.header_secret,
            "allowed_updates": list(HEARD),
        }
        return self._asked("setWebhook", wanted)

    def registered(self) -> Answer:
        """What Telegram has on record of our hook. Raises NotSent, AnswerLost."""
        return self._asked("getWebhookInfo", {})

    def _asked(self, method: str, wanted: Mapping[str, Any]) -> Answer:
        url = f"{self.base.rstrip('/')}/bot{self.token}/{method}"
        return self.carriage.ask("POST", url, headers=JSON, data=json.dumps(wanted))


def _keys(letter: Letter) -> Mapping[str, Any]:
    """A key a choice, each in a line of its own; those of before go away."""
    if not letter.choices:
        return {"remove_keyboard": True}
    rows = [[{"text": label(key, title, MOST_LABEL)}] for key, title in letter.choices]
    return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
