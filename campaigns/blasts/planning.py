"""From an item and an audience to frozen deliveries: who, in which words, at what highest cost.

The freeze goes in slices of persons, each one transaction that also stores how far it came, so that it
can be killed and taken up again at any point. Everybody in the audience ends in exactly one place: a
delivery, or one reason for being left out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from campaigns.blasts import audiences, budget, discretion, permits, routes
from campaigns.editions.edition import Edition
from campaigns.models.blasts import ALWAYS_ON, Audience, Blast, BlastText, Campaign
from gateways import segments
from gateways.base import Gateway
from people import consent
from people.models import Staff

SLICE = (
    50_000  # persons a transaction: about half a second, and an interrupted freeze loses no more
)
WINDOW = (time(8), time(18))  # operators of the region let campaign messages through in these hours
ALL_DAY = (time.min, time.max)  # a simulated phone wakes nobody
LIFE = timedelta(days=3)  # from start or due time; what is unsent then is not sent


class CannotPlan(ValueError):  # noqa: N818 - named for what it is
    """There is nothing to send, or no words to send it in; the text says which."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants sent. currency "": the gateway's prices decide it; window None: `hours`."""

    item: str
    audience: str
    budget: Decimal
    currency: str = ""
    campaign: str = ALWAYS_ON
    gateway: str = ""
    due_at: datetime | None = None
    window: tuple[time, time] | None = None
    life: timedelta = LIFE


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


def plan(wish: Wish, *, by: Staff, at: datetime) -> Plan:
    """A planned blast with its deliveries frozen: seconds for a hundred thousand people.

    Raises permits.Refused, CannotPlan, NoRoute, NoAudience, NoMoney.
    """
    blast = draft(wish, by=by, at=at)
    freeze(blast)
    return describe(blast)


def draft(wish: Wish, *, by: Staff, at: datetime) -> Blast:
    """A planned blast with its texts, its people not frozen yet: freeze() or the next tick does that.

    Raises as plan() does.
    """
    gateway = routes.gateway(wish.gateway)
    edition = routes.edition(simulated=gateway.simulated)
    audience = audiences.named(wish.audience)
    permits.may(by, permits.PLAN, audience.countries)
    first, last = wish.window or hours(gateway)
    if first >= last:
        raise CannotPlan("The hours of sending must begin before they end, on one day.")
    with transaction.atomic():
        blast = _new(wish, gateway, edition, audience, by=by, at=at)
        texts = list(render(edition, blast, gateway, at=at))
        if not texts:
            raise CannotPlan(_why_no_text(edition, blast, gateway, at))
        discretion.check(blast, texts)
        tariffs = budget.tariffs(gateway, {text.country for text in texts}, at)
        blast.currency = budget.one_currency(tariffs, wish.currency)
        blast.save()
        BlastText.objects.bulk_create(texts)
    return blast


def hours(gateway: Gateway) -> tuple[time, time]:
    """When a gateway sends unless the plan says otherwise, in the recipient's zone (S10)."""
    return ALL_DAY if gateway.simulated else WINDOW


def describe(blast: Blast) -> Plan:
    """The plan of a blast as it stands."""
    rate = routes.gateway(blast.gateway).rate
    return Plan(
        blast=blast.pk,
        people=blast.people,
        excluded=blast.excluded,
        parts=blast.parts,
        cost=blast.reserved,
        currency=blast.currency,
        minutes=-int(-blast.people // (rate * 60)),
        hours=f"{blast.window_from:%H:%M}-{blast.window_to:%H:%M}",
    )


def _new(
    wish: Wish, gateway: Gateway, edition: Edition, audience: Audience, *, by: Staff, at: datetime
) -> Blast:
    item = edition.items.get(wish.item)
    if item is None:
        raise CannotPlan(f"The current edition has no item {wish.item!r}.")
    first, last = wish.window or hours(gateway)
    return Blast(
        campaign=_campaign(wish.campaign),
        audience=audience,
        item=item.id,
        edition=edition.id,
        gateway=gateway.name,
        sender=gateway.sender,
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


def _campaign(code: str) -> Campaign:
    if code == ALWAYS_ON:
        return Campaign.objects.get_or_create(code=code, defaults={"name": "Always on"})[0]
    found = Campaign.objects.filter(code=code).first()
    if found is None:
        raise CannotPlan(f"There is no campaign {code!r}.")
    return found


# --- words ------------------------------------------------------------------------------------------


def render(
    edition: Edition, blast: Blast, gateway: Gateway, *, at: datetime
) -> Iterator[BlastText]:
    """One text for each country that has a price and an opt-out route, and each of its languages.

    The opt-out line is a code to dial: it needs no translation and works where nobody can reply.
    """
    tariffs = budget.tariffs(gateway, blast.countries, at)
    for country in blast.countries:
        code, tariff = routes.code_for(gateway, country), tariffs.get(country)
        if not code or tariff is None or not edition.items[blast.item].serves(country):
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
                    per_part=tariff.per_part,
                )


def _why_no_text(edition: Edition, blast: Blast, gateway: Gateway, at: datetime) -> str:
    if not any(routes.code_for(gateway, country) for country in blast.countries):
        return f"Gateway {gateway.name} has no way to opt out in {', '.join(blast.countries)}."
    if not budget.tariffs(gateway, blast.countries, at):
        return f"Gateway {gateway.name} has no price for {', '.join(blast.countries)}: enter one first."
    return f"Edition {edition.id} has no text of {blast.item} that could be sent there."


# --- freezing ---------------------------------------------------------------------------------------

UPTO = """
SELECT max(id) FROM (SELECT id FROM people_person WHERE id > %s ORDER BY id LIMIT %s) AS slice
"""
NEXT_CHUNK = "nextval(pg_get_serial_sequence('campaigns_chunk', 'id'))"
# One slice, in order of token, so that the unique index is walked once instead of hit at random. Chunk ids
# are drawn first and dealt out by rank, which needs no join back to the chunks.
# `excluded` and `groups` come back as rows: (reason, "", "", people) or ("", country, language, people).
FREEZE = """
WITH capped AS MATERIALIZED ({capped}),
exact AS (SELECT * FROM unnest(%(text_countries)s::text[], %(text_languages)s::text[]) AS e(country, language)),
standby AS (SELECT * FROM unnest(%(standby_countries)s::text[], %(standby_languages)s::text[]) AS f(country, language)),
candidate AS MATERIALIZED (
    SELECT p.token, p.country, p.network, COALESCE(exact.language, standby.language) AS language,
        CASE WHEN ({refusal}) <> '' THEN ({refusal})
        WHEN p.country <> ALL(%(coded)s) THEN 'no-opt-out'
        WHEN p.country <> ALL(%(priced)s) THEN 'no-price'
        WHEN standby.language IS NULL THEN 'no-text'
        WHEN EXISTS (SELECT 1 FROM capped WHERE capped.token = p.token) THEN 'frequency'
        ELSE '' END AS reason
    FROM people_person p
    LEFT JOIN exact ON exact.country = p.country AND exact.language = p.language
    LEFT JOIN standby ON standby.country = p.country
    WHERE p.id > %(after)s AND p.id <= %(upto)s AND {known} AND {chosen}
),
numbered AS (
    SELECT token, country, language, network,
        (row_number() OVER (PARTITION BY country, language ORDER BY token) - 1) / %(size)s AS ordinal
    FROM candidate WHERE reason = ''
),
ids AS MATERIALIZED (
    SELECT array_agg({next_chunk}) AS list FROM generate_series(1, %(most_chunks)s)
),
taken AS MATERIALIZED (
    SELECT token, country, language, network,
        (SELECT list FROM ids)[dense_rank() OVER (ORDER BY country, language, ordinal)] AS chunk
    FROM numbered
),
groups AS MATERIALIZED (
    SELECT chunk, country, language, count(*) AS people FROM taken GROUP BY chunk, country, language
),
chunks AS (
    INSERT INTO campaigns_chunk (id, blast_id, country, language, people, state, owner, attempt,
        asked, accepted, cost, unsettled, targeted, reason)
    SELECT chunk, %(blast)s, country, language, people, 'waiting', '', 0, 0, 0, 0, false, false, ''
    FROM groups ORDER BY chunk
),
deliveries AS (
    INSERT INTO campaigns_delivery (blast_id, chunk_id, token, country, language, network, state, reason)
    SELECT %(blast)s, chunk, token, country, language, network, 0, '' FROM taken
    {conflict}
)
SELECT reason, '', '', count(*) FROM candidate WHERE reason <> '' GROUP BY reason
UNION ALL SELECT '', country, language, sum(people)::bigint FROM groups GROUP BY country, language
"""


# How a slice is asked. Nobody is frozen yet in a slice that is passed the first time, and looking for that at
# each row costs a third; somebody erased and taken in again meanwhile meets the unique key: then with care.
PLAIN = {"known": "true", "conflict": ""}
CAREFUL = {
    "known": "NOT EXISTS (SELECT 1 FROM campaigns_delivery d WHERE d.token = p.token AND d.blast_id = %(blast)s)",
    "conflict": "ON CONFLICT DO NOTHING",
}


def freeze(blast: Blast) -> None:
    """Freeze the whole audience; takes up where an interrupted freeze ended. Safe to call again."""
    texts = list(blast.texts.all())
    values = _freeze_values(blast, texts)
    while _freeze_slice(blast, values, texts):
        pass
    blast.refresh_from_db()


def _statement(way: Mapping[str, str]) -> str:
    return FREEZE.format(
        capped=audiences.SENT_SINCE,
        refusal=consent.refusal("p"),
        chosen=audiences.CHOSEN,
        next_chunk=NEXT_CHUNK,
        **way,
    )


def _freeze_values(blast: Blast, texts: list[BlastText]) -> dict[str, Any]:
    gateway = routes.gateway(blast.gateway)
    standby = {
        text.country: text.language for text in reversed(texts)
    }  # the menu's first that has a text
    tariffs = budget.tariffs(gateway, blast.countries, blast.planned_at)
    return {
        **audiences.values(blast.audience),
        "blast": blast.pk,
        "size": gateway.batch,
        "most_chunks": SLICE // gateway.batch + len(texts) + 1,  # each text's last one may be short
        "since": (blast.due_at or blast.planned_at) - timedelta(days=audiences.CAP_DAYS),
        "text_countries": [text.country for text in texts],
        "text_languages": [text.language for text in texts],
        "standby_countries": list(standby),
        "standby_languages": list(standby.values()),
        "coded": [c for c in blast.countries if routes.code_for(gateway, c)],
        "priced": list(tariffs),
    }


def _freeze_slice(blast: Blast, values: dict[str, Any], texts: list[BlastText]) -> bool:
    """One slice; False when nothing was left."""
    try:
        return _freeze_once(blast, values, texts, _statement(PLAIN))
    except IntegrityError:
        return _freeze_once(blast, values, texts, _statement(CAREFUL))


def _freeze_once(
    blast: Blast, values: dict[str, Any], texts: list[BlastText], statement: str
) -> bool:
    """One slice and how far it came, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        held = Blast.objects.select_for_update().get(pk=blast.pk)
        cursor.execute("SET LOCAL work_mem = '64MB'")  # a slice is sorted in memory
        cursor.execute(UPTO, [held.frozen_to, SLICE])
        (upto,) = cursor.fetchone()
        if upto is None or held.frozen_at is not None:
            Blast.objects.filter(pk=blast.pk, frozen_at=None).update(frozen_at=Now())
            return False
        cursor.execute(statement, {**values, "after": held.frozen_to, "upto": upto})
        _add_up(held, cursor.fetchall(), texts)
        held.frozen_to = upto
        held.save(update_fields=["frozen_to", "people", "parts", "reserved", "excluded"])
    return True


def _add_up(blast: Blast, rows: list[tuple[str, str, str, int]], texts: list[BlastText]) -> None:
    """Add one slice's people, parts and highest cost to the blast."""
    known = {(text.country, text.language): text for text in texts}
    excluded = Counter(blast.excluded)
    for reason, country, language, people in rows:
        if reason:
            excluded[reason] += people
            continue
        text = known[country, language]
        blast.people += people
        blast.parts += people * text.parts
        blast.reserved += people * text.each
    blast.excluded = dict(excluded)


def unfinished() -> list[Blast]:
    """Planned blasts whose freeze was interrupted: the next tick takes them up."""
    return list(Blast.objects.filter(state=Blast.State.PLANNED, frozen_at=None))
