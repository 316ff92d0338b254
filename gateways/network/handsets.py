"""The simulated phones: they dial, answer, hang up, write, read, block, and their networks report.

A USSD session keeps the transcript, because the provider sends all of it with every hop. When one
ends, its end event is posted, with everything the provider would put in.
"""

import random
import threading
import time
import uuid
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Literal

from gateways.network.callbacks import METADATA, Job, Post, Reply, Scheduler, until_answered
from gateways.network.exchange import Exchange
from gateways.network.operators import network
from gateways.network.record import Taken

SESSION_LIMIT = 180.0  # seconds; the operator ends what takes longer
COST = "KES 0.10"

# A step is one receipt still to be posted: the message's place in its request times STEPS, plus its kind.
SENT, SUBMITTED, BUFFERED, LAST = range(4)
STEPS = 4
PASSED: Mapping[int, Literal["Submitted", "Buffered"]] = {
    SUBMITTED: "Submitted",
    BUFFERED: "Buffered",
}


@dataclass(slots=True)
class Session:
    """One USSD session; text is the transcript, None before the first hop."""

    number: str = field(repr=False)
    code: str
    id: str = field(default_factory=lambda: f"ATUid_{uuid.uuid4().hex}")
    began: float = field(default_factory=time.monotonic)
    text: str | None = field(default=None, repr=False)
    hops: int = 0
    trace: list[str] = field(default_factory=list, repr=False)
    last: str = field(default="", repr=False)


class Handsets:
    """All phones of the simulated network."""

    def __init__(self, exchange: Exchange, post: Post, scheduler: Scheduler) -> None:
        self.exchange, self.post, self.scheduler = exchange, post, scheduler
        self._clock = Scheduler(1)  # apart: an open session is no work that is still to be done
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def stop(self) -> None:
        self._clock.stop()

    def forget(self) -> None:
        """End all sessions without a word."""
        with self._lock:
            self._sessions.clear()

    # -- USSD ------------------------------------------------------------------------------------
    def dial(self, number: str, code: str, text: str) -> dict[str, Any]:
        """Dial, or go on: text is the whole transcript; one that goes on from the last is its next hop."""
        with self._lock:
            session = self._sessions.get(number)
        if session and session.code == code and _goes_on(session.text, text):
            return self._hop(session, text)
        if session:
            self.hang_up(number)
        session = Session(number, code)
        with self._lock:
            self._sessions[number] = session
        self._clock.after(SESSION_LIMIT, lambda: self._time_out(session))
        return self._hop(session, text)

    def press(self, number: str, word: str) -> dict[str, Any]:
        """The next input of an open session."""
        with self._lock:
            session = self._sessions.get(number)
        if session is None:
            return {"error": "no session is open on this number"}
        return self._hop(session, f"{session.text}*{word}" if session.text else word)

    def hang_up(self, number: str) -> bool:
        """End an open session while an input was expected."""
        with self._lock:
            session = self._sessions.pop(number, None)
        if session:
            self._end(session, "Incomplete", "")
        return session is not None

    def _hop(self, session: Session, text: str) -> dict[str, Any]:
        form = {
            "sessionId": session.id,
            "serviceCode": session.code,
            "phoneNumber": session.number,
            "networkCode": network(session.number),
            "text": text,
        }
        headers = {METADATA: session.trace[-1]} if session.trace else {}
        began = time.perf_counter()
        reply = self.post("ussd", form, headers)
        took = round((time.perf_counter() - began) * 1000, 1)
        if self._twice():
            again = self.post("ussd", form, headers)
            self.exchange.counts["hops answered differently"] += again.text != reply.text
        ends = self._fold(session, text, reply)
        return {
            "session": session.id,
            "status": reply.status,
            "text": reply.text,
            "ends": ends,
            "milliseconds": took,
            "transcript": text,
        }

    def _fold(self, session: Session, text: str, reply: Reply) -> bool:
        """Keep what the hop did; whether the session is over."""
        session.text, session.last = text, reply.text
        session.hops += 1
        if reply.metadata:
            session.trace.append(reply.metadata[:99])
        if reply.status == 200 and reply.text.startswith("CON "):
            return False
        with self._lock:
            self._sessions.pop(session.number, None)
        fine = reply.status == 200 and reply.text.startswith("END ")
        error = "" if fine else f"status {reply.status}" if reply.status else reply.text
        self._end(session, "Success" if fine else "Failed", error)
        return True

    def _time_out(self, session: Session) -> None:
        with self._lock:
            mine = self._sessions.get(session.number) is session
            if mine:
                del self._sessions[session.number]
        if mine:
            self._end(session, "Incomplete", "")

    def _end(self, session: Session, status: str, error: str) -> None:
        form = {
            "date": _date(),
            "sessionId": session.id,
            "serviceCode": session.code,
            "networkCode": network(session.number),
            "phoneNumber": session.number,
            "status": status,
            "cost": COST,
            "durationInMillis": str(round((time.monotonic() - session.began) * 1000)),
            "hopsCount": str(session.hops),
            "hopsMetadata": "|".join(session.trace),
            "input": session.text or "",
            "lastAppResponse": session.last,
        }
        self._later("ussd-end", {**form, "errorMessage": error} if error else form)

    # -- SMS -------------------------------------------------------------------------------------
    def say(self, number: str, text: str, to: str) -> dict[str, Any]:
        """Write an SMS to a short code; posted again until the product answers 200."""
        form = {
            "linkId": uuid.uuid4().hex,
            "text": text,
            "to": to,
            "id": str(uuid.uuid4()),
            "date": _date(),
            "from": number,
            "cost": "KES 0.0000",
            "networkCode": network(number),
        }
        reply = self.post("sms", form)
        if not reply.ok:
            self._later("sms", form, delay=self.exchange.faults.callback_retry)
        elif self._twice():
            self.post("sms", form)
        return {"reference": form["id"], "status": reply.status}

    def block(self, number: str, sender: str) -> None:
        """Opt out of a sender at the provider, which refuses it from now on."""
        self.exchange.blocked.add((number, sender))
        self._later("opt-out", {"senderId": sender, "phoneNumber": number})

    def inbox(self, number: str) -> list[dict[str, Any]]:
        """What reached a phone, oldest first."""
        return [
            {
                "at": row.at,
                "from": row.sender,
                "text": row.text,
                "reference": row.reference(place),
            }
            for row, place in self.exchange.record.to(number)
            if row.faults.fate(number, row.sha)[0] == "Success"
        ]

    # -- receipts --------------------------------------------------------------------------------
    def report(self, row: Taken, *, early: bool = False) -> None:
        """Plan the receipts of what a request sent, as its faults say; early: post them now."""
        faults = row.faults
        if faults.receipts == "off":
            return
        plans = (
            [_shuffled(row)] if faults.receipt_shuffled else [_plan(row, on) for on in _ways(row)]
        )
        if early:
            self._now(self._posting(row, chain(*plans)))
            return
        for place, steps in enumerate(plans, 1):
            self.scheduler.after(faults.receipt_delay * place, self._posting(row, steps))

    def _now(self, job: Job) -> None:
        again = job()
        if again is not None:
            self.scheduler.after(again, job)

    def _posting(self, row: Taken, left: Iterator[int]) -> Job:
        """A job that posts receipts in order; where nobody answers, it goes on there later."""
        held: list[int] = []

        def job() -> float | None:
            for step in chain(tuple(held), left):
                held[:] = [step]
                status = self.post("receipt", _receipt(row, *divmod(step, STEPS))).status
                if status == 0 or status >= 500:
                    return row.faults.callback_retry
            held.clear()
            return None

        return job

    # --------------------------------------------------------------------------------------------
    def _twice(self) -> bool:
        with self.exchange.lock:
            share = self.exchange.faults.duplicates
            return bool(share) and self.exchange.chance.random() < share

    def _later(self, kind: str, form: Mapping[str, str], delay: float = 0.0) -> None:
        retry = self.exchange.faults.callback_retry
        for _ in range(2 if self._twice() else 1):
            self.scheduler.after(delay, until_answered(self.post, kind, form, retry=retry))


def _goes_on(before: str | None, text: str) -> bool:
    """Whether a transcript is the next hop of one before it, or the same hop once more."""
    if before is None or not text:
        return False
    return not before or text == before or text.startswith(f"{before}*")


def _ways(row: Taken) -> tuple[int, ...]:
    """The kinds of receipts that messages of this request may have, in order."""
    faults = row.faults
    shares = {SENT: 1.0, SUBMITTED: faults.submitted, BUFFERED: faults.buffered, LAST: 1.0}
    return tuple(kind for kind, share in shares.items() if share)


def _plan(row: Taken, kind: int) -> Iterator[int]:
    """The receipts of one kind, in order, made one by one: a blast is too long for a list of forms."""
    faults, sha = row.faults, row.sha
    for place, number in enumerate(row.numbers):
        if kind in PASSED and not faults.passes(PASSED[kind], number, sha):
            continue
        if faults.reported(number, sha):
            for _ in range(faults.receipt_copies):
                yield place * STEPS + kind


def _shuffled(row: Taken) -> Iterator[int]:
    """All receipts in any order, drawn when the first is posted: a million wait as small numbers."""
    mixed = array("I", chain.from_iterable(_plan(row, kind) for kind in _ways(row)))
    random.Random(f"{row.faults.seed} {row.sha} {row.first}").shuffle(mixed)  # noqa: S311
    yield from mixed


def _receipt(row: Taken, place: int, kind: int) -> dict[str, str]:
    number = row.numbers[place]
    status, reason = PASSED.get(kind, "Sent"), ""
    if kind == LAST:
        status, reason = row.faults.fate(number, row.sha)
    form = {
        "id": row.reference(place),
        "status": status,
        "phoneNumber": number,
        "networkCode": network(number),
        "retryCount": "0",
    }
    return {**form, "failureReason": reason} if reason else form


def _date() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
