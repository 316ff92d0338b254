"""From an item and an audience to frozen deliveries: who, in which words, at what highest cost.

Everybody in the audience ends in exactly one place: a delivery, or one reason for being left out.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext

from campaigns.blasts import audiences, budget, discretion, freezing, permits, routes
from campaigns.editions.edition import Edition
from campaigns.models.blasts import ALWAYS_ON, MOST_HOLDOUT, Audience, Blast, BlastText, Campaign
from gateways import segments
from gateways.base import Gateway
from people.models import Staff

WINDOW = (time(8), time(18))  # operators of the region let campaign messages through in these hours
ALL_DAY = (time.min, time.max)  # a simulated phone wakes nobody
SEEDS = 2**31  # lots to draw from
FURTHEST = timedelta(days=366)  # ahead of now, a blast may start
LIFE = timedelta(days=3)  # from start or due time; what is unsent then is not sent


class CannotPlan(ValueError):  # noqa: N818 - named for what it is
    """There is nothing to send, or no words to send it in; the text says which."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants sent. currency "": the gateways' prices decide it; window None: `hours`.

    gateways: the preferred first, the others to fall back on; none: the first of the gateways file.
    cap: messages a person in the campaign's days, at most as many as the campaign allows; None: as many.
    rate: numbers a second through all its gateways together; None: as fast as they take them.
    holdout: per cent left out by lot to measure the effect; the same seed draws the same people, None any.
    """

    item: str
    audience: str
    budget: Decimal
    currency: str = ""
    campaign: str = ALWAYS_ON
    gateways: tuple[str, ...] = ()
    due_at: datetime | None = None
    window: tuple[time, time] | None = None
    life: timedelta = LIFE
    cap: int | None = None
    rate: int | None = None
    holdout: int = 0
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The dry run: people who would get it, who would not and why, parts and money at most."""

    blast: int
    people: int
    excluded: Mapping[str, int]
    parts: int
    cost: Decimal
    currency: str
    minutes: int
    hours: str  # of sending, in the recipient's zone
    chosen: int  # people whom the audience means: people and excluded


def plan(wish: Wish, *, by: Staff, at: datetime) -> Plan:
    """A planned blast with its deliveries frozen: seconds for a hundred thousand people.

    Raises permits.Refused, CannotPlan, NoRoute, NoAudience, NoMoney.
    """
    blast = draft(wish, by=by, at=at)
    freezing.freeze(blast)
    return describe(blast)


def draft(wish: Wish, *, by: Staff, at: datetime) -> Blast:
    """A planned blast with its texts, its people not frozen yet: freezing or the next tick does that.

    Raises as plan() does.
    """
    blast, texts = compose(wish, by=by, at=at)
    with transaction.atomic():
        blast.save()
        BlastText.objects.bulk_create(texts)
    return blast


def compose(wish: Wish, *, by: Staff, at: datetime) -> tuple[Blast, list[BlastText]]:
    """What would be planned, and its words; nothing is kept. Raises as plan() does."""
    order = routes.several(wish.gateways)
    edition = routes.edition(simulated=order[0].simulated)
    audience = audiences.named(wish.audience)
    permits.may(by, permits.PLAN, audience.countries)
    first, last = wish.window or hours(order[0])
    if first >= last:
        said = gettext("The hours of sending must begin before they end, on one day.")
        raise CannotPlan(said)
    if wish.due_at is not None and not at - wish.life < wish.due_at <= at + FURTHEST:
        said = gettext("Its start is over already, or more than a year ahead.")
        raise CannotPlan(said)
    blast = _new(wish, order, edition, audience, by=by, at=at)
    texts = list(render(edition, blast, order, at=at))
    if not texts:
        raise CannotPlan(_why_no_text(edition, blast, order, at))
    discretion.check(blast, texts)
    tariffs = budget.tariffs(order, {text.country for text in texts}, at)
    blast.currency = budget.one_currency(tariffs, wish.currency)
    return blast, texts


def hours(gateway: Gateway) -> tuple[time, time]:
    """When a gateway sends unless the plan says otherwise, in the recipient's zone (S10)."""
    return ALL_DAY if gateway.simulated else WINDOW


def describe(blast: Blast) -> Plan:
    """The plan of a blast as it stands."""
    return Plan(
        blast=blast.pk,
        people=blast.people,
        excluded=blast.excluded,
        parts=blast.parts,
        cost=blast.reserved,
        currency=blast.currency,
        minutes=minutes(through(blast), blast.rate),
        hours=f"{blast.window_from:%H:%M}-{blast.window_to:%H:%M}",
        chosen=blast.chosen,
    )


def through(blast: Blast, *states: str) -> Mapping[str, int]:
    """Gateway -> people who go through it; with states only those in such chunks."""
    chunks = blast.chunks.filter(state__in=states) if states else blast.chunks.all()
    return dict(chunks.values_list("gateway").annotate(people=Sum("people")))


def minutes(people: Mapping[str, int], rate: int | None = None) -> int:
    """Until the slowest of the gateways is through with its people: they send side by side.

    rate: what the blast itself allows in a second.
    """
    each = [-int(-n // (routes.gateway(g).rate * 60)) for g, n in people.items()]
    return max([*each, -(-sum(people.values()) // (rate * 60)) if rate else 0], default=0)


def _new(
    wish: Wish,
    order: Sequence[Gateway],
    edition: Edition,
    audience: Audience,
    *,
    by: Staff,
    at: datetime,
) -> Blast:
    item = edition.items.get(wish.item)
    if item is None:
        said = gettext("The current edition has no item “%(item)s”.")
        raise CannotPlan(said % {"item": wish.item})
    first, last = wish.window or hours(order[0])
    campaign = campaign_of(wish.campaign)
    return Blast(
        campaign=campaign,
        cap=_cap(wish, campaign),
        holdout=_holdout(wish),
        holdout_seed=secrets.randbelow(SEEDS) if wish.seed is None else wish.seed,
        cap_days=campaign.cap_days,
        rate=_rate(wish, order),
        audience=audience,
        item=item.id,
        edition=edition.id,
        gateway=order[0].name,
        sender=order[0].sender,
        routes=[gateway.name for gateway in order],
        countries=audience.countries,
        indicators=list(item.indicators),
        sensitive=item.sensitive,
        planned_by=by,
        planned_at=at,
        due_at=wish.due_at,
        expires_at=(wish.due_at or at) + wish.life,
        window_from=first,
        window_to=last,
        budget=wish.budget,
    )


def _cap(wish: Wish, campaign: Campaign) -> int:
    if wish.cap is None:
        return campaign.cap
    if not 0 < wish.cap <= campaign.cap:
        said = gettext("Between 1 and %(cap)s messages a person: the campaign's limit.")
        raise CannotPlan(said % {"cap": campaign.cap})
    return wish.cap


def _rate(wish: Wish, order: Sequence[Gateway]) -> int | None:
    most = int(sum(gateway.rate for gateway in order))
    if wish.rate is not None and not 0 < wish.rate <= most:
        said = gettext("Between 1 and %(most)d numbers a second: what its gateways take.")
        raise CannotPlan(said % {"most": most})
    return wish.rate


def _holdout(wish: Wish) -> int:
    if not 0 <= wish.holdout <= MOST_HOLDOUT:
        raise CannotPlan(f"Between 0 and {MOST_HOLDOUT} per cent may be held out.")
    if wish.seed is not None and not 0 <= wish.seed < SEEDS:
        raise CannotPlan(f"A seed is a number from 0 to {SEEDS - 1}.")
    return wish.holdout


def campaign_of(code: str) -> Campaign:
    """The campaign of this code; always-on is made at its first use. Raises CannotPlan."""
    if code == ALWAYS_ON:
        return Campaign.objects.get_or_create(code=code, defaults={"name": "Always on"})[0]
    found = Campaign.objects.filter(code=code).first()
    if found is None:
        said = gettext("There is no campaign “%(code)s”.")
        raise CannotPlan(said % {"code": code})
    return found


# --- words ------------------------------------------------------------------------------------------


def render(
    edition: Edition, blast: Blast, order: Sequence[Gateway], *, at: datetime
) -> Iterator[BlastText]:
    """One text for each country that has a price and an opt-out route, and each of its languages.

    The opt-out line is a code to dial: it needs no translation and works where nobody can reply. The same
    words go through whichever gateway, and the dearest of them is what a part may cost. A provider may add
    words of its own: the parts counted at most hold them. None where the edition has no such item any more.
    """
    item = edition.items.get(blast.item)
    suffix = "." * max(gateway.suffix for gateway in order)
    tariffs = budget.tariffs(order, blast.countries, at)
    for country in blast.countries:
        code, tariff = routes.opt_out_code(order, country), tariffs.get(country)
        if item is None or not code or tariff is None or not item.serves(country):
            continue
        for language in edition.orders.get(country, ()):
            if body := edition.sms(blast.item, language, country):
                text = f"{body}\nSTOP: {code}"
                count = segments.count(text)
                yield BlastText(
                    blast=blast,
                    country=country,
                    language=language,
                    text=text,
                    encoding=count.encoding,
                    parts=count.parts,
                    most=segments.count(text + suffix).parts,
                    per_part=tariff.per_part,
                )


def _why_no_text(edition: Edition, blast: Blast, order: Sequence[Gateway], at: datetime) -> str:
    names = ", ".join(gateway.name for gateway in order)
    told = {"names": names, "countries": ", ".join(blast.countries)}
    if not any(routes.opt_out_code(order, country) for country in blast.countries):
        return gettext("Gateway %(names)s has no way to opt out in %(countries)s.") % told
    if not budget.tariffs(order, blast.countries, at):
        said = gettext("Gateway %(names)s has no price for %(countries)s: enter one first.")
        return said % told
    said = gettext("Edition %(edition)s has no text of %(item)s that could be sent there.")
    return said % {"edition": edition.id, "item": blast.item}
