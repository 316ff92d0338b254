"""A plan's words on colleagues' phones, before anybody else reads them.

Single SMS through the outbox of answers, marked as trial: no delivery, nothing in the ledger, no cap, no price of the
blast. Who ended messages gets none here either. The record of it says how many, never to whom.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext, ngettext

from campaigns.blasts import approval, permits, routes, ways
from campaigns.blasts.budget import prices
from campaigns.blasts.permits import Refused
from campaigns.models.blasts import Blast, BlastText, Notice
from campaigns.models.replies import Answer
from gateways.base import Standing
from people import audit, consent, identity, phones
from people.audit import Kind as Act
from people.masking import mask
from people.models import Staff

MOST = 5  # phones at once
MOST_AN_HOUR = 20  # of one member of staff: an open door for single SMS it must not be
WATCHED = timedelta(minutes=15)  # after it, a receipt comes for whoever opens the page again
KIND = "trial"
TRIED = (Blast.State.PLANNED, Blast.State.APPROVED, Blast.State.PAUSED)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one of them. `masked`: calling code and the last two digits."""

    masked: str
    language: str
    at: datetime
    state: str
    reason: str
    cost: Decimal | None
    currency: str
    standing: Standing  # by its receipts

    @property
    def arrived(self) -> bool:
        return self.standing is Standing.DELIVERED

    @property
    def lost(self) -> bool:
        """The network took it and says that it did not arrive; a phone that comes back may still get it."""
        return self.standing.final and not self.arrived

    def open(self, at: datetime) -> bool:
        """Whether news of it may come any moment."""
        under_way = self.state in (Answer.State.WAITING, Answer.State.SENT)
        return under_way and not self.standing.final and at < self.at + WATCHED


def send(text: BlastText, numbers: Sequence[str], *, by: Staff, at: datetime) -> int:
    """Put the text into the outbox for these numbers (E.164); how many. Raises Refused, NoRoute."""
    blast = text.blast
    permits.may(by, permits.PLAN, blast.countries)
    if blast.state not in TRIED:
        raise Refused(gettext("A trial is sent before the blast starts, or while it is paused."))
    _check(blast, numbers)
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=by.pk)  # two presses at once count together
        _refuse_many(by, len(numbers), at)
        rows = [_row(text, number, at) for number in numbers]
        Answer.objects.bulk_create(rows)
        approval.note(blast, KIND, by=by, at=at, text=str(len(rows)))
        told = {"phones": str(len(rows)), "item": blast.item, "language": text.language}
        audit.note(Act.TRIAL, by=by, what=f"blast {blast.pk}", details=told, at=at)
    return len(rows)


def _check(blast: Blast, numbers: Sequence[str]) -> None:
    if not 0 < len(set(numbers)) == len(numbers) <= MOST:
        raise Refused(gettext("Between 1 and %(most)d different numbers.") % {"most": MOST})
    for number in numbers:
        if phones.country_of(number) not in blast.countries:
            said = gettext("%(number)s is not of a country of this blast.")
            raise Refused(said % {"number": mask(number)})
        if consent.suppressed([identity.suppression_token(f"tel:{number}")]):
            said = gettext("%(number)s has ended messages: a trial is no exception.")
            raise Refused(said % {"number": mask(number)})


def _refuse_many(by: Staff, more: int, at: datetime) -> None:
    hour = Notice.objects.filter(by=by, kind=KIND, at__gt=at - timedelta(hours=1))
    if sum(int(text) for text in hour.values_list("text", flat=True)) + more > MOST_AN_HOUR:
        said = ngettext(
            "More than %(most)d trial in an hour: wait a little.",
            "More than %(most)d trials in an hour: wait a little.",
            MOST_AN_HOUR,
        )
        raise Refused(said % {"most": MOST_AN_HOUR})


def _row(text: BlastText, number: str, at: datetime) -> Answer:
    blast = text.blast
    country = phones.country_of(number)
    name = f"trial:{blast.pk}:{text.language}:{mask(number)}:{secrets.token_hex(8)}"
    return Answer(
        kind=Answer.Kind.TRIAL,
        gateway=_gateway(blast, country, at),
        reference=name,
        country=country,
        item=blast.item,
        sensitive=blast.sensitive,
        number=identity.seal(number, identity.NUMBER),
        text=identity.seal(text.text),
        made_at=at,
    )


def _gateway(blast: Blast, country: str, at: datetime) -> str:
    """The first of the blast's that serves the country. Raises NoRoute."""
    order = routes.of(blast)
    way = ways.chart(order, prices(order, [country], at)).ways.get((country, ""), ())
    if not way:
        said = gettext("None of the blast's gateways has a price for %(country)s.")
        raise routes.NoRoute(said % {"country": country})
    return way[0]


def tried(blast: Blast) -> list[Tried]:
    """Of the last hours, the newest first; after that nothing of them is kept."""
    rows = Answer.objects.filter(
        kind=Answer.Kind.TRIAL, item=blast.item, reference__startswith=f"trial:{blast.pk}:"
    )
    return [_told(row) for row in rows.order_by("-pk")[:MOST_AN_HOUR]]


def _told(row: Answer) -> Tried:
    _, _, language, masked, _ = row.reference.split(":")
    return Tried(
        masked,
        language,
        row.made_at,
        row.state,
        row.reason,
        row.cost,
        row.currency,
        _standing(row.rank),
    )


def _standing(rank: int) -> Standing:
    return Standing(rank) if rank in set(Standing) else Standing.UNKNOWN
