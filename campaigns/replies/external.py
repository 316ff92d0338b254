"""Messages that RapidPro has us send through one of our own gateways: once each, and RapidPro hears what became of it.

Whoever ended messages gets none, and nobody at night unless it is an answer: RapidPro hears `failed`. Of a message
whose fate is unknown it hears nothing. Nothing is counted: what is said there is not of our editions.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from campaigns.blasts import planning, routes
from campaigns.models.replies import Answer
from gateways.base import Gateway
from gateways.rapidpro import RapidPro
from journal.intake import Entry, set_aside, take
from people import consent, identity
from people.countries import COUNTRIES
from people.models import Purpose

BATCH = 500
WORDS: Mapping[str, str] = {Answer.State.SENT: "sent", Answer.State.REFUSED: "failed"}


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
    """Tell RapidPro of what was sent or refused; how many. One that does not listen is told next time."""
    told = 0
    for one in _untold(limit):
        _, name, known = one.reference.split(":")
        own = routes.gateways().get(name)
        if isinstance(own, RapidPro) and not own.tell(known, WORDS[one.state]):
            break
        told += Answer.objects.filter(pk=one.pk).update(told=True)
    return told


def _untold(limit: int) -> Iterator[Answer]:
    rows = Answer.objects.filter(kind="external", told=False, state__in=list(WORDS))
    yield from rows.order_by("pk")[:limit]
