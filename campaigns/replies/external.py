"""Messages that RapidPro has us send through one of our own gateways: once each, and RapidPro hears what became of it.

Whoever ended messages gets none, and nobody at night unless it is an answer: RapidPro hears `failed`. Of a message
whose fate is unknown it hears nothing until a receipt tells. Nothing is counted: what is said there is not of our editions.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from campaigns.blasts import planning, routes
from campaigns.models.replies import Answer
from gateways.base import Gateway, Standing
from gateways.rapidpro import RapidPro
from journal.intake import Entry, set_aside, take
from people import consent, identity
from people.countries import COUNTRIES
from people.models import Purpose

BATCH = 500
FINAL = Standing.ABSENT  # the lowest rank that says how a message ended
KNOWN = Q(state__in=[Answer.State.SENT, Answer.State.REFUSED]) | Q(rank__gte=FINAL)


def fold_external(limit: int = BATCH) -> int:
    """Take a batch of what RapidPro wants sent into the outbox; how many entries."""
    consent.fold_opt_outs()  # a STOP heard before this moment holds
    with take("external", limit) as entries:
        rows = [row for entry in entries if (row := _row(entry)) is not None]
        ended = consent.suppressed((token for _, token in rows), Purpose.CAMPAIGN.value)
        for one, token in rows:
            if token in ended:
                one.state, one.reason, one.number, one.text = (
                    Answer.State.REFUSED,
                    "suppressed",
                    "",
                    "",
                )
        Answer.objects.bulk_create([one for one, _ in rows], ignore_conflicts=True)
        return len(entries)


def _row(entry: Entry) -> tuple[Answer, str] | None:
    """The message, and its person's suppression token of today."""
    body = entry.body
    try:
        own = routes.gateway(str(body["g"]))
        carrier = routes.gateway(own.carrier) if isinstance(own, RapidPro) else own
        token = identity.suppression_token(f"tel:{identity.unseal(body['num'], identity.NUMBER)}")
        made = Answer(
            kind=Answer.Kind.EXTERNAL,
            gateway=carrier.name,
            reference=f"external:{body['g']}:{body['id']}",
            country=str(body["c"])[:2],
            number=body["num"],
            text=body["text"],
            made_at=entry.at,
        )
    except (KeyError, TypeError, ValueError) as error:
        set_aside(entry, f"nothing to send: {type(error).__name__}")
        return None
    if not body.get("answers") and _asleep(made.country, carrier, entry.at):
        made.state, made.reason, made.number, made.text = (
            Answer.State.REFUSED,
            "quiet-hours",
            "",
            "",
        )
    return made, token


def _asleep(country: str, carrier: Gateway, at: datetime) -> bool:
    """Whether it is outside the hours of sending where the person lives; of an unknown place it always is."""
    first, last = planning.hours(carrier)
    if country not in COUNTRIES:
        return not carrier.simulated
    return not first <= at.astimezone(COUNTRIES[country].zone).time() <= last


def tell(limit: int = BATCH) -> int:
    """Tell RapidPro of what was sent, refused, delivered or lost; how many. One that does not listen is told next time.

    Each word until RapidPro took it: whoever is killed in between says it once more, which changes nothing there. A
    receipt opens the row again (`blasts.receipts`), and one that comes while we speak is not taken for told.
    """
    told = 0
    for one in _untold(limit):
        _, name, known = one.reference.split(":")
        own = routes.gateways().get(name)
        if isinstance(own, RapidPro) and not own.tell(known, _word(one)):
            break
        same = Answer.objects.filter(pk=one.pk, state=one.state, rank=one.rank)
        told += same.update(told=True)
    return told


def _word(one: Answer) -> str:
    """RapidPro's word for how far it came; delivered outranks a failure of before."""
    if one.rank == Standing.DELIVERED:
        return "delivered"
    return "failed" if one.rank >= FINAL or one.state == Answer.State.REFUSED else "sent"


def _untold(limit: int) -> Iterator[Answer]:
    rows = Answer.objects.filter(KNOWN, kind="external", told=False)
    yield from rows.order_by("pk")[:limit]
