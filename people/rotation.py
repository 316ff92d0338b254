"""After a key was rotated: carry everybody whose number we hold over to the new keys.

People met without a number (USSD callers) follow at their next meeting (`identity.subjects(former=...)`).
Until it is done nobody under an old suppression key is sent to: `consent.refusal` says `old-key`.
"""

from collections.abc import Iterator
from itertools import islice

from django.db import connection, transaction
from django.db.models import Q

from people import identity
from people.models import Person

PORTION = 2000
PERSON = """
UPDATE people_person AS p SET token = n.token, stop_token = n.stop_token, number = n.number
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS n(id, token, stop_token, number) WHERE p.id = n.id
"""
SUBJECT = """
UPDATE people_subject AS s SET token = n.new FROM unnest(%s::text[], %s::text[]) AS n(old, new)
WHERE s.token = n.old AND n.old <> n.new AND NOT EXISTS (SELECT 1 FROM people_subject AS x WHERE x.token = n.new)
"""
CONSENT = """
UPDATE people_consent AS c SET token = n.new FROM unnest(%s::text[], %s::text[]) AS n(old, new)
WHERE c.token = n.old AND n.old <> n.new
"""
SUPPRESSION = """
UPDATE people_suppression AS s SET token = n.new FROM unnest(%s::text[], %s::text[]) AS n(old, new)
WHERE s.token = n.old AND n.old <> n.new AND NOT EXISTS (
    SELECT 1 FROM people_suppression AS x
    WHERE x.token = n.new AND x.purpose = s.purpose AND x.lifted_at IS NULL AND s.lifted_at IS NULL)
"""


def retoken() -> int:
    """Everybody under an old key, in portions that each commit: may be cut and run again. How many."""
    return sum(_carry(people) for people in _portions())


def _portions() -> Iterator[list[Person]]:
    ring = identity.ring()
    current = Q(token__startswith=f"{ring.token.current}.")
    current &= Q(stop_token__startswith=f"{ring.suppression.current}.")
    current &= Q(number__startswith=f"{ring.seal.current}.")
    old = Person.objects.filter(~current).order_by("pk")
    last = 0
    while people := list(islice(old.filter(pk__gt=last), PORTION)):
        last = people[-1].pk
        yield people


def _carry(people: list[Person]) -> int:
    numbers = [identity.unseal(person.number, identity.NUMBER) for person in people]
    addresses = [f"tel:{number}" for number in numbers]
    tokens = [identity.token(address) for address in addresses]
    stops = [identity.suppression_token(address) for address in addresses]
    seals = [identity.seal(number, identity.NUMBER) for number in numbers]
    old_tokens, old_stops = [one.token for one in people], [one.stop_token for one in people]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PERSON, [[one.pk for one in people], tokens, stops, seals])
        cursor.execute(SUBJECT, [old_tokens, tokens])
        cursor.execute(CONSENT, [old_tokens, tokens])
        cursor.execute(SUPPRESSION, [old_stops, stops])
    return len(people)
