"""Who is meant: an audience's filters as SQL over `people_person p`, and who had enough messages.

Whether somebody may be sent to at all is `people.consent.refusal`, the same words in plan and sending.
An audience never filters by migration status or by what somebody asked (D9, S6).
"""

from typing import Any

from django.db import connection

from campaigns.models.blasts import Audience
from people import consent
from people.countries import CODES

EVERYBODY = "all"

# An empty list does not filter. Conditions on p alone, so that a slice is one pass over persons.
CHOSEN = """
p.country = ANY(%(countries)s)
AND (%(languages)s::text[] = '{}' OR p.language = ANY(%(languages)s::text[]))
AND (%(districts)s::text[] = '{}' OR p.district = ANY(%(districts)s::text[]))
AND (%(sexes)s::text[] = '{}' OR p.sex = ANY(%(sexes)s::text[]))
AND (%(age_bands)s::text[] = '{}' OR p.age_band = ANY(%(age_bands)s::text[]))
AND (%(tags)s::text[] = '{}' OR p.tags && %(tags)s::varchar[])
AND (NOT %(explicit)s OR EXISTS (SELECT 1 FROM campaigns_audiencemember m
     WHERE m.audience_id = %(audience)s AND m.token = p.token))
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


def named(name: str) -> Audience:
    """The audience of that name; "all" or a country code is made at first use. Raises NoAudience."""
    found = Audience.objects.filter(name=name).first()
    if found is None and name in (EVERYBODY, *CODES):
        countries = list(CODES) if name == EVERYBODY else [name]
        found = Audience.objects.get_or_create(name=name, defaults={"countries": countries})[0]
    if found is None:
        raise NoAudience(
            f"There is no audience {name!r}: use its exact name, a country code or all."
        )
    return found


def values(audience: Audience) -> dict[str, Any]:
    """What CHOSEN asks for."""
    return {
        "audience": audience.pk,
        "countries": audience.countries,
        "languages": audience.languages,
        "districts": audience.districts,
        "sexes": audience.sexes,
        "age_bands": audience.age_bands,
        "tags": audience.tags,
        "explicit": audience.explicit,
    }


def count(audience: Audience) -> dict[str, int]:
    """Reason -> people; "" are those who may be sent to today, before text, price and frequency."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {consent.refusal('p')}, count(*) FROM people_person p"  # noqa: S608
            f" WHERE {CHOSEN} GROUP BY 1",
            values(audience),
        )
        return dict(cursor.fetchall())
