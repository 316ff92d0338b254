"""Kannel: SMS both ways through an operator's own SMPP connection.

Source of the wire: Kannel's user guide and its smsbox. The answer to a request names no message, so an id
of ours travels in the address for receipts: whatever becomes of the answer, a receipt finds its delivery.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from uuid import uuid4

from gateways import fates, segments
from gateways.account import BadSettings
from gateways.base import (
    BadForm,
    Batch,
    Inbound,
    Money,
    OptOut,
    Reason,
    Receipt,
    Sms,
    State,
    UssdEnd,
    UssdHop,
)
from gateways.carriage import AnswerLost
from gateways.kannel import answers, forms
from gateways.open_path import OpenPath

EVERY_RECEIPT = 31  # delivered 1, failed 2, buffered 4, at the SMSC 8, rejected there 16
CHARSETS = ("UTF-8", "UTF-16BE")


@dataclass(frozen=True, kw_only=True, eq=False)
class Kannel(OpenPath):
    """One sendsms-user of one smsbox. smsc: which connection takes the messages; "": as routed there.

    charset: in which a text beyond GSM-7 travels; "UTF-16BE" for a Kannel that cannot convert.
    batch above 1: Kannel answers for the first number only (see `answers`).
    """

    username: str
    password: str = field(repr=False)
    path: str = "/cgi-bin/sendsms"
    smsc: str = ""
    charset: str = "UTF-8"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.charset not in CHARSETS:
            raise BadSettings(f"Gateway {self.name}: charset is one of {', '.join(CHARSETS)}.")
        if not self.path.startswith("/"):
            raise BadSettings(f"Gateway {self.name}: path must begin with a slash.")

    def send(self, sms: Sms) -> Batch:
        """One request for all numbers; never raises for what Kannel or the network does."""
        return fates.of_each(sms, lambda numbers: self._ask(sms, numbers))

    def balance(self) -> Money | None:
        """None: Kannel keeps no account of money."""
        return None

    def receipt(self, form: Mapping[str, str]) -> Receipt:
        return forms.receipt(form, self.networks)

    def sms(self, form: Mapping[str, str]) -> Inbound:
        return forms.sms(form, self.networks)

    def ussd(self, form: Mapping[str, str]) -> UssdHop:
        self._carries_sms_only()

    def ussd_end(self, form: Mapping[str, str]) -> UssdEnd:
        self._carries_sms_only()

    def opt_out(self, form: Mapping[str, str]) -> OptOut:
        self._carries_sms_only()

    def _carries_sms_only(self) -> NoReturn:
        raise BadForm(f"gateway {self.name} is a Kannel, which carries SMS only")

    def _ask(self, sms: Sms, numbers: list[str]) -> Batch:
        reference = str(uuid4())
        try:
            answer = self.carriage.ask(
                "GET",
                self.base.rstrip("/") + self.path,
                headers={},
                params=self._query(sms, numbers, reference),
            )
        except AnswerLost:
            batch = fates.whole(numbers, State.UNSURE, Reason.NO_ANSWER)
        else:
            batch = answers.read(answer, numbers, parts=segments.count(sms.text).parts)
        return fates.referred(batch, reference if self.public else None)

    def _query(self, sms: Sms, numbers: list[str], reference: str) -> dict[str, object]:
        query: dict[str, object] = {
            "username": self.username,
            "password": self.password,
            "to": " ".join(map(self.written, numbers)),
            **self._text(sms.text),
        }
        if sender := sms.sender or self.sender:
            query["from"] = sender
        if self.smsc:
            query["smsc"] = self.smsc
        if self.public:
            alone = "" if len(numbers) == 1 else "&phone=%p"
            tail = f"{alone}&status=%d&smsc=%i&told=%A"
            query["dlr-mask"] = EVERY_RECEIPT
            query["dlr-url"] = self.receipt_url(reference, numbers, tail)
        return query

    def _text(self, text: str) -> dict[str, object]:
        if segments.count(text).encoding == "GSM-7":
            return {"text": text.encode(), "charset": "UTF-8", "coding": 0}
        return {
            "text": text.encode("utf-8" if self.charset == "UTF-8" else "utf-16-be"),
            "charset": self.charset,
            "coding": 2,
        }
