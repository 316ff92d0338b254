"""The fold of USSD: hops and session ends from the journal become exposures and session rows.

What counts, and how far, says `ussd.exposing`; what waits for an answer about the caller, `ussd.holding`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from analytics import knowledge, ledger
from campaigns.blasts import erasure
from journal import intake
from people import languages
from ussd import exposing, heard, holding
from ussd.exposing import Find
from ussd.funnel import Book
from ussd.heard import Hop, Name
from ussd.models import Call

BATCH = 5000
FORGET = "forget"
COST_MOST = Decimal(10) ** 8  # what the column holds; no call costs that in any currency
HOPS_MOST = 2**31


@dataclass(frozen=True, slots=True)
class End:
    """What the provider says of a session that is over; milliseconds and hops as it counts them."""

    name: Name
    country: str
    network: str
    code: str
    status: str
    cost: Decimal | None
    currency: str
    milliseconds: int | None
    hops: int | None
    at: datetime


def fold_hops(find: Find, *, limit: int = BATCH, at: datetime | None = None) -> int:
    """Take a batch of hops: exposures, languages, session rows, wishes to be forgotten. How many hops.

    `at`: a replay's time of recording; None, here and below: the database's clock.
    """
    with intake.take("hop", limit) as entries:
        hops = sorted(
            heard.current(heard.read(entries)), key=lambda hop: hop.at
        )  # each process ships its own journal
        if hops:
            _count(holding.due(hops), _entered(hops, find), find, recorded=at)
            _remember(hops)
            for token, former in {(h.token, h.former) for h in hops if h.wish == FORGET}:
                erasure.forget(token, former=former)
        return len(entries)


def fold_held(find: Find, *, at: datetime, recorded: datetime | None = None) -> int:
    """Count the hops of sessions that asked something and must be over; how many."""
    with transaction.atomic():
        hops = holding.overdue(at=at)
        if hops:
            _count(hops, Book(hop.name for hop in hops), find, recorded=recorded)
        return len(hops)


def _count(
    hops: Sequence[Hop], book: Book, find: Find, *, recorded: datetime | None = None
) -> None:
    """Tell the ledger what these hops showed and what they answered, and keep their sessions' rows."""
    lasting = exposing.subjects(hops)
    calls = {hop.name: book.call(hop.name) for hop in hops if hop.counts}
    ledger.record(exposing.exposures(hops, calls, lasting, find), at=recorded)
    knowledge.record(exposing.answers(hops, lasting, find))
    book.write()


def _remember(hops: Iterable[Hop]) -> None:
    """Note the language that each caller was shown last; a late hop shows one that was left since."""
    deepest: dict[Name, int] = {}
    told = []
    for hop in hops:
        if hop.lost:  # it begins again, and so do its depths
            deepest.pop(hop.name, None)
        if hop.meets and hop.language and hop.depth >= deepest.get(hop.name, 0):
            deepest[hop.name] = hop.depth
            told.append((hop.token, hop.language))
    languages.remember(told)


# --- session rows -----------------------------------------------------------------------------------


def _entered(hops: Iterable[Hop], find: Find) -> Book:
    """The sessions of these hops, brought up to their last screen."""
    hops = [hop for hop in hops if not hop.lost]
    editions = {name: find(name) for name in {hop.edition for hop in hops} if name}
    book = Book(hop.name for hop in hops)
    for hop in hops:
        book.enter(hop, editions.get(hop.edition))
    return book


def fold_ends(find: Find, *, limit: int = BATCH, at: datetime | None = None) -> int:
    """Take a batch of session ends: cost, length and status of each. Telling twice changes nothing."""
    with intake.take("end", limit) as entries:
        ended: dict[Name, End] = {}
        for entry in entries:
            try:
                end = _end(entry.body, entry.at)
            except (KeyError, TypeError, ValueError, InvalidOperation) as error:
                intake.set_aside(entry, f"no end: {error!r}")
            else:
                ended[end.name] = end
        if ended:
            book = Book(ended)
            for name, end in ended.items():
                _finish(book.call(name), end)
            _count(holding.ended(ended), book, find, recorded=at)
        return len(entries)


def _finish(call: Call, end: End) -> None:
    """Note the end. Of a session without a screen, where it was is known from its end alone."""
    call.ended_at = call.ended_at or end.at
    call.status, call.cost, call.currency = end.status, end.cost, end.currency
    call.milliseconds, call.hops = end.milliseconds, end.hops
    if call.last_at is None:
        call.country, call.network, call.code = end.country, end.network, end.code


def _end(body: Mapping[str, Any], at: datetime) -> End:
    amount, currency = body["cost"] or (None, "")
    cost = None if amount is None else Decimal(str(amount))
    sound = cost is not None and abs(cost) < COST_MOST
    hops = body["hops"]
    return End(
        name=(str(body["g"]), str(body["s"])),
        country=str(body["c"])[:2],
        network=str(body["n"])[:128],
        code=str(body["code"])[:128],
        status=str(body["status"])[:64],
        cost=cost if sound else None,
        currency=str(currency)[:3],
        milliseconds=body["ms"],
        hops=hops if hops is None or hops < HOPS_MOST else None,
        at=at,
    )
