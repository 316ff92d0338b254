"""Checks of what protects people: officers, cases that wait, the second step, mail, the audit, rushes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import Count, Min
from django.utils.translation import gettext_noop as _

from bot.alerting import BACKEND, ESCALATE, LOOK, untaken
from operations.checks.accounts import served
from operations.findings import Finding
from people import audit, rushes, second
from people.countries import CODES
from people.models import Staff

HOUR: Final = timedelta(hours=1)


def second_step(_at: datetime) -> Iterator[Finding]:
    """Whoever may see numbers, approve or publish signs in with a second step."""
    able = list(second.bound())
    missing = len(able) - len(second.holders(able))
    if missing:
        yield Finding(
            _("Accounts that cannot do all they may, their second step is not set up: {number}."),
            _("Ask them to set it up under Your account; the page Staff shows who."),
            {"number": str(missing)},
            wrong=False,
        )


def officers(_at: datetime) -> Iterator[Finding]:
    """Each country that is served has a protection officer whom a mail can reach."""
    may = Staff.objects.with_perm(LOOK, backend=BACKEND, include_superusers=False)
    rows = list(may.filter(is_active=True).values_list("countries", "email"))
    for country in served():
        mails = [email for countries, email in rows if country in countries]
        if not mails:
            yield Finding(
                _("{country} has no protection officer: nobody sees who is in danger there."),
                _("Give somebody that role under Staff."),
                {"country": country},
                about=country,
                country=country,
            )
        elif not any(mails):
            yield Finding(
                _("No protection officer of {country} has an address for mail."),
                _("Enter one under Staff: an alarm is on the pages only until then."),
                {"country": country},
                about=country,
                country=country,
                wrong=False,
            )


def cases(at: datetime) -> Iterator[Finding]:
    """Whoever is in danger was taken in hand within a quarter of an hour."""
    late = untaken().filter(heard_at__lte=at - ESCALATE)
    for row in late.values("country").annotate(n=Count("pk"), first=Min("heard_at")).order_by():
        country = row["country"] if row["country"] in CODES else ""
        yield Finding(
            _("Cases of danger that are with nobody ({country}): {number}."),
            _("A protection officer takes them under Cases. Ring somebody on duty."),
            {"number": str(row["n"]), "country": country or "-"},
            about=country,
            country=country,
            since=row["first"],
        )


def mail(_at: datetime) -> Iterator[Finding]:
    """A server takes our mail."""
    if not settings.EMAIL_HOST:
        yield Finding(
            _("No server for mail is set: warnings and alarms are on the pages alone."),
            _("Set NJIA_MAIL_HOST and its neighbours."),
            wrong=False,
        )
        return
    try:
        with get_connection(fail_silently=False):
            return
    except (OSError, SMTPException) as error:
        yield Finding(
            _("The server for mail does not take us ({error}): no warning and no alarm leaves."),
            _("Look at NJIA_MAIL_HOST, _PORT, _NAME, _PASSWORD and _TLS."),
            {"error": type(error).__name__},
        )


def audit_chain(_at: datetime) -> Iterator[Finding]:
    """The audit is as it was written."""
    check = audit.newest_check()
    if check and check.broken:
        yield Finding(
            _("Entries of the audit were changed or removed in the database itself."),
            _("Keep the database as it is, tell the data protection officer, see Audit."),
            since=check.at,
        )


def bursts(at: datetime) -> Iterator[Finding]:
    """Messages are not ended in far greater numbers than usual."""
    newest = {(one.gateway, one.country): one for one in reversed(rushes.bursts(CODES, at=at))}
    for one in newest.values():
        yield Finding(
            _("{number} people ended messages within ten minutes (usually {usual})."),
            _("All are obeyed. Look whether a text angered people, or the hook is abused."),
            {"number": str(one.number), "usual": f"{one.usual:.1f}"},
            about=f"{one.gateway} {one.country}".strip(),
            country=one.country if one.country in CODES else "",
            wrong=False,
            since=one.at,
        )


def held_back(at: datetime) -> Iterator[Finding]:
    """No phone asks faster than people do, and nobody guesses secrets of hooks."""
    for one in rushes.held(CODES, since=at - HOUR):
        guessed = one.what == "secret"
        said = (
            _("Somebody guesses the secrets of hooks ({times} addresses and minutes).")
            if guessed
            else _("Requests {what} of {gateway} were held back ({times} phones and minutes).")
        )
        yield Finding(
            said,
            _("Let the proxy refuse that address, or name the provider's networks.")
            if guessed
            else _("Ask the provider whether it repeats requests; a script may be dialling."),
            {"times": str(one.times), "what": one.what, "gateway": one.gateway or "-"},
            about=f"{one.what} {one.gateway} {one.country}".strip(),
            country=one.country if one.country in CODES else "",
            wrong=False,
        )
