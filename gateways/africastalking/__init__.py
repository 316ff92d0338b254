"""Africa's Talking: bulk SMS, USSD, receipts, incoming SMS, opt-outs.

Source of the wire: the provider's documentation and the official SDK 2.0.3. There is no idempotency
key, so a lost answer is `unsure` and stays so until a receipt or a person settles it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gateways import fates
from gateways.account import Account, BadSettings
from gateways.africastalking import forms, replies
from gateways.africastalking.client import Client
from gateways.base import (
    Batch,
    Inbound,
    Money,
    OptOut,
    Receipt,
    Sms,
    UssdEnd,
    UssdHop,
)
from gateways.carriage import AnswerLost, NotSent

LIVE = "https://api.africastalking.com/version1"
SANDBOX = "https://api.sandbox.africastalking.com/version1"


@dataclass(frozen=True, kw_only=True, eq=False)
class AfricasTalking(Account):
    """base "": the provider's own host (the sandbox's for the username "sandbox").

    connect_timeout and read_timeout in seconds. suffix: this provider is said to add instructions how to opt
    out to the first message to each number; their words are not published, so the default is a guess.
    """

    username: str
    key: str = field(repr=False)
    base: str = ""
    connect_timeout: float = 3.05
    read_timeout: float = 30.0
    suffix: int = 40

    def __post_init__(self) -> None:
        host = fates.check_address(self, self.url, self.base)
        if self.simulated and host.endswith("africastalking.com"):
            raise BadSettings(f"Gateway {self.name}: a simulated gateway may not speak to {host}.")
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
        sender = sms.sender or self.sender
        return fates.of_each(
            sms,
            lambda numbers: replies.read(self.client.send_bulk(sms.text, numbers, sender), numbers),
        )

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
