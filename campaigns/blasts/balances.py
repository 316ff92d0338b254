"""What is left on the providers' accounts: asked before and while a blast goes, so that it pauses before a refusal.

An empty account refuses a request; nobody is lost by it (D7), but a pause in time says so before the first one.
"""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, Sum

from campaigns.blasts import approval, budget, detours, permits, routes
from campaigns.models.blasts import Blast
from campaigns.models.deliveries import Chunk
from campaigns.models.sums import Balance

LOW = "low-balance"  # why a blast is paused before its account is empty
EMPTY = "balance"  # and why once the provider refused for it
FOR_MONEY = (LOW, EMPTY)
AHEAD = 120  # seconds of sending an account must hold: it is asked every minute, and once more in that time
SOON = timedelta(days=1)  # before its time a waiting blast's account is asked, too
State = Blast.State


@dataclass(frozen=True, slots=True)
class Standing:
    """One account beside what a blast may still cost through it. known None: it was never told."""

    gateway: str
    due: Decimal
    currency: str
    known: Balance | None

    @property
    def comparable(self) -> bool:
        return self.known is not None and self.known.currency in ("", self.currency)

    @property
    def short(self) -> Decimal:
        """What is missing for everybody who is left; 0 where nothing is, or nobody can say."""
        if self.known is None or not self.comparable:
            return Decimal(0)
        return max(self.due - self.known.amount, Decimal(0))


def standings(blast: Blast) -> list[Standing]:
    """Each account that a blast still goes through, in the blast's order; by what was told last."""
    return [one for one in _all(blast) if one.due]


def look(blast: Blast, *, at: datetime) -> list[Standing]:
    """Every account of the blast, asked of its provider now: seconds where one is slow.

    What nobody answers stands as it was told last. Nothing is due to one that is only fallen back on.
    """
    for name in blast.routes:
        ask(name, at=at)
    return _all(blast)


def _all(blast: Blast) -> list[Standing]:
    due, told = still_due(blast), known(blast.routes)
    return [
        Standing(name, due.get(name, Decimal(0)), blast.currency, told.get(name))
        for name in blast.routes
    ]


def still_due(blast: Blast) -> dict[str, Decimal]:
    """Gateway -> the most that those may cost who are not through yet."""
    each = budget.each(blast)
    chunks = blast.chunks.filter(state__in=Chunk.OPEN)
    rows = chunks.values_list("gateway", "country", "language").annotate(people=Sum("people"))
    due: dict[str, Decimal] = {}
    for gateway, country, language, people in rows:
        due[gateway] = due.get(gateway, Decimal(0)) + each[country, language] * people
    return due


def ask_due(*, at: datetime) -> list[str]:
    """Ask each account that a blast uses or will soon use, then act on it; which answered."""
    names = {name for blast in _watched(at) for name in blast.routes}
    told = [name for name in sorted(names) if ask(name, at=at)]
    pause_low(told, at=at)
    if settings.RESUME_TOPPED_UP:
        resume_topped_up(at=at)
    return told


def _watched(at: datetime) -> Iterable[Blast]:
    """Running, stopped for want of money, or about to start."""
    waiting = Q(state__in=[State.PLANNED, State.APPROVED], expires_at__gt=at)
    soon = Q(due_at=None) | Q(due_at__lt=at + SOON)
    paused = Q(state=State.PAUSED, pause_reason__in=FOR_MONEY)
    return Blast.objects.filter(Q(state=State.RUNNING) | paused | (waiting & soon))


def ask(name: str, *, at: datetime) -> bool:
    """Ask one account and keep the answer; False where it is gone or the provider does not say."""
    gateway = routes.gateways().get(name)
    money = gateway.balance() if gateway else None
    if money is None:
        return False
    values = {"amount": money.amount, "currency": money.currency[:3], "at": at}
    Balance.objects.update_or_create(gateway=name, defaults=values)
    return True


def pause_low(names: Iterable[str], *, at: datetime) -> list[int]:
    """Pause running blasts whose account is nearly empty, unless all who wait can go through another; which."""
    fresh = set(names)
    running = Blast.objects.filter(state=State.RUNNING, routes__overlap=list(fresh))
    return [blast.pk for blast in running if _pause_low(blast, fresh, at)]


def _pause_low(blast: Blast, fresh: set[str], at: datetime) -> bool:
    low = [one.gateway for one in standings(blast) if one.gateway in fresh and _low(blast, one)]
    stays = [name for name in low if not _left(blast, name)]
    if not stays:
        return False
    with contextlib.suppress(permits.Refused):  # somebody paused or stopped it just now
        approval.pause(blast, by=None, at=at, reason=LOW)
    return blast.state == State.PAUSED


def _low(blast: Blast, one: Standing) -> bool:
    """Less than is still due, and less than the next two minutes may cost."""
    if not one.short or one.known is None:
        return False
    return one.known.amount < budget.dearest(blast) * int(routes.gateway(one.gateway).rate * AHEAD)


def _left(blast: Blast, gateway: str) -> bool:
    return len(blast.routes) > 1 and detours.leave(blast.pk, gateway, why=detours.ACCOUNT)


def resume_topped_up(*, at: datetime) -> list[int]:
    """Let blasts go on that stand for want of money alone, once their accounts hold enough; which.

    By itself only where the operator's setting says so.
    """
    paused = Blast.objects.filter(state=State.PAUSED, pause_reason__in=FOR_MONEY)
    return [blast.pk for blast in paused if topped_up(blast) and _resume(blast, at)]


def topped_up(blast: Blast) -> bool:
    """Whether every account of it holds, as far as is known, what is still due."""
    found = standings(blast)
    return all(one.comparable and not one.short and _newer(blast, one) for one in found)


def _newer(blast: Blast, one: Standing) -> bool:
    """Told after the pause: an older figure is the one that ran out."""
    pauses = blast.notices.filter(kind="paused").order_by("-at").values_list("at", flat=True)
    return one.known is not None and one.known.at > (pauses.first() or one.known.at)


def _resume(blast: Blast, at: datetime) -> bool:
    with contextlib.suppress(permits.Refused):
        approval.resume(blast, by=None, at=at)
        return True
    return False


def known(names: Iterable[str]) -> Mapping[str, Balance]:
    """The last balances of these accounts, by name."""
    return {one.gateway: one for one in Balance.objects.filter(gateway__in=list(names))}
