"""Taking a year of demonstration away again, with all that followed from it: the one way, and on record."""

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import analytics.unmaking
import bot.unmaking
import campaigns.blasts.unmaking
import people.unmaking
import ussd.unmaking
from analytics.periods import Period
from demonstration import guarding
from demonstration.guarding import NotHere
from demonstration.making import alone
from demonstration.models import Year
from demonstration.plans import MARK
from people import audit
from people.audit import Kind
from people.models import Staff

log = logging.getLogger(__name__)


def remove(*, by: Staff | None) -> dict[str, int]:
    """Remove the year that stands, whole or broken off; rows by word. Raises NotHere."""
    guarding.make_sure()
    year = guarding.standing()
    if year is None:
        raise NotHere(_("There is no year of demonstration here."))
    with alone(), transaction.atomic():
        gone = _remove(Period(year.begins, year.ends))
        year.delete()
        details = {word: str(number) for word, number in gone.items()}
        at = timezone.now()
        audit.note(
            Kind.SETTING, by=by, what="a year of demonstration was removed", details=details, at=at
        )
    return gone


def ask(*, by: str) -> None:
    """Say that the year shall go; a worker removes it. Raises NotHere."""
    guarding.make_sure()
    over = Year.objects.exclude(state__in=Year.AT_WORK)
    if not over.update(state=Year.State.LEAVING, asked_by=by):
        raise NotHere(_("There is no year of demonstration here, or a worker is at it."))


def work_off() -> int:
    """Remove the year that shall go; how many were removed. A fault is noted and logged."""
    year = Year.objects.filter(state=Year.State.LEAVING).first()
    if year is None:
        return 0
    try:
        remove(by=Staff.objects.filter(username=year.asked_by).first())
    except Exception as error:
        log.exception("The year of demonstration was not removed.")
        Year.objects.filter(pk=year.pk).update(state=Year.State.FAILED, fault=type(error).__name__)
        return 0
    return 1


def _remove(span: Period) -> dict[str, int]:
    begin, end = span.begin, span.end
    return {
        **bot.unmaking.unmake(begin, end),
        **ussd.unmaking.unmake(span),
        **campaigns.blasts.unmaking.unmake(begin, end, marked=MARK),
        **people.unmaking.unmake(begin, end),
        **analytics.unmaking.unmake(span, at=timezone.now()),
    }
