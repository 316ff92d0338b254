"""Africa's Talking: bulk SMS, USSD, receipts, incoming SMS, opt-outs.

Source of the wire: the provider's documentation and the official SDK 2.0.3. There is no idempotency
key, so a lost answer is `unsure` and stays so until a receipt or a person settles it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from gateways.account import Account, BadSettings
from gateways.africastalking import forms, replies
from gateways.africastalking.client import Client
from gateways.base import (
    Batch,
    Inbound,
    Money,
    OptOut,
    Outcome,
    Reason,
    Receipt,
    Sms,
    State,
    UssdEnd,
    UssdHop,
)
from gateways.carriage import LOCAL, AnswerLost, NotSent

LIVE = "https://api.africastalking.com/version1"
SANDBOX = "https://api.sandbox.africastalking.com/version1"
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, kw_only=True, eq=False)
class AfricasTalking(Account):
    """base "": the provider's own host (the sandbox's for the username "sandbox").

    connect_timeout and read_timeout in seconds.
    """

    username: str
    key: str = field(repr=False)
    base: str = ""
    connect_timeout: float = 3.05
    read_timeout: float = 30.0

    def __post_init__(self) -> None:
        where = urlsplit(self.url)
        if where.scheme not in {"http", "https"} or not where.hostname:
            raise BadSettings(
                f"Gateway {self.name}: base must be a web address, not {self.base!r}."
            )
        if self.simulated and where.hostname.endswith("africastalking.com"):
            raise BadSettings(
                f"Gateway {self.name}: a simulated gateway may not speak to {where.hostname}."
            )
        if not self.simulated and where.scheme == "http" and where.hostname not in LOCAL:
            raise BadSettings(
                f"Gateway {self.name}: base must begin with https, the key travels in it."
            )
        if not re.fullmatch(r"[!-~]+", self.key):
            raise BadSettings(
                f"Gateway {self.name}: the key may hold no blanks and no letters outside ASCII."
            )

    @property
    def url(self) -> str:
        return self.base.rstrip("/") or (SANDBOX if self.username == "sandbox" else LIVE)

    @cached_property
    def client(self) -> Client:
        """Made at first use, so that reading the settings opens nothing."""
        timeout = (self.connect_timeout, self.read_timeout)
        return Client(self.username, self.key, base=self.url, timeout=timeout)

    def send(self, sms: Sms) -> Batch:
        """One request for all numbers; never raises for what the provider or the network does."""
        if not _sayable(sms.text):
            return replies.whole(sms.numbers, State.REFUSED, Reason.TEXT)
        numbers = [number for number in dict.fromkeys(sms.numbers) if NUMBER.fullmatch(number)]
        asked = self._ask(sms, numbers) if numbers else Batch(())
        known = {outcome.number: outcome for outcome in asked.outcomes}
        outcomes = tuple(known.get(number) or _bad(number) for number in sms.numbers)
        return Batch(outcomes, asked.pause, asked.retry_after, asked.whole)

    def balance(self) -> Money | None:
        """What is left on the account; None where the provider does not say."""
        try:
            answer = self.client.account()
        except (NotSent, AnswerLost):
            return None
        data = answer.data if answer.ok and isinstance(answer.data, dict) else {}
        user: Any = data.get("UserData") or data.get("userData")
        return replies.money(user.get("balance", "")) if isinstance(user, dict) else None

    def ussd(self, form: Mapping[str, str]) -> UssdHop:
        return forms.ussd(form)

    def ussd_end(self, form: Mapping[str, str]) -> UssdEnd:
        return forms.ussd_end(form)

    def receipt(self, form: Mapping[str, str]) -> Receipt:
        return forms.receipt(form)

    def sms(self, form: Mapping[str, str]) -> Inbound:
        return forms.sms(form)

    def opt_out(self, form: Mapping[str, str]) -> OptOut:
        return forms.opt_out(form)

    def _ask(self, sms: Sms, numbers: list[str]) -> Batch:
        try:
            answer = self.client.send_bulk(sms.text, numbers, sms.sender or self.sender)
        except NotSent:
            return replies.whole(numbers, State.RETRY, Reason.UNREACHABLE)
        except AnswerLost:
            return replies.whole(numbers, State.UNSURE, Reason.NO_ANSWER)
        return replies.read(answer, numbers)


def _bad(number: str) -> Outcome:
    """Not asked for: one such number can spoil the whole request at the provider."""
    return Outcome(number, State.REFUSED, reason=Reason.BAD_NUMBER)


def _sayable(text: str) -> bool:
    """Whether a text can be sent at all: not empty, no half of a surrogate pair."""
    return bool(text.strip()) and not re.search("[\ud800-\udfff]", text)
