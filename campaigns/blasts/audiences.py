"""Who is meant: an audience's filters as SQL over `people_person p`, and who had enough messages.

Whether somebody may be sent to at all is `people.consent.refusal`, the same words in plan and sending.
An audience never filters by migration status or by what somebody asked (D9, S6): "reached" and "had" here look
at what blasts sent (campaigns_delivery), never at the ledger's exposures, which hold what people asked.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.utils.translation import gettext

from campaigns.models.blasts import Audience, Blast
from campaigns.models.deliveries import Fate
from people import consent
from people.countries import CODES

EVERYBODY = "all"
FILTERS = (
    "countries", "districts", "languages", "sexes", "age_bands", "tags", "sent_days", "not_sent_days",
    "had_campaigns", "not_had_campaigns", "share_from", "share_to", "seed", "explicit",
)  # fmt: skip
GOT = (
    Fate.ACCEPTED,
    Fate.QUEUED,
    Fate.SENT,
    Fate.SUBMITTED,
    Fate.BUFFERED,
    Fate.DELIVERED,
)  # a provider took it, and no receipt says that it never came; unsure is not counted

# An empty list does not filter, nor does null. Conditions on p alone, so that a slice is one pass over persons;
# values reach PostgreSQL as literals, so a filter that is not set is folded away before it is planned.
# The lot is drawn by the row's own number: a rotation of keys changes every token and must change no sample.
CHOSEN = """
p.country = ANY(%(countries)s)
AND (%(languages)s::text[] = '{}' OR p.language = ANY(%(languages)s::text[]))
AND (%(districts)s::text[] = '{}' OR p.district = ANY(%(districts)s::text[]))
AND (%(sexes)s::text[] = '{}' OR p.sex = ANY(%(sexes)s::text[]))
AND (%(age_bands)s::text[] = '{}' OR p.age_band = ANY(%(age_bands)s::text[]))
AND (%(tags)s::text[] = '{}' OR p.tags && %(tags)s::varchar[])
AND (NOT %(explicit)s OR EXISTS (SELECT 1 FROM campaigns_audiencemember m
     WHERE m.audience_id = %(audience)s AND m.token = p.token))
AND (%(sent_since)s::timestamptz IS NULL OR EXISTS (SELECT 1 FROM campaigns_delivery r
     WHERE r.token = p.token AND r.state = ANY(%(got)s) AND r.at > %(sent_since)s))
AND (%(not_sent_since)s::timestamptz IS NULL OR NOT EXISTS (SELECT 1 FROM campaigns_delivery r
     WHERE r.token = p.token AND r.state = ANY(%(got)s) AND r.at > %(not_sent_since)s))
AND (%(had)s::bigint[] IS NULL OR EXISTS (SELECT 1 FROM campaigns_delivery h
     WHERE h.token = p.token AND h.state = ANY(%(got)s) AND h.blast_id = ANY(%(had)s)))
AND (%(not_had)s::bigint[] IS NULL OR NOT EXISTS (SELECT 1 FROM campaigns_delivery h
     WHERE h.token = p.token AND h.state = ANY(%(got)s) AND h.blast_id = ANY(%(not_had)s)))
AND (%(share_from)s = 0 AND %(share_to)s = 100
     OR mod(hashint8extended(p.id, %(seed)s) & 9223372036854775807, 100) >= %(share_from)s
     AND mod(hashint8extended(p.id, %(seed)s) & 9223372036854775807, 100) < %(share_to)s)
"""

# Tokens that had %(cap)s messages, or may have had them, since `since` (S10). Deliveries of chunks begun
# count until their results say that nothing left; refused (90), excluded (91) and retry (1) do not.
SENT_SINCE = """
SELECT o.token FROM campaigns_chunk oc JOIN campaigns_delivery o ON o.chunk_id = oc.id
WHERE oc.begun_at > %(since)s AND o.blast_id <> %(blast)s AND o.state <> 1 AND o.state < 90
GROUP BY o.token HAVING count(DISTINCT o.blast_id) >= %(cap)s
"""


class NoAudience(ValueError):  # noqa: N818 - named for what it is
    """No audience of that name; the text says which names there are."""


@dataclass(frozen=True)
class Turnout:
    """An audience counted at one moment, before text, price and frequency."""

    at: datetime
    left_out: Mapping[str, int]  # reason -> people who may not be sent to
    groups: Mapping[tuple[str, str, str], int]  # (country, language, network) -> who may

    @cached_property
    def people(self) -> int:
        return sum(self.groups.values())


def standing(name: str) -> bool:
    """Whether the name means a whole country, or all of them, and may mean nothing else."""
    return name in (EVERYBODY, *CODES)


def named(name: str) -> Audience:
    """The audience of that name; "all" or a country code is made at first use. Raises NoAudience."""
    found = Audience.objects.filter(name=name, archived_at=None).first()
    if found is None and standing(name):
        countries = list(CODES) if name == EVERYBODY else [name]
        found = Audience.objects.get_or_create(name=name, defaults={"countries": countries})[0]
    if found is None:
        said = gettext(
            "There is no audience “%(name)s”: use its exact name, a country code or all."
        )
        raise NoAudience(said % {"name": name})
    return found


def values(audience: Audience, *, at: datetime) -> dict[str, Any]:
    """What CHOSEN asks for; days are counted back from `at`."""
    return {
        "audience": audience.pk,
        "countries": audience.countries,
        "languages": audience.languages,
        "districts": audience.districts,
        "sexes": audience.sexes,
        "age_bands": audience.age_bands,
        "tags": audience.tags,
        "explicit": audience.explicit,
        "got": list(GOT),
        "sent_since": _before(at, audience.sent_days),
        "not_sent_since": _before(at, audience.not_sent_days),
        "had": _blasts(audience.had_campaigns),
        "not_had": _blasts(audience.not_had_campaigns),
        "share_from": audience.share_from,
        "share_to": audience.share_to,
        "seed": audience.seed,
    }


def _before(at: datetime, days: int | None) -> datetime | None:
    return None if days is None else at - timedelta(days=days)


def _blasts(codes: list[str]) -> list[int] | None:
    """The blasts of these campaigns; None where none is named, which is no filter."""
    if not codes:
        return None
    return list(Blast.objects.filter(campaign__code__in=codes).values_list("pk", flat=True))


def turnout(audience: Audience, *, at: datetime) -> Turnout:
    """Everybody it means, in one pass over persons. `audience` may be one that is not saved yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {consent.refusal('p')}, country, language, network, count(*)"  # noqa: S608
            f" FROM people_person p WHERE {CHOSEN} GROUP BY 1, 2, 3, 4",
            values(audience, at=at),
        )
        rows: list[tuple[str, str, str, str, int]] = cursor.fetchall()
    left_out: Counter[str] = Counter()
    for reason, *_group, people in rows:
        if reason:
            left_out[reason] += people
    groups = {(row[1], row[2], row[3]): row[4] for row in rows if not row[0]}
    return Turnout(at, MappingProxyType(left_out), MappingProxyType(groups))
