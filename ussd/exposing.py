"""What the ledger is told of hops: exposures by tier (`analytics` D8), and answers of the quiz.

Only screens with content count; a lost pin and a confirmed wish count nothing. A key names each fact, so a
retried or replayed hop never counts twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID, uuid5

from analytics.knowledge import Answer
from analytics.ledger import Exposure, Tier
from campaigns.blasts import routes
from campaigns.editions.edition import Edition, Item
from campaigns.editions.screens import HELP
from people import consent, identity
from ussd.heard import Hop, Name
from ussd.models import Call

FACTS = UUID("6f9d5c1e-3a52-4c0f-9a35-0d7b6f0f2a51")  # namespace of the keys of USSD exposures
Find = Callable[[str], Edition | None]


def subjects(hops: Iterable[Hop]) -> dict[str, UUID]:
    """Token -> lasting subject of everybody who saw content or chose a language, but for those under 18."""
    met = [hop for hop in hops if hop.meets and (hop.counts or hop.language)]
    minors = {hop.token for hop in met if hop.minor}
    lasting = {hop.token: hop.at for hop in met if hop.token not in minors}
    former = {hop.token: hop.former for hop in met if hop.former}
    consent.drop_minors([*minors, *(old for one in minors for old in former.get(one, ()))])
    if not lasting:
        return {}
    return identity.subjects(lasting, at=max(lasting.values()), former=former)


def subject(hop: Hop, lasting: Mapping[str, UUID]) -> UUID:
    """The lasting one, or of somebody under 18 the one of this month."""
    return lasting.get(hop.token) or identity.monthly(hop.token, hop.former, at=hop.at)


def exposures(
    hops: Iterable[Hop], calls: Mapping[Name, Call], lasting: Mapping[str, UUID], find: Find
) -> Iterator[Exposure]:
    """The exposures of these hops; sets each call's `content_depth` on the way."""
    owner = _owners()
    for hop in hops:
        edition = find(hop.edition) if hop.counts else None
        if edition is None:
            continue
        onward = _onward(calls[hop.name], hop.depth)
        for item in filter(None, map(edition.items.get, hop.items)):
            if item.indicators:
                for tier in tiers(hop, edition, onward=onward):
                    yield _exposure(hop, item, tier, subject(hop, lasting), owner(hop))


def _owners() -> Callable[[Hop], str]:
    """The campaign of a hop, looked up once for each code and hour."""
    known: dict[tuple[str, str, str], str] = {}

    def owner(hop: Hop) -> str:
        name = (hop.code, hop.country, f"{hop.at:%F %H}")
        if name not in known:
            known[name] = routes.campaign_of(hop.code, hop.country, hop.at)
        return known[name]

    return owner


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


def _exposure(hop: Hop, item: Item, tier: Tier, met: UUID, campaign: str) -> Exposure:
    told: dict[str, str] = dict([hop.told]) if hop.told else {}
    return Exposure(
        subject=met,
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
        sex=told.get("sex", ""),
        age_band=told.get("age_band", ""),
        status=told.get("status", ""),
        district=told.get("district", ""),
    )


def key(gateway: str, session: str, item: str, tier: Tier) -> UUID:
    """The name of the fact. Through the secret key of tokens, so that nobody can try items against it."""
    return uuid5(FACTS, identity.fact(f"ussd:{gateway}|{session}|{item}|{tier}"))


def answers(hops: Iterable[Hop], lasting: Mapping[str, UUID], find: Find) -> Iterator[Answer]:
    """The answers of the quiz among these hops; an answer about sensitive content names no subject."""
    owner = _owners()
    for hop in hops:
        edition = find(hop.edition) if hop.quiz and hop.meets else None
        if edition is None or hop.quiz is None:
            continue
        code, phase, option = hop.quiz
        item = edition.items.get(code)
        if item is None or item.correct is None:
            continue
        explains = edition.items.get(item.explains)
        meeting = identity.fact(f"quiz:{hop.gateway}|{hop.session}|{code}")
        yield Answer(
            key=uuid5(FACTS, f"{meeting}|{phase}"),
            meeting=uuid5(FACTS, meeting),
            subject=None if explains is None or explains.sensitive else subject(hop, lasting),
            at=hop.at,
            item=code,
            phase=phase,
            right=option == item.correct + 1,
            campaign=owner(hop),
            country=hop.country,
            channel="ussd",
            language=hop.language,
        )
