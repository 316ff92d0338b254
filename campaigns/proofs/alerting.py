"""Alerts to staff: on the home page, and by mail where the deployment can send any."""

import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.editions.problems import Problem
from campaigns.models import Alert, Fact, Referral
from people.countries import CODES
from people.models import Staff

Thing = Alert.Thing
NUMBERS, FACTS, EDITIONS = (
    "campaigns.change_referral",
    "campaigns.change_fact",
    "campaigns.publish_edition",
)
BACKEND = "django.contrib.auth.backends.ModelBackend"
log = logging.getLogger(__name__)


def open_to(staff: Staff) -> QuerySet[Alert]:
    """Alerts that nobody has taken in hand yet and that concern this member of staff."""
    return Alert.objects.filter(_concerning(staff), seen_by=None)


def _concerning(staff: Staff) -> Q:
    mine = Q(country__in=staff.countries) | ~Q(country__in=CODES)
    wanted = Q(pk__in=[])
    if staff.has_perm(NUMBERS):
        wanted |= Q(thing=Thing.NUMBER) & mine
    if staff.has_perm(FACTS):
        wanted |= Q(thing=Thing.FACT)
    if any(map(staff.has_perm, (NUMBERS, FACTS, EDITIONS))):
        wanted |= Q(thing=Thing.EDITION)
    return wanted


def see(alert: int, *, by: Staff) -> bool:
    """Take an alert in hand; False where it is none of theirs or somebody has it already."""
    return bool(open_to(by).filter(pk=alert).update(seen_by=by))


def names(alerts: Iterable[Alert]) -> dict[tuple[str, str], str]:
    """(thing, code) -> what it is called; two queries for all."""
    rows = list(alerts)
    numbers = [row.code for row in rows if row.thing == Thing.NUMBER]
    facts = [row.code for row in rows if row.thing == Thing.FACT]
    found = Referral.objects.filter(code__in=numbers).values_list("code", "name")
    claims = Fact.objects.filter(code__in=facts).values_list("code", "claim")
    return {(str(Thing.NUMBER), code): name for code, name in found} | {
        (str(Thing.FACT), code): claim for code, claim in claims
    }


def sentence(alert: Alert, *, at: datetime) -> str:
    """What is the matter, in the reader's language and without the number."""
    left = (alert.expires - timezone.localdate(at)).days
    if alert.thing == Thing.EDITION:
        return _("Something that people read lapsed and was taken out.")
    if left <= 0:
        return (
            _("Nobody called in time: people read that there is no number.")
            if alert.thing == Thing.NUMBER
            else _("Nobody looked it up in time: texts that rest on it are left out.")
        )
    said = (
        ngettext(
            "It must be called again within %(n)d day.",
            "It must be called again within %(n)d days.",
            left,
        )
        if alert.thing == Thing.NUMBER
        else ngettext(
            "It must be looked up again within %(n)d day.",
            "It must be looked up again within %(n)d days.",
            left,
        )
    )
    return said % {"n": left}


def details(alert: Alert) -> list[str]:
    """What changed, sentence by sentence."""
    return [str(Problem.from_json(one)) for one in alert.detail]


def mail(alerts: Iterable[Alert], *, at: datetime) -> int:
    """Tell by mail whom the alerts concern and who has an address; how many mails left.

    Nothing that goes wrong with mail may stop what called.
    """
    rows = list(alerts)
    if not rows or not settings.EMAIL_HOST:
        return 0
    return sum(_post(staff, rows, at=at) for staff in _reachable())


def _reachable() -> Iterable[Staff]:
    found: set[Staff] = set()
    for permission in (NUMBERS, FACTS, EDITIONS):
        found |= set(Staff.objects.with_perm(permission, backend=BACKEND).exclude(email=""))
    return sorted(found, key=lambda one: one.pk)


def _post(staff: Staff, alerts: list[Alert], *, at: datetime) -> bool:
    theirs = Alert.objects.filter(_concerning(staff), pk__in=[alert.pk for alert in alerts])
    lines = [line for alert in theirs for line in _lines(alert, at=at)]
    if not lines:
        return False
    try:
        send_mail(_("Njia Salama: something expires"), "\n".join(lines), None, [staff.email])
    except (OSError, SMTPException, ValueError) as error:
        log.warning("no mail to staff member %d: %s", staff.pk, type(error).__name__)
        return False
    return True


def _lines(alert: Alert, *, at: datetime) -> list[str]:
    head = " ".join(filter(None, (alert.code, alert.country)))
    return [f"{head}: {sentence(alert, at=at)}", *details(alert)]
