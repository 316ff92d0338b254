"""A provider of whom only its HTTP request is known: all of it is written in the settings.

SMS by a template; receipts, incoming SMS, USSD and opt-outs by the names of their fields. What such a provider
says is believed only where a rule says how to read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote
from uuid import uuid4

from gateways import fates, segments
from gateways.account import BadSettings, Tree, Words
from gateways.base import (
    Batch,
    Inbound,
    InputMode,
    Money,
    OptOut,
    Reason,
    Receipt,
    Sms,
    State,
    UssdEnd,
    UssdHop,
)
from gateways.carriage import Answer, AnswerLost
from gateways.http import forms, template
from gateways.http.rules import Rules
from gateways.http.template import Fill
from gateways.open_path import OpenPath

METHODS = ("GET", "POST", "PUT")


@dataclass(frozen=True, kw_only=True, eq=False)
class Http(OpenPath):
    """One request a text: path, query, and a form or JSON, with places such as {to} (`template.PLACES`).

    accepted, refused: regular expressions over the answer's body. reference: one with a group, the id of the
    message in it; "": receipts come under the id that we gave with {id} or {receipt}.
    """

    path: str = ""
    method: str = "POST"
    headers: Words = field(default_factory=dict, repr=False)
    query: Words = field(default_factory=dict, repr=False)
    form: Words = field(default_factory=dict, repr=False)
    json: Tree = field(default_factory=dict, repr=False)
    separator: str = ","
    accepted: str = ""
    refused: str = ""
    reference: str = ""
    receipt_fields: Words = field(default_factory=dict)
    receipt_words: Words = field(default_factory=dict)
    sms_fields: Words = field(default_factory=dict)
    ussd_fields: Words = field(default_factory=dict)
    opt_out_fields: Words = field(default_factory=dict)
    input_mode: InputMode = "last"

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            self._check()
        except ValueError as error:
            raise BadSettings(f"Gateway {self.name}: {error}.") from None

    def _check(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method is one of {', '.join(METHODS)}")
        if self.path and self.path[0] not in "/?":
            raise ValueError("path must begin with a slash")
        if self.form and self.json:
            raise ValueError("a request has a form or json, not both")
        if (self.form or self.json) and self.method == "GET":
            raise ValueError("a GET has no form and no json: use query, or another method")
        used = template.places((self.path, self.query, self.form, self.json))
        if "text" not in used or not used & {"to", "numbers"}:
            raise ValueError("{text} and {to} must stand in path, query, form or json")
        if "receipt" in used and not self.public:
            raise ValueError("{receipt} needs public, our own web address")
        template.check_headers(self.headers)
        _ = self.rules, self.names  # read here, so that a mistake in them is told now

    @cached_property
    def rules(self) -> Rules:
        """How the provider's answers are read. Raises ValueError."""
        return Rules.of(self.accepted, self.refused, self.reference)

    @cached_property
    def names(self) -> forms.Names:
        """What the provider calls things in its calls to us. Raises ValueError."""
        return forms.names(
            receipt=self.receipt_fields,
            words=self.receipt_words,
            sms=self.sms_fields,
            ussd=self.ussd_fields,
            opt_out=self.opt_out_fields,
        )

    def send(self, sms: Sms) -> Batch:
        """One request for all numbers; never raises for what the provider or the network does."""
        return fates.of_each(sms, lambda numbers: self._ask(sms, numbers))

    def balance(self) -> Money | None:
        """None: nobody told us how to ask."""
        return None

    def receipt(self, form: Mapping[str, str]) -> Receipt:
        return forms.receipt(form, self.names, self.networks)

    def sms(self, form: Mapping[str, str]) -> Inbound:
        return forms.sms(form, self.names, self.networks)

    def ussd(self, form: Mapping[str, str]) -> UssdHop:
        return forms.ussd(form, self.names, self.networks)

    def ussd_end(self, form: Mapping[str, str]) -> UssdEnd:
        return forms.ussd_end(form, self.names, self.networks)

    def opt_out(self, form: Mapping[str, str]) -> OptOut:
        return forms.opt_out(form, self.names)

    def _ask(self, sms: Sms, numbers: list[str]) -> Batch:
        own = str(uuid4())
        try:
            batch = self.rules.read(self._request(self._fill(sms, numbers, own)), numbers)
        except AnswerLost:
            batch = fates.whole(numbers, State.UNSURE, Reason.NO_ANSWER)
        return fates.referred(batch, own if self._names_messages else None)

    @cached_property
    def _names_messages(self) -> bool:
        """Whether receipts come under the id that we gave."""
        used = template.places((self.path, self.query, self.form, self.json))
        return not self.reference and bool(used & {"id", "receipt"})

    def _fill(self, sms: Sms, numbers: list[str], own: str) -> Fill:
        written = [self.written(number) for number in numbers]
        return Fill(
            words={
                "to": self.separator.join(written),
                "text": sms.text,
                "sender": sms.sender or self.sender,
                "id": own,
                "receipt": self.receipt_url(own, numbers) if self.public else "",
                "coding": "0" if segments.count(sms.text).encoding == "GSM-7" else "2",
            },
            numbers=written,
        )

    def _request(self, fill: Fill) -> Answer:
        """Raises NotSent, AnswerLost."""
        path = fill.text(self.path, lambda word: quote(word, safe=""))
        body, kind = template.body(fill, self.form, self.json)
        return self.carriage.ask(
            self.method,
            self.base.rstrip("/") + path,
            headers={**kind, **self.headers},
            data=body,
            params={name: fill.text(word) for name, word in self.query.items()} or None,
        )
