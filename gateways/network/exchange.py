"""The provider's side of bulk SMS: what is accepted, what it costs, what the answer says.

Everything that changes the account or the record happens under one lock, so that the record is in
the order in which the requests were taken.
"""

import json
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from gateways import segments
from gateways.network.faults import TAKEN, Faults
from gateways.network.operators import CURRENCY, PRICES
from gateways.network.record import Record, Taken

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
NAMES = {
    100: "Processed",
    101: "Success",
    102: "Queued",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}
RICH = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class Message:
    """One bulk request as it came in."""

    text: str
    numbers: tuple[str, ...] = field(repr=False)
    sender: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a request: the fault it meets, what was taken of it, the body of its answer."""

    faults: Faults  # those of its time
    fault: str
    wait: float  # seconds before the answer
    taken: Taken | None
    body: bytes
    status: int = 201
    early: bool = False  # its receipts are posted before its answer


class Exchange:
    """One account on the simulated network."""

    def __init__(self, folder: Path | None, faults: Faults) -> None:
        self.lock = threading.Lock()
        self.counts = Counter[str]()
        self.record = Record(folder, uuid.uuid4().hex[:16])
        self.blocked: set[tuple[str, str]] = set()  # (number, sender) that opted out
        self.balance = RICH
        self.set(faults)

    def set(self, faults: Faults) -> None:
        with self.lock:
            self.faults, self.chance = faults, faults.chance()
            self._left = faults.times or None
            self._script = iter(faults.script)
            self._attempts = Counter[str]()  # of the numbers that have a script

    def post(self, message: Message) -> Verdict:
        """Judge one request; what is accepted stands in the record when this returns."""
        with self.lock:
            faults = self.faults
            fault = self._fault(faults)
            wait = faults.latency + faults.latency_spread * self.chance.random()
            self.counts["requests"] += 1
            if fault:
                self.counts[f"fault {fault}"] += 1
            taken = fault in TAKEN or (
                fault == "error" and self.chance.random() < faults.error_taken
            )
            if not taken:
                return Verdict(self.faults, fault, wait, None, b"")
            if faults.whole:
                return Verdict(self.faults, fault, wait, None, _body(faults.whole, []))
            return self._take(message, fault, wait)

    def _fault(self, faults: Faults) -> str:
        """The request fault: the script's, then the drawn one as long as those last."""
        scripted = next(self._script, None)
        if scripted is not None:
            return scripted
        if self._left == 0:
            return ""
        if self._left is not None:
            self._left -= 1
        return faults.request(self.chance.random())

    def _take(self, message: Message, fault: str, wait: float) -> Verdict:
        parts = segments.count(message.text).parts
        prices = {prefix: price * parts for prefix, price in PRICES.items()}
        codes = [self._code(number, message.sender, prices) for number in message.numbers]
        accepted = [
            number for number, code in zip(message.numbers, codes, strict=True) if code < 200
        ]
        taken = None
        if accepted:
            taken = self.record.add(
                time.time(), message.text, message.sender, accepted, self.faults
            )
        self.counts["accepted"] += len(accepted)
        self.counts["refused"] += len(codes) - len(accepted)
        answer = self._answer(message.numbers, codes, prices, taken)
        if fault == "empty":
            answer = _body(f"Sent to 0/{len(codes)} Total Cost: 0", [])
        status = 409 if set(codes) == {409} else 201  # as the provider's own example has it
        return Verdict(self.faults, fault, wait, taken, answer, status, self._early(taken))

    def _early(self, taken: Taken | None) -> bool:
        faults = self.faults
        share = 1.0 if faults.receipts == "before" else faults.receipt_early
        return bool(taken and share) and (share >= 1 or self.chance.random() < share)

    def _code(self, number: str, sender: str, prices: dict[str, Decimal]) -> int:
        """The status code of one number; where it is accepted, its price is taken."""
        faults, price = self.faults, prices.get(number[:4])
        if not E164.fullmatch(number):
            return 403
        if price is None:
            return 407
        if (number, sender) in self.blocked:
            return 406
        code = self._scripted(number) if faults.numbers else 0
        if not code and faults.codes:
            code = faults.code(number, self.chance.random())
        if code >= 200:
            return code
        if price > self.balance:
            return 405
        self.balance -= price
        return code or self._accepted(faults)

    def _scripted(self, number: str) -> int:
        """The status code that this attempt's script has, 0 for none."""
        lot = self.faults.numbers.get(number)
        if lot is None:
            return 0
        self._attempts[number] += 1
        return lot.code(self._attempts[number] - 1)

    def _accepted(self, faults: Faults) -> int:
        if not (faults.queued or faults.processed):
            return 101
        roll = self.chance.random()
        if roll < faults.queued:
            return 102
        return 100 if roll < faults.queued + faults.processed else 101

    def _answer(
        self,
        numbers: Sequence[str],
        codes: Sequence[int],
        prices: dict[str, Decimal],
        taken: Taken | None,
    ) -> bytes:
        costs = {prefix: f"{CURRENCY} {price:.4f}" for prefix, price in prices.items()}
        rows, place, total = [], 0, Decimal(0)
        for number, code in zip(numbers, codes, strict=True):
            if code >= 200 or taken is None:
                rows.append(_refused(number, code))
                continue
            if self._named(number):
                reference = "None" if self._drawn("unreferenced") else taken.reference(place)
                rows.append(_accepted(number, code, costs[number[:4]], reference))
            place += 1
            total += prices[number[:4]]
        return _body(f"Sent to {place}/{len(codes)} Total Cost: {CURRENCY} {total:.4f}", rows)

    def _named(self, number: str) -> bool:
        lot = self.faults.numbers.get(number)
        return not (lot and not lot.named) and not self._drawn("unnamed")

    def _drawn(self, fault: str) -> bool:
        """Whether this message meets a fault by its share; nothing is drawn for a share of 0."""
        share: float = getattr(self.faults, fault)
        return bool(share) and self.chance.random() < share


def _accepted(number: str, code: int, cost: str, reference: str) -> str:
    return (
        f'{{"statusCode":{code},"number":"{number}","status":"{NAMES[code]}",'
        f'"cost":"{cost}","messageId":"{reference}"}}'
    )


def _refused(number: str, code: int) -> str:
    """As the provider does it, the reference of what was not taken is the word None."""
    return json.dumps(
        {
            "statusCode": code,
            "number": number,
            "status": NAMES.get(code, "Failed"),
            "cost": "0",
            "messageId": "None",
        }
    )


def _body(message: str, rows: Sequence[str]) -> bytes:
    start = f'{{"SMSMessageData":{{"Message":{json.dumps(message)},"Recipients":['
    return f"{start}{','.join(rows)}]}}}}".encode()
