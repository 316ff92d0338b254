"""Mail to protection officers that a case waits: where, never what was said or by whom.

First to those on duty, or to all of the country where nobody is; to all once nobody took the case in time.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bot import origins
from bot.models import Case, Duty
from people.models import Staff

LOOK = "bot.view_case"
BACKEND = "django.contrib.auth.backends.ModelBackend"
ESCALATE = timedelta(minutes=15)
OLD = timedelta(days=1)  # a mail about an older case would say nothing that the home page does not
Hours = Mapping[int, tuple[int, int]]  # weekday, 0 Monday: hours
log = logging.getLogger(__name__)


def untaken() -> QuerySet[Case]:
    """Cases that are with nobody, in any country, and whose words are still there."""
    return Case.objects.filter(state=Case.State.NEW).exclude(text="")


def alert(*, at: datetime) -> int:
    """Mail what is new, and again what nobody took. How many mails left; none goes for the same case twice."""
    waiting = untaken().filter(heard_at__gt=at - OLD)
    new = waiting.filter(alerted_at=None)
    late = waiting.filter(alerted_at__lte=at - ESCALATE, escalated_at=None)
    sent = _tell(late, "escalated_at", all_of=True, at=at)  # first: what is new now is not late
    return sent + _tell(new, "alerted_at", all_of=False, at=at)


def _tell(cases: Iterable[Case], mark: str, *, all_of: bool, at: datetime) -> int:
    found: dict[str, list[int]] = {}
    for case in cases:
        found.setdefault(case.country, []).append(case.pk)
    sent = 0
    for country, keys in found.items():
        # marked before it is sent: a worker that dies meanwhile must not mail on every tick
        marked = Case.objects.filter(pk__in=keys, **{mark: None}).update(**{mark: at})
        if marked and settings.EMAIL_HOST:
            told = officers(country) if all_of else on_duty(country, at=at)
            sent += sum(_post(one, country, late=all_of) for one in told)
    return sent


def officers(country: str) -> list[Staff]:
    """All who may look after cases of the country; of "" everybody who may look after any."""
    may = Staff.objects.with_perm(LOOK, backend=BACKEND, include_superusers=False)
    mine = Q(countries__contains=[country]) if country else Q()
    return list(may.filter(mine, is_active=True).exclude(email="").order_by("pk"))


def on_duty(country: str, *, at: datetime) -> list[Staff]:
    """Those of them on duty now; all where nobody is."""
    every, now = officers(country), timezone.localtime(at)
    there = set(
        Duty.objects.filter(
            staff__in=every, weekday=now.weekday(), begins__lte=now.hour, ends__gt=now.hour
        ).values_list("staff_id", flat=True)
    )
    return [one for one in every if one.pk in there] or every


def _post(staff: Staff, country: str, *, late: bool) -> bool:
    told = _("Nobody has taken a case yet: %(place)s") if late else _("A case waits: %(place)s")
    words = _("Sign in and open the page of cases. What was said is never sent by mail.")
    try:
        send_mail(told % {"place": origins.place(country)}, words, None, [staff.email])
    except (OSError, SMTPException, ValueError) as error:
        log.warning("no mail to staff member %d: %s", staff.pk, type(error).__name__)
        return False
    return True


# --- the roster ---------------------------------------------------------------------------------------


def hours(staff: Staff) -> dict[int, tuple[int, int]]:
    rows = Duty.objects.filter(staff=staff).values_list("weekday", "begins", "ends")
    return {day: (begins, ends) for day, begins, ends in rows}


def put_down(staff: Staff, wanted: Hours) -> None:
    """These are the officer's hours; a day that is not named is free. Raises ValueError for hours that are none."""
    for day, (begins, ends) in wanted.items():
        if not (0 <= day <= 6 and 0 <= begins < ends <= 24):
            raise ValueError(day)
    Duty.objects.filter(staff=staff).exclude(weekday__in=wanted).delete()
    for day, (begins, ends) in wanted.items():
        new = {"begins": begins, "ends": ends}
        Duty.objects.update_or_create(staff=staff, weekday=day, defaults=new)
