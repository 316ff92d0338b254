"""Blasts whose words hold a number that nobody can vouch for any more: they wait for a person."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.blasts import approval
from campaigns.editions.tokens import EVERYBODY, Number
from campaigns.models import Blast
from campaigns.press import blanking

State = Blast.State


def hold(lapsed: Iterable[Number], *, at: datetime) -> list[int]:
    """Pause the blasts under way, or about to start, that would send one of these numbers; which."""
    numbers = list(lapsed)
    if not numbers:
        return []
    alive = Blast.objects.filter(state__in=[State.APPROVED, State.RUNNING])
    held = [blast for blast in alive.prefetch_related("texts") if _names(blast, numbers)]
    for blast in held:
        approval.hold(blast, at=at, reason=approval.LAPSED)
    return [blast.pk for blast in held]


def _names(blast: Blast, numbers: Iterable[Number]) -> bool:
    return any(
        blanking.holds(text.text, [number.number])
        for number in numbers
        for text in blast.texts.all()
        if number.country in (text.country, EVERYBODY)
    )
