"""Deliveries become exposures in the ledger: targeted, sent, delivered; each fact once, by its key."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from django.db import connection

from analytics.ledger import Exposure, Tier, record
from campaigns.models.blasts import Blast
from people import identity

# Persons who were erased since are left out: counting them would make their subject anew.
FACTS = """
SELECT d.id, d.blast_id, d.token, d.country, d.language, d.network, c.gateway, p.sex, p.age_band, p.district
FROM campaigns_delivery d JOIN people_person p ON p.token = d.token JOIN campaigns_chunk c ON c.id = d.chunk_id
WHERE d.id = ANY(%s) ORDER BY d.id
"""
Fact = tuple[int, int, str, str, str, str, str, str, str, str]


def count(
    tier: Tier,
    happened: Mapping[int, datetime],
    *,
    at: datetime,
    recorded: datetime | None = None,
) -> int:
    """Record that these deliveries (id -> when) came to that tier, inside the caller's transaction.

    at: now, for the subjects' "last seen"; recorded: a replay's time of recording, None: the database's clock.
    Returns how many facts were new.
    """
    if not happened:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [list(happened)])
        facts: list[Fact] = cursor.fetchall()
    subjects = identity.subjects((fact[2] for fact in facts), at=at)
    blasts = Blast.objects.select_related("campaign").in_bulk({fact[1] for fact in facts})
    return record(_exposures(tier, facts, happened, subjects, blasts), at=recorded)


def _exposures(
    tier: Tier,
    facts: list[Fact],
    happened: Mapping[int, datetime],
    subjects: Mapping[str, UUID],
    blasts: Mapping[int, Blast],
) -> Iterator[Exposure]:
    for fact in facts:
        delivery, number, token, country, language, network, gateway, sex, age_band, district = fact
        blast = blasts[number]
        yield Exposure(
            subject=subjects[token],
            tier=tier,
            indicators=tuple(blast.indicators),
            campaign=blast.campaign.code,
            country=country,
            channel="sms",
            item=blast.item,
            language=language,
            network=network,
            at=happened[delivery],
            key=uuid5(blast.namespace, f"{delivery}:{tier}"),
            gateway=gateway,
            sex=sex,
            age_band=age_band,
            district=district or "unknown",
            sensitive=blast.sensitive,
        )
