"""What people text to a code of RapidPro's: each goes there once at most. Begun is committed before anything leaves.

RapidPro gives a text no name, so one whose fate is unknown stays `begun` and is never given again; only what
surely did not leave is, for half an hour. Which texts never go there at all: `bot.forwarding`.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q

from campaigns.blasts import routes
from campaigns.models.replies import Forward
from gateways.base import Batch, State
from gateways.rapidpro import RapidPro
from people import identity

FIRST_WAIT = timedelta(seconds=5)  # before the second try; twice as long before each other
LONGEST_WAIT = timedelta(minutes=1)
DOUBLED = 4  # times; what comes after waits as long as LONGEST_WAIT
OLDEST = timedelta(
    minutes=30
)  # a flow that hears this late asks somebody who has put the phone away
AT_ONCE, SECONDS = 50, 10.0  # of a turn
PATIENCE = timedelta(
    seconds=40
)  # longer than RapidPro takes; till then a killed one holds its place
EMPTY = {"token": "", "number": "", "text": ""}


@dataclass(frozen=True, slots=True)
class Came:
    """A text as it came. `gateway` and `code` it came through; number and text sealed."""

    gateway: str
    code: str
    reference: str
    token: str
    number: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime


def taker(gateway: str, code: str) -> RapidPro | None:
    """Whose flows answer what people text to this code of that gateway; None: ours do."""
    accounts = (one for one in routes.gateways().values() if isinstance(one, RapidPro))
    return next((one for one in accounts if one.takes(gateway, code)), None)


def known(references: Collection[str]) -> set[tuple[str, str]]:
    """Gateway and reference of those that wait or went already."""
    rows = Forward.objects.filter(reference__in=references)
    return set(rows.values_list("gateway", "reference"))


def wait(came: Came, account: RapidPro) -> None:
    """Put it into the queue to that account; inside the fold's transaction."""
    Forward.objects.create(
        account=account.name,
        gateway=came.gateway,
        reference=came.reference,
        token=came.token,
        number=came.number,
        text=came.text,
        made_at=came.at,
    )


def give_waiting(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Give RapidPro what waits, oldest first, until it does not listen; how many were tried.

    Safe for several workers at once: an account gets one at a time, so that a person's texts keep their order.
    """
    _give_up(at)
    until, tried = time.monotonic() + SECONDS, 0
    while tried < limit and time.monotonic() < until and (one := _begin(at)) is not None:
        tried += 1
        if not _give(one, at):
            break
    return tried


def _give_up(at: datetime) -> None:
    late = Forward.objects.filter(state=Forward.State.WAITING, made_at__lt=at - OLDEST)
    late.update(state=Forward.State.REFUSED, reason="too-old", **EMPTY)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many texts to one account are in a state, and why, as far as they are kept."""

    account: str
    state: str
    reason: str
    texts: int


def standing() -> list[Standing]:
    """What did not simply go, by account: refused and why, waiting, of unknown fate."""
    rows = Forward.objects.exclude(state=Forward.State.SENT)
    told = rows.values_list("account", "state", "reason").annotate(texts=Count("pk"))
    return [Standing(*row) for row in told.order_by("account", "state", "reason")]


def _begin(at: datetime) -> Forward | None:
    due = Q(not_before=None) | Q(not_before__lte=at)
    under_way = Forward.objects.filter(state=Forward.State.BEGUN, not_before__gt=at).exclude(
        text=""
    )
    with transaction.atomic(durable=True):
        waiting = Forward.objects.select_for_update(skip_locked=True)
        waiting = waiting.exclude(account__in=under_way.values("account"))
        one = waiting.filter(due, state=Forward.State.WAITING).order_by("made_at", "id").first()
        if one is not None:
            Forward.objects.filter(pk=one.pk).update(
                state=Forward.State.BEGUN, tries=F("tries") + 1, not_before=at + PATIENCE
            )
    return one


def _give(one: Forward, at: datetime) -> bool:
    """Whether another may be given now."""
    account = routes.gateways().get(one.account)
    if not isinstance(account, RapidPro):
        return _settle(one, Forward.State.REFUSED, "no-gateway")
    try:
        number = identity.unseal(one.number, identity.NUMBER)
        text = identity.unseal(one.text, identity.TEXT)
    except identity.BrokenSeal:
        return _settle(one, Forward.State.REFUSED, "broken-seal")
    batch = account.forward(number, text, one.made_at)
    if batch.outcomes[0].state is State.RETRY:
        return _again(one, batch, at)
    return _settle(one, STATES[batch.outcomes[0].state], str(batch.outcomes[0].reason))


STATES = {
    State.ACCEPTED: Forward.State.SENT,
    State.REFUSED: Forward.State.REFUSED,
    State.UNSURE: Forward.State.BEGUN,
}


def _again(one: Forward, batch: Batch, at: datetime) -> bool:
    """It surely did not arrive: it waits for its next try, at least as long as RapidPro asked."""
    wished = timedelta(seconds=batch.retry_after or 0)
    wait = max(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(one.tries, DOUBLED)), wished)
    reason = str(batch.outcomes[0].reason)[:32]
    Forward.objects.filter(pk=one.pk).update(
        state=Forward.State.WAITING, reason=reason, not_before=at + wait
    )
    return False


def _settle(one: Forward, state: Forward.State, reason: str) -> bool:
    Forward.objects.filter(pk=one.pk).update(state=state, reason=reason[:32], **EMPTY)
    return True
