"""The fold of USSD: hops and session ends from the journal become exposures and session rows.

Counting rules: `analytics` D8 tiers. Only screens with content count; a lost pin and a confirmed wish
(stop, forget) count nothing. A key names each fact, so a retried or replayed hop never counts twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid5

from analytics import ledger
from analytics.ledger import Exposure, Tier
from campaigns.blasts import erasure, routes
from campaigns.editions.edition import Edition, Item
from campaigns.editions.screens import HELP
from journal import intake
from journal.intake import Entry
from people import identity, languages
from ussd.models import Call

FACTS = UUID("6f9d5c1e-3a52-4c0f-9a35-0d7b6f0f2a51")  # namespace of the keys of USSD exposures
BATCH = 5000
FORGET = "forget"
HOP_FIELDS = (
    "code", "country", "network", "language", "edition", "place", "depth", "content_depth",
    "began_at", "last_at",
)  # fmt: skip
COST_MOST = Decimal(10) ** 8  # what the column holds; no call costs that in any currency
HOPS_MOST = 2**31
END_FIELDS = ("ended_at", "status", "cost", "currency", "milliseconds", "hops", "trace")

Name = tuple[str, str]  # gateway and session
Find = Callable[[str], Edition | None]


@dataclass(frozen=True, slots=True)
class Hop:
    """One screen that was answered; `items` are the content items on it."""

    gateway: str
    session: str
    token: str
    country: str
    network: str
    code: str
    language: str
    edition: str
    place: str
    items: tuple[str, ...]
    depth: int
    wish: str
    lost: bool
    at: datetime

    @property
    def meets(self) -> bool:
        """Whether we know whom we met."""
        return bool(self.token) and not self.lost

    @property
    def counts(self) -> bool:
        return self.meets and bool(self.items) and not self.wish


def fold_hops(find: Find, *, limit: int = BATCH) -> int:
    """Take a batch of hops: exposures, languages, session rows, wishes to be forgotten. How many hops."""
    with intake.take("hop", limit) as entries:
        hops = sorted(_hops(entries), key=lambda hop: hop.at)  # each process ships its own journal
        if hops:
            subjects = _subjects(hops)
            _remember(hops)
            calls = _calls(hops)
            ledger.record(exposures(hops, calls, subjects, find))
            _keep(list(calls.values()), HOP_FIELDS)
            for token in {hop.token for hop in hops if hop.wish == FORGET}:
                erasure.forget(token)
        return len(entries)


def _remember(hops: Iterable[Hop]) -> None:
    """Note the language that each caller was shown last."""
    languages.remember((hop.token, hop.language) for hop in hops if hop.meets and hop.language)


def _hops(entries: Iterable[Entry]) -> Iterator[Hop]:
    for entry in entries:
        body = entry.body
        try:
            yield Hop(
                gateway=str(body["g"]),
                session=str(body["s"]),
                token=str(body["t"]),
                country=str(body["c"]),
                network=str(body["n"]),
                code=str(body["code"]),
                language=str(body["l"]),
                edition=str(body["e"]),
                place=str(body["x"]),
                items=tuple(map(str, body["i"])),
                depth=int(body["d"]),
                wish=str(body["w"]),
                lost=bool(body["lost"]),
                at=entry.at,
            )
        except (KeyError, TypeError, ValueError) as error:
            intake.set_aside(entry, f"no hop: {error!r}")


def _subjects(hops: Iterable[Hop]) -> dict[str, UUID]:
    """Token -> subject of everybody who saw content or chose a language."""
    met = {hop.token: hop.at for hop in hops if hop.meets and (hop.counts or hop.language)}
    return identity.subjects(met, at=max(met.values())) if met else {}


def exposures(
    hops: Iterable[Hop], calls: Mapping[Name, Call], subjects: Mapping[str, UUID], find: Find
) -> Iterator[Exposure]:
    """What the ledger is told of these hops; sets each call's `content_depth` on the way."""
    campaigns: dict[tuple[str, str, str], str] = {}
    for hop in hops:
        edition = find(hop.edition) if hop.counts else None
        if edition is None:
            continue
        owner = (hop.code, hop.country, f"{hop.at:%F %H}")
        if owner not in campaigns:
            campaigns[owner] = routes.campaign_of(hop.code, hop.country, hop.at)
        onward = _onward(calls[hop.gateway, hop.session], hop.depth)
        for item in filter(None, map(edition.items.get, hop.items)):
            if item.indicators:
                for tier in tiers(hop, edition, onward=onward):
                    yield _exposure(hop, item, tier, subjects[hop.token], campaigns[owner])


def _onward(call: Call, depth: int) -> bool:
    """Whether the caller had seen content before and went on from it; a retried hop is no step."""
    if call.content_depth is None:
        call.content_depth = depth
    return depth > call.content_depth


def tiers(hop: Hop, edition: Edition, *, onward: bool) -> Iterator[Tier]:
    """How far a screen with content counts. `onward`: the caller had already chosen past other content."""
    yield Tier.INTERACTED
    if onward:
        yield Tier.ENGAGED
    if hop.place == HELP and edition.helps(hop.country, hop.language):
        yield Tier.COMPLETED
        yield Tier.REFERRED


def _exposure(hop: Hop, item: Item, tier: Tier, subject: UUID, campaign: str) -> Exposure:
    return Exposure(
        subject=subject,
        tier=tier,
        indicators=item.indicators,
        campaign=campaign,
        country=hop.country,
        channel="ussd",
        item=item.id,
        language=hop.language or "unknown",
        network=hop.network,
        at=hop.at,
        key=key(hop.gateway, hop.session, item.id, tier),
        gateway=hop.gateway,
        sensitive=item.sensitive,
    )


def key(gateway: str, session: str, item: str, tier: Tier) -> UUID:
    """The name of the fact. Through the secret key of tokens, so that nobody can try items against it."""
    return uuid5(FACTS, identity.token(f"ussd:{gateway}|{session}|{item}|{tier}"))


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


def fold_ends(*, limit: int = BATCH) -> int:
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
