"""The fold of USSD: hops and session ends from the journal become exposures and session rows.

What counts, and how far, says `ussd.exposing`; what waits for an answer about the caller, `ussd.holding`.
"""

from collections.abc import Iterable, Mapping, Sequence
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
from ussd.heard import Hop, Name
from ussd.models import Call

BATCH = 5000
FORGET = "forget"
HOP_FIELDS = (
    "code", "country", "network", "language", "edition", "place", "depth", "content_depth",
    "began_at", "last_at",
)  # fmt: skip
COST_MOST = Decimal(10) ** 8  # what the column holds; no call costs that in any currency
HOPS_MOST = 2**31
END_FIELDS = ("ended_at", "status", "cost", "currency", "milliseconds", "hops", "trace")


def fold_hops(find: Find, *, limit: int = BATCH) -> int:
    """Take a batch of hops: exposures, languages, session rows, wishes to be forgotten. How many hops."""
    with intake.take("hop", limit) as entries:
        hops = sorted(
            heard.read(entries), key=lambda hop: hop.at
        )  # each process ships its own journal
        if hops:
            _count(holding.due(hops), _calls(hops), find)
            _remember(hops)
            for token in {hop.token for hop in hops if hop.wish == FORGET}:
                erasure.forget(token)
        return len(entries)


def fold_held(find: Find, *, at: datetime) -> int:
    """Count the hops of sessions that asked something and must be over; how many."""
    with transaction.atomic():
        return _release(holding.overdue(at=at), find)


def _release(hops: Sequence[Hop], find: Find) -> int:
    if hops:
        _count(hops, _known({hop.name for hop in hops}), find)
    return len(hops)


def _count(hops: Sequence[Hop], calls: dict[Name, Call], find: Find) -> None:
    """Tell the ledger what these hops showed and what they answered, and keep their sessions' rows."""
    subjects = exposing.subjects(hops)
    ledger.record(exposing.exposures(hops, calls, subjects, find))
    knowledge.record(exposing.answers(hops, subjects, find))
    _keep(list(calls.values()), HOP_FIELDS)


def _remember(hops: Iterable[Hop]) -> None:
    """Note the language that each caller was shown last."""
    languages.remember((hop.token, hop.language) for hop in hops if hop.meets and hop.language)


# --- session rows -----------------------------------------------------------------------------------


def _calls(hops: Iterable[Hop]) -> dict[Name, Call]:
    """The rows of these sessions, brought up to their last hop."""
    hops = [hop for hop in hops if not hop.lost]
    calls = _known({(hop.gateway, hop.session) for hop in hops})
    for hop in hops:
        call = calls.setdefault(
            (hop.gateway, hop.session), Call(gateway=hop.gateway, session=hop.session)
        )
        call.began_at = min(call.began_at or hop.at, hop.at)
        if call.last_at is None or hop.at >= call.last_at:
            call.last_at, call.place, call.depth = hop.at, hop.place[:128], hop.depth
            call.code, call.country, call.network = (
                hop.code[:128],
                hop.country[:2],
                hop.network[:128],
            )
            call.language, call.edition = hop.language[:16], hop.edition[:16]
    return calls


def _known(names: set[Name]) -> dict[Name, Call]:
    rows = Call.objects.filter(session__in={session for _, session in names})
    return {(row.gateway, row.session): row for row in rows if (row.gateway, row.session) in names}


def _keep(calls: Sequence[Call], fields: Sequence[str]) -> None:
    """Write the rows, touching only these columns; in one order, so that two folds cannot lock up."""
    Call.objects.bulk_create(
        [
            Call(**{name: getattr(call, name) for name in ("gateway", "session", *fields)})
            for call in sorted(calls, key=lambda call: (call.gateway, call.session))
        ],
        update_conflicts=True,
        unique_fields=["gateway", "session"],
        update_fields=list(fields),
    )


def fold_ends(find: Find, *, limit: int = BATCH) -> int:
    """Take a batch of session ends: cost, length and status of each. Telling twice changes nothing."""
    with intake.take("end", limit) as entries:
        ended: dict[Name, Call] = {}
        for entry in entries:
            try:
                call = _ended(entry.body, entry.at)
            except (KeyError, TypeError, ValueError, InvalidOperation) as error:
                intake.set_aside(entry, f"no end: {error!r}")
            else:
                ended[call.gateway, call.session] = call
        if ended:
            _keep(list(ended.values()), END_FIELDS)
            _release(holding.ended(ended), find)
        return len(entries)


def _ended(body: Mapping[str, Any], at: datetime) -> Call:
    amount, currency = body["cost"] or (None, "")
    cost = None if amount is None else Decimal(str(amount))
    sound = cost is not None and abs(cost) < COST_MOST
    hops = body["hops"]
    return Call(
        gateway=str(body["g"]),
        session=str(body["s"]),
        ended_at=at,
        status=str(body["status"])[:64],
        cost=cost if sound else None,
        currency=str(currency)[:3],
        milliseconds=body["ms"],
        hops=hops if hops is None or hops < HOPS_MOST else None,
        trace=[str(place)[:128] for place in body["trace"]],
    )
